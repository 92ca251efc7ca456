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

data "vsphere_virtual_machine" "template" {
  name          = "template-linux"
  folder        = "templates"
  datacenter_id = data.vsphere_datacenter.this.id
}

# A clone of a template, with a disk of its own.
resource "vsphere_virtual_machine" "web" {
  name             = "web-1"
  resource_pool_id = data.vsphere_compute_cluster.this.resource_pool_id
  datastore_id     = data.vsphere_datastore.this.id

  num_cpus               = 2
  memory                 = 4096
  memory_hot_add_enabled = true
  guest_id               = data.vsphere_virtual_machine.template.guest_id
  firmware               = data.vsphere_virtual_machine.template.firmware
  scsi_type              = data.vsphere_virtual_machine.template.scsi_type

  # How long to wait for an address of the guest, in minutes. 0 for guests
  # without VMware Tools.
  wait_for_guest_net_timeout = 0

  clone {
    template_uuid = data.vsphere_virtual_machine.template.id
  }

  network_interface {
    network_id = data.vsphere_network.this.id
  }

  disk {
    label = "system"
    size  = data.vsphere_virtual_machine.template.disks[0].size
  }

  disk {
    label          = "data"
    unit_number    = 1
    size           = 20
    keep_on_remove = true
  }

  extra_config = {
    "guestinfo.role" = "web"
  }
}

# A machine from nothing.
resource "vsphere_virtual_machine" "empty" {
  name             = "empty-1"
  resource_pool_id = data.vsphere_compute_cluster.this.resource_pool_id
  datastore_id     = data.vsphere_datastore.this.id
  guest_id         = "otherLinux64Guest"

  wait_for_guest_net_timeout = 0

  network_interface {
    network_id = data.vsphere_network.this.id
  }

  disk {
    label = "system"
    size  = 8
  }
}
