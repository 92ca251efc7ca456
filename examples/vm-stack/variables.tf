# Where the stack goes. The defaults are the names in the simulator's inventory.

variable "datacenter" {
  description = "Datacenter that holds everything below."
  type        = string
  default     = "DC0"
}

variable "cluster" {
  description = "Cluster whose hosts run the machines."
  type        = string
  default     = "DC0_C0"
}

variable "datastore" {
  description = "Datastore for the machines' files and disks."
  type        = string
  default     = "LocalDS_0"
}

variable "network" {
  description = "Network or distributed port group for the machines' network card."
  type        = string
  default     = "DC0_DVPG0"
}

variable "template" {
  description = "Template that the machines are cloned from."
  type        = string
  default     = "template-linux"
}

variable "template_folder" {
  description = "Folder of the template, relative to the datacenter's folder of machines."
  type        = string
  default     = "templates"
}

# What the stack is.

variable "name" {
  description = "Name of the stack: of its folder and resource pool, and the beginning of every other name."
  type        = string
  default     = "vm-stack"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,30}$", var.name))
    error_message = "Use lower-case letters, digits and hyphens, beginning with a letter."
  }
}

variable "machine_count" {
  description = "How many virtual machines."
  type        = number
  default     = 3

  validation {
    condition     = var.machine_count >= 1 && var.machine_count <= 99
    error_message = "Between 1 and 99."
  }
}

variable "cpus" {
  description = "Virtual CPUs of each machine."
  type        = number
  default     = 2
}

variable "memory" {
  description = "Memory of each machine, in MB."
  type        = number
  default     = 1024
}

variable "data_disk_size" {
  description = "Size of each machine's data disk, in GB. It can grow, and never shrinks."
  type        = number
  default     = 10
}

variable "tags" {
  description = "Tags on every machine. They are created with the stack."
  type        = set(string)
  default     = ["linux", "web"]
}

variable "owner" {
  description = "Who answers for the machines: kept in a custom attribute of each."
  type        = string
  default     = "platform-team"
}

variable "wait_for_guest_net_timeout" {
  description = "Minutes to wait for an address of each guest; 0 does not wait. Needs VMware Tools in the template."
  type        = number
  default     = 0
}
