data "vsphere_datacenter" "this" {
  name = "dc-east"
}

data "vsphere_host" "first" {
  name          = "esx1.example.com"
  datacenter_id = data.vsphere_datacenter.this.id
}

data "vsphere_ovf_vm_template" "appliance" {
  name             = "appliance"
  host_system_id   = data.vsphere_host.first.id
  resource_pool_id = data.vsphere_host.first.resource_pool_id
  local_ovf_path   = "${path.module}/appliance.ova"
}

output "memory" {
  value = data.vsphere_ovf_vm_template.appliance.memory
}
