# Disks that no machine has any more.
list "vsphere_virtual_disk" "left" {
  provider         = vsphere
  include_resource = true

  config {
    datacenter = "dc-east"
    datastore  = "ds-fast"
    unattached = true
  }
}
