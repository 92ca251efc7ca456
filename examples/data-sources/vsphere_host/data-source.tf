data "vsphere_datacenter" "this" {
  name = "dc-east"
}

data "vsphere_host" "first" {
  name          = "esx1.example.com"
  datacenter_id = data.vsphere_datacenter.this.id
}
