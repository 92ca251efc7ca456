# By name, or by URN.
terraform import vsphere_tag_category.environment environment
terraform import vsphere_tag_category.environment urn:vmomi:InventoryServiceCategory:2a3b4c5d-6e7f-4081-92a3-b4c5d6e7f809:GLOBAL
