# By the managed object id.
terraform import vsphere_virtual_machine_snapshot.before_upgrade snapshot-140
# By the machine (inventory path, UUID or managed object id) and the name of the
# snapshot, with those that it stands on before it where the name is not enough.
terraform import vsphere_virtual_machine_snapshot.before_upgrade /dc-east/vm/db-1/before-upgrade
terraform import vsphere_virtual_machine_snapshot.before_upgrade 421d7c3a-1f2b-4c5d-8e9f-a0b1c2d3e4f5/installed/before-upgrade
