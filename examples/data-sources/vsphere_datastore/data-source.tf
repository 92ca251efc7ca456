data "vsphere_datacenter" "this" {
  name = "dc-east"
}

data "vsphere_datastore" "fast" {
  name          = "ds-fast"
  datacenter_id = data.vsphere_datacenter.this.id
}

output "free_gibibytes" {
  value = floor(data.vsphere_datastore.fast.stats.free / pow(1024, 3))
}
