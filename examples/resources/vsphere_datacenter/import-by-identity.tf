import {
  to = vsphere_datacenter.east
  identity = {
    id = "datacenter-3"
  }
}
