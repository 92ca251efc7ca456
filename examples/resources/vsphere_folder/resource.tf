data "vsphere_datacenter" "this" {
  # The only datacenter. Give a name where there are several.
}

resource "vsphere_folder" "apps" {
  path          = "apps"
  type          = "vm"
  datacenter_id = data.vsphere_datacenter.this.id
}

# The folder above is referred to, so that it exists first.
resource "vsphere_folder" "web" {
  path          = "${vsphere_folder.apps.path}/web"
  type          = "vm"
  datacenter_id = data.vsphere_datacenter.this.id
}
