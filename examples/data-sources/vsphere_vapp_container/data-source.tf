data "vsphere_datacenter" "this" {
  name = "dc-east"
}

data "vsphere_vapp_container" "shop" {
  name          = "shop"
  datacenter_id = data.vsphere_datacenter.this.id
}
