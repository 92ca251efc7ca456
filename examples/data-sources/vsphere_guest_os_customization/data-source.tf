data "vsphere_guest_os_customization" "linux" {
  name = "linux-web"
}

output "dns_servers" {
  value = data.vsphere_guest_os_customization.linux.spec[0].dns_server_list
}
