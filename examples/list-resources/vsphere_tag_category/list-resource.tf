list "vsphere_tag_category" "all" {
  provider         = vsphere
  include_resource = true
}
