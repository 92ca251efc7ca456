data "vsphere_datacenter" "this" {
  name = "dc-east"
}

data "vsphere_virtual_machine" "template" {
  name          = "template-linux"
  folder        = "templates"
  datacenter_id = data.vsphere_datacenter.this.id
}

output "disk_sizes" {
  value = data.vsphere_virtual_machine.template.disks[*].size
}
