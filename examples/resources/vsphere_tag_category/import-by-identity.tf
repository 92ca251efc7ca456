import {
  to = vsphere_tag_category.environment
  identity = {
    id = "urn:vmomi:InventoryServiceCategory:2a3b4c5d-6e7f-4081-92a3-b4c5d6e7f809:GLOBAL"
  }
}
