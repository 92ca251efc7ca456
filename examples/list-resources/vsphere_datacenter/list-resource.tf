list "vsphere_datacenter" "emea" {
  provider = vsphere

  config {
    folder = "emea"
  }
}
