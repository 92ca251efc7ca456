import {
  to = vsphere_virtual_machine.web
  identity = {
    id = "vm-1042" # the managed object id: unlike UUIDs, no two machines share one
  }
}
