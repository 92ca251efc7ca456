data "vsphere_compute_cluster" "a" {
  name = "cl-a"
}

data "vsphere_compute_cluster_host_group" "licensed" {
  name               = "licensed"
  compute_cluster_id = data.vsphere_compute_cluster.a.id
}
