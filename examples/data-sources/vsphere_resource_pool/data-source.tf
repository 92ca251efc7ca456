data "vsphere_datacenter" "this" {
  name = "dc-east"
}

# The root pool of a cluster.
data "vsphere_resource_pool" "root" {
  name          = "cl-a/Resources"
  datacenter_id = data.vsphere_datacenter.this.id
}

# A pool by its name in another.
data "vsphere_resource_pool" "gold" {
  name                    = "gold"
  parent_resource_pool_id = data.vsphere_resource_pool.root.id
}
