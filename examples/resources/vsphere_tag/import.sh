# By the names of category and tag, or by URN.
terraform import vsphere_tag.production '{"category_name": "environment", "tag_name": "production"}'
terraform import vsphere_tag.production urn:vmomi:InventoryServiceTag:1f2e3d4c-5b6a-4978-8695-a4b3c2d1e0f1:GLOBAL
