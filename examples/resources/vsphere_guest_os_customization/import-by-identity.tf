import {
  to = vsphere_guest_os_customization.linux
  identity = {
    id = "linux-web"
  }
}
