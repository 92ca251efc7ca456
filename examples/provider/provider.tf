terraform {
  required_providers {
    vsphere = {
      source = "seed-294f9461/vsphere"
    }
  }
}

# The password is better kept in VSPHERE_PASSWORD than in a file. With all of
# VSPHERE_SERVER, VSPHERE_USER and VSPHERE_PASSWORD set, the block may be empty.
provider "vsphere" {
  vsphere_server = "vcenter.example.com"
  user           = "terraform@vsphere.local"
  ca_file        = "/etc/ssl/vcenter-ca.pem"
}
