resource "vsphere_folder" "emea" {
  path = "emea"
  type = "datacenter"
}

resource "vsphere_datacenter" "east" {
  name   = "dc-east"
  folder = vsphere_folder.emea.path
}

# Other objects are put into the datacenter by its moid.
resource "vsphere_folder" "apps" {
  path          = "apps"
  type          = "vm"
  datacenter_id = vsphere_datacenter.east.moid
}
