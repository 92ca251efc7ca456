list "vsphere_virtual_disk" "data" {
  provider         = vsphere
  include_resource = true

  config {
    datacenter = "dc-east"
    datastore  = "ds-fast"
    folder     = "data"
  }
}
