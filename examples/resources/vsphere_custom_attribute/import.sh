# By name, or by key.
terraform import vsphere_custom_attribute.cost_center cost-center
terraform import vsphere_custom_attribute.cost_center 204
