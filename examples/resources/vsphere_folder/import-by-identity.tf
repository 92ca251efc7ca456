import {
  to = vsphere_folder.web
  identity = {
    id = "group-v77"
  }
}
