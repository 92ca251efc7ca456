import {
  to = vsphere_virtual_machine_snapshot.before_upgrade
  identity = {
    id = "snapshot-140"
  }
}
