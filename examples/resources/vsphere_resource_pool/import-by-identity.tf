import {
  to = vsphere_resource_pool.gold
  identity = {
    id = "resgroup-52"
  }
}
