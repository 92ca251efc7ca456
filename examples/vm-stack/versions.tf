terraform {
  required_version = ">= 1.3"

  required_providers {
    vsphere = {
      # With its host name, so that Terraform and OpenTofu mean the same provider.
      source = "registry.terraform.io/seed-294f9461/vsphere"
    }
  }
}

# Server and credentials come from the environment: see README.md.
provider "vsphere" {}
