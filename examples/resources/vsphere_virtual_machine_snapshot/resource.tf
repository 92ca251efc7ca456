data "vsphere_datacenter" "this" {
  name = "dc-east"
}

data "vsphere_compute_cluster" "this" {
  name          = "cl-a"
  datacenter_id = data.vsphere_datacenter.this.id
}

data "vsphere_datastore" "this" {
  name          = "ds-fast"
  datacenter_id = data.vsphere_datacenter.this.id
}

data "vsphere_network" "this" {
  name          = "web"
  datacenter_id = data.vsphere_datacenter.this.id
}

resource "vsphere_virtual_machine" "db" {
  name                       = "db-1"
  resource_pool_id           = data.vsphere_compute_cluster.this.resource_pool_id
  datastore_id               = data.vsphere_datastore.this.id
  wait_for_guest_net_timeout = 0

  network_interface {
    network_id = data.vsphere_network.this.id
  }

  disk {
    label = "system"
    size  = 20
  }
}

# To come back to if the upgrade goes wrong.
resource "vsphere_virtual_machine_snapshot" "before_upgrade" {
  virtual_machine_uuid = vsphere_virtual_machine.db.uuid
  snapshot_name        = "before-upgrade"
  description          = "Before the upgrade of the database"
  memory               = false
  quiesce              = false

  timeouts {
    delete = "2h" # merging the files of large disks takes its time
  }
}
