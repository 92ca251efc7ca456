list "vsphere_virtual_machine_snapshot" "backups" {
  provider = vsphere

  config {
    name_regex = "^backup-"
  }
}
