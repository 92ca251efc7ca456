output "folder" {
  description = "Inventory path of the machines' folder, relative to the datacenter's folder of machines."
  value       = vsphere_folder.stack.path
}

output "resource_pool_id" {
  description = "Managed object id of the resource pool."
  value       = vsphere_resource_pool.stack.id
}

output "tag_ids" {
  description = "Id of each tag, by name."
  value       = { for name, tag in vsphere_tag.stack : name => tag.id }
}

output "machines" {
  description = "Ids and address of each machine, by name. The address is empty while the guest has reported none."
  value = {
    for name, machine in vsphere_virtual_machine.machine : name => {
      id      = machine.id
      moid    = machine.moid
      address = machine.default_ip_address
    }
  }
}
