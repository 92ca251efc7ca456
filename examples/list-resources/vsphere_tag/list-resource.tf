list "vsphere_tag" "production" {
  provider = vsphere

  config {
    name_regex = "^prod"
  }
}
