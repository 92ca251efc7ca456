import {
  to = vsphere_custom_attribute.cost_center
  identity = {
    id = "204"
  }
}
