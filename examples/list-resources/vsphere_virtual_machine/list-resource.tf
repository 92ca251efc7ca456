list "vsphere_virtual_machine" "running" {
  provider         = vsphere
  include_resource = true

  config {
    folder      = "/dc-east/vm/apps"
    name_regex  = "^web-"
    power_state = "on"
  }
}
