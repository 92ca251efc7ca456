import {
  to = vsphere_tag.production
  identity = {
    id = "urn:vmomi:InventoryServiceTag:1f2e3d4c-5b6a-4978-8695-a4b3c2d1e0f1:GLOBAL"
  }
}
