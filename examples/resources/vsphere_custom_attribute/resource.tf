resource "vsphere_custom_attribute" "cost_center" {
  name = "cost-center"
}

# Only folders have this one.
resource "vsphere_custom_attribute" "owner" {
  name                = "owner"
  managed_object_type = "Folder"
}

# The keys of custom_attributes are ids, hence the parentheses.
resource "vsphere_folder" "emea" {
  path = "emea"
  type = "datacenter"

  custom_attributes = {
    (vsphere_custom_attribute.cost_center.id) = "4711"
    (vsphere_custom_attribute.owner.id)       = "operations"
  }
}
