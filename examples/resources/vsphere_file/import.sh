# By the path on the datastore, with or without the datacenter. The source is
# taken over from the configuration, without another upload.
terraform import vsphere_file.tools '/dc-east/[ds-fast] iso/tools.iso'
terraform import vsphere_file.tools '[ds-fast] iso/tools.iso'
