# By the absolute inventory path, or by the managed object id.
terraform import vsphere_datacenter.east /emea/dc-east
terraform import vsphere_datacenter.east datacenter-3
