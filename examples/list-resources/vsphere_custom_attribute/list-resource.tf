list "vsphere_custom_attribute" "machines" {
  provider = vsphere

  config {
    managed_object_type = "VirtualMachine"
  }
}
