data "vsphere_compute_cluster" "a" {
  name = "cl-a"
}

data "vsphere_network" "web" {
  name = "web"
}

# The data outlives the machine that works on it.
resource "vsphere_virtual_disk" "data" {
  datacenter         = "dc-east"
  datastore          = "ds-fast"
  vmdk_path          = "data/web-1.vmdk"
  size               = 20
  type               = "thin"
  create_directories = true
}

resource "vsphere_virtual_machine" "web" {
  name                       = "web-1"
  resource_pool_id           = data.vsphere_compute_cluster.a.resource_pool_id
  datastore_id               = vsphere_virtual_disk.data.datastore_id
  wait_for_guest_net_timeout = 0

  disk {
    label       = "system"
    unit_number = 0
    size        = 10
  }

  disk {
    label        = "data"
    unit_number  = 1
    attach       = true
    datastore_id = vsphere_virtual_disk.data.datastore_id
    path         = vsphere_virtual_disk.data.vmdk_path
  }

  network_interface {
    network_id = data.vsphere_network.web.id
  }
}
