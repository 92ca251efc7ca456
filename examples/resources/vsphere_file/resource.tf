# Uploaded, and uploaded again when the content of the file changes.
resource "vsphere_file" "tools" {
  datacenter         = "dc-east"
  datastore          = "ds-fast"
  source_file        = "${path.module}/tools.iso"
  source_hash        = filesha256("${path.module}/tools.iso")
  destination_file   = "iso/tools.iso"
  create_directories = true
}

# Copied from one place on a datastore to another.
resource "vsphere_file" "copy" {
  datacenter         = "dc-east"
  datastore          = "ds-fast"
  source_datastore   = vsphere_file.tools.datastore
  source_file        = vsphere_file.tools.destination_file
  destination_file   = "iso/old/tools.iso"
  create_directories = true
}
