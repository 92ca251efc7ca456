data "vsphere_tag_category" "environment" {
  name = "environment"
}

data "vsphere_tag" "production" {
  name        = "production"
  category_id = data.vsphere_tag_category.environment.id
}
