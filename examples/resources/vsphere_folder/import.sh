# By the absolute inventory path, or by the managed object id.
terraform import vsphere_folder.web /dc-east/vm/apps/web
terraform import vsphere_folder.web group-v77
