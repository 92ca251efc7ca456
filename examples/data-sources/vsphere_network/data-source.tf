data "vsphere_datacenter" "this" {
  name = "dc-east"
}

data "vsphere_network" "web" {
  name          = "web"
  datacenter_id = data.vsphere_datacenter.this.id
}

# Where a port group and a segment of NSX have the same name; it may take a
# moment to come up.
data "vsphere_network" "port_group" {
  name          = "web"
  datacenter_id = data.vsphere_datacenter.this.id
  retry_timeout = 60

  filter {
    network_type = "DistributedVirtualPortgroup"
  }
}
