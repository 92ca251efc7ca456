data "vsphere_compute_cluster" "a" {
  name = "cl-a"
}

list "vsphere_resource_pool" "teams" {
  provider         = vsphere
  include_resource = true

  config {
    compute_cluster_id = data.vsphere_compute_cluster.a.id
    name_regex         = "^team-"
  }
}
