# What exists already.

data "vsphere_datacenter" "this" {
  name = var.datacenter
}

data "vsphere_compute_cluster" "this" {
  name          = var.cluster
  datacenter_id = data.vsphere_datacenter.this.id
}

data "vsphere_datastore" "this" {
  name          = var.datastore
  datacenter_id = data.vsphere_datacenter.this.id
}

data "vsphere_network" "this" {
  name          = var.network
  datacenter_id = data.vsphere_datacenter.this.id
}

data "vsphere_virtual_machine" "template" {
  name          = var.template
  folder        = var.template_folder
  datacenter_id = data.vsphere_datacenter.this.id
}

# Where the machines live.

resource "vsphere_folder" "stack" {
  path          = var.name
  type          = "vm"
  datacenter_id = data.vsphere_datacenter.this.id
}

resource "vsphere_resource_pool" "stack" {
  name                    = var.name
  parent_resource_pool_id = data.vsphere_compute_cluster.this.resource_pool_id
}

# What is said about them.

resource "vsphere_tag_category" "stack" {
  name             = var.name
  description      = "What the machines of ${var.name} are for"
  cardinality      = "MULTIPLE"
  associable_types = ["VirtualMachine"]
}

resource "vsphere_tag" "stack" {
  for_each = var.tags

  name        = each.key
  category_id = vsphere_tag_category.stack.id
}

resource "vsphere_custom_attribute" "owner" {
  name                = "${var.name}-owner"
  managed_object_type = "VirtualMachine"
}

# The machines.

locals {
  machines = toset([for i in range(var.machine_count) : format("%s-%02d", var.name, i + 1)])
  template = data.vsphere_virtual_machine.template
}

resource "vsphere_virtual_machine" "machine" {
  for_each = local.machines

  name             = each.key
  annotation       = "Machine of ${var.name}, managed by Terraform"
  folder           = vsphere_folder.stack.path
  resource_pool_id = vsphere_resource_pool.stack.id
  datastore_id     = data.vsphere_datastore.this.id

  num_cpus  = var.cpus
  memory    = var.memory
  guest_id  = local.template.guest_id
  firmware  = local.template.firmware
  scsi_type = local.template.scsi_type

  clone {
    template_uuid = local.template.id
  }

  network_interface {
    network_id   = data.vsphere_network.this.id
    adapter_type = local.template.network_interface_types[0]
  }

  disk {
    label            = "system"
    size             = local.template.disks[0].size
    thin_provisioned = local.template.disks[0].thin_provisioned
  }

  disk {
    label       = "data"
    size        = var.data_disk_size
    unit_number = 1
  }

  wait_for_guest_net_timeout = var.wait_for_guest_net_timeout

  tags = [for tag in vsphere_tag.stack : tag.id]

  custom_attributes = {
    (vsphere_custom_attribute.owner.id) = var.owner
  }
}
