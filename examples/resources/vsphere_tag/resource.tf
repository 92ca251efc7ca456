resource "vsphere_tag_category" "environment" {
  name             = "environment"
  cardinality      = "SINGLE"
  associable_types = ["Folder", "VirtualMachine"]
}

resource "vsphere_tag" "production" {
  name        = "production"
  description = "Serves customers"
  category_id = vsphere_tag_category.environment.id
}

# A tag is attached by the object that bears it.
resource "vsphere_folder" "apps" {
  path          = "apps"
  type          = "vm"
  datacenter_id = data.vsphere_datacenter.this.id
  tags          = [vsphere_tag.production.id]
}

data "vsphere_datacenter" "this" {
}
