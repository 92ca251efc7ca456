import {
  to = vsphere_file.tools
  identity = {
    id = "/dc-east/[ds-fast] iso/tools.iso"
  }
}
