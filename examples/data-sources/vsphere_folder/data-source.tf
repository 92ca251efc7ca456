data "vsphere_folder" "web" {
  path = "/dc-east/vm/apps/web"
}
