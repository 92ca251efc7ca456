data "vsphere_datacenter" "this" {
  name = "dc-east"
}

data "vsphere_compute_cluster" "a" {
  name          = "cl-a"
  datacenter_id = data.vsphere_datacenter.this.id
}
