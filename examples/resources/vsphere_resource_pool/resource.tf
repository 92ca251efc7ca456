data "vsphere_datacenter" "this" {
  name = "dc-east"
}

data "vsphere_compute_cluster" "a" {
  name          = "cl-a"
  datacenter_id = data.vsphere_datacenter.this.id
}

# Gets twice the CPU of its siblings when there is not enough for all.
resource "vsphere_resource_pool" "gold" {
  name                    = "gold"
  parent_resource_pool_id = data.vsphere_compute_cluster.a.resource_pool_id
  cpu_share_level         = "high"
  memory_reservation      = 4096
}

# A pool in the pool, which never takes more than 2 GHz.
resource "vsphere_resource_pool" "batch" {
  name                    = "batch"
  parent_resource_pool_id = vsphere_resource_pool.gold.id
  cpu_share_level         = "custom"
  cpu_shares              = 500
  cpu_limit               = 2000
}
