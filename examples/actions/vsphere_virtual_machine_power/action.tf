action "vsphere_virtual_machine_power" "shutdown" {
  config {
    virtual_machine_id = "421d7c3a-1f2b-4c5d-8e9f-a0b1c2d3e4f5"
    operation          = "shutdown"

    # Power it off if the guest takes longer than two minutes.
    force_after = 120
  }
}
