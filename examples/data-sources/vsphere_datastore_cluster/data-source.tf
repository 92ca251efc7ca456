data "vsphere_datacenter" "this" {
  name = "dc-east"
}

data "vsphere_datastore_cluster" "fast" {
  name          = "pod-fast"
  datacenter_id = data.vsphere_datacenter.this.id
}
