data "vsphere_tag_category" "environment" {
  name = "environment"
}
