data "vsphere_datacenter" "east" {
  name = "dc-east"
}

# The only datacenter that there is.
data "vsphere_datacenter" "only" {
}
