resource "vsphere_tag_category" "environment" {
  name        = "environment"
  description = "Where a machine stands on the way to production"
  cardinality = "SINGLE"

  associable_types = [
    "VirtualMachine",
    "Folder",
  ]
}
