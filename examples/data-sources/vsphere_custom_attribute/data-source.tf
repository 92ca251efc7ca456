data "vsphere_custom_attribute" "cost_center" {
  name = "cost-center"
}
