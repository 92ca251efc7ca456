import {
  to = vsphere_virtual_disk.data
  identity = {
    id = "/dc-east/[ds-fast] data/web-1.vmdk"
  }
}
