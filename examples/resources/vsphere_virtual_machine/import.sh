# By the inventory path, the managed object id, or the BIOS UUID.
terraform import vsphere_virtual_machine.web /dc-east/vm/apps/web-1
terraform import vsphere_virtual_machine.web vm-1042
terraform import vsphere_virtual_machine.web 421d7c3a-1f2b-4c5d-8e9f-a0b1c2d3e4f5
