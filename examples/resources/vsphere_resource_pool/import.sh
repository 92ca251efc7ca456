# By the inventory path, or by the managed object id.
terraform import vsphere_resource_pool.gold /dc-east/host/cl-a/Resources/gold
terraform import vsphere_resource_pool.gold resgroup-52
