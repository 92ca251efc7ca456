# By the name.
terraform import vsphere_guest_os_customization.linux linux-web
