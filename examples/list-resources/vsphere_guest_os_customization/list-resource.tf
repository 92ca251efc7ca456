list "vsphere_guest_os_customization" "web" {
  provider = vsphere

  config {
    name_regex = "web$"
    type       = "Linux"
  }
}
