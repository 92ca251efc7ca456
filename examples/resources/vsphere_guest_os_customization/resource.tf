# A Linux guest with one network interface of a fixed address.
resource "vsphere_guest_os_customization" "linux" {
  name        = "linux-web"
  type        = "Linux"
  description = "Web servers"

  spec {
    ipv4_gateway    = "10.0.0.1"
    dns_server_list = ["10.0.0.2"]
    dns_suffix_list = ["example.com"]

    linux_options {
      host_name = "web-1"
      domain    = "example.com"
      time_zone = "Europe/Vienna"
    }

    network_interface {
      ipv4_address = "10.0.0.11"
      ipv4_netmask = 24
    }
  }
}

# A Windows guest of a workgroup, whose interface is configured by DHCP.
resource "vsphere_guest_os_customization" "windows" {
  name = "windows-desk"
  type = "Windows"

  spec {
    windows_options {
      computer_name = "desk-1"
      workgroup     = "OFFICE"
      time_zone     = 110
    }

    network_interface {}
  }
}
