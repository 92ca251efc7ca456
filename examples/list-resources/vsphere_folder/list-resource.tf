data "vsphere_datacenter" "this" {
  name = "dc-east"
}

list "vsphere_folder" "machines" {
  provider         = vsphere
  include_resource = true

  config {
    datacenter_id = data.vsphere_datacenter.this.id
    type          = "vm"
    name_regex    = "^team-"
  }
}
