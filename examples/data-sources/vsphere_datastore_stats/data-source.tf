data "vsphere_datacenter" "this" {
  name = "dc-east"
}

data "vsphere_datastore_stats" "this" {
  datacenter_id = data.vsphere_datacenter.this.id
}

output "free_gibibytes" {
  value = { for name, bytes in data.vsphere_datastore_stats.this.free_space : name => floor(bytes / pow(1024, 3)) }
}
