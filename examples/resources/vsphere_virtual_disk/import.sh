# By the path on the datastore, with or without the datacenter.
terraform import vsphere_virtual_disk.data '/dc-east/[ds-fast] data/web-1.vmdk'
terraform import vsphere_virtual_disk.data '[ds-fast] data/web-1.vmdk'
# As JSON, with the argument that vCenter does not know.
terraform import vsphere_virtual_disk.data '{"virtual_disk_path": "/dc-east/[ds-fast]data/web-1.vmdk", "create_directories": "true"}'
