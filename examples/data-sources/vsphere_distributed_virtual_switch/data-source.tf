data "vsphere_datacenter" "this" {
  name = "dc-east"
}

data "vsphere_distributed_virtual_switch" "core" {
  name          = "dvs-core"
  datacenter_id = data.vsphere_datacenter.this.id
}

data "vsphere_network" "web" {
  name                            = "web"
  datacenter_id                   = data.vsphere_datacenter.this.id
  distributed_virtual_switch_uuid = data.vsphere_distributed_virtual_switch.core.id
}
