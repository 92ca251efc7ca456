// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
)

func TestOVFTemplateData(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	file := appliance().WriteOVA(t, t.TempDir())
	config := func(arguments string) string {
		return fmt.Sprintf("data \"vsphere_ovf_vm_template\" \"t\" {\n  name = \"m1\"\n  resource_pool_id = %q\n  host_system_id = %q\n%s\n}\n",
			p.pool, p.id("/DC0/host/DC0_C0/DC0_C0_H0"), arguments)
	}
	const data = "data.vsphere_ovf_vm_template.t"
	p.Test(t,
		resource.TestStep{Config: config(""), ExpectError: regexp.MustCompile(`one\s+of\s+local_ovf_path`)},
		resource.TestStep{Config: config(local("none.ova")), ExpectError: regexp.MustCompile(`no\s+such\s+file`)},
		resource.TestStep{
			Config: config(local(file) + "\n  deployment_option = \"large\"\n"),
			Check: resource.ComposeTestCheckFunc(
				resource.TestCheckResourceAttr(data, "id", "m1"),
				resource.TestCheckResourceAttr(data, "num_cpus", "2"),
				resource.TestCheckResourceAttr(data, "memory", "1536"),
				resource.TestCheckResourceAttr(data, "guest_id", "other5xLinux64Guest"),
				resource.TestCheckResourceAttr(data, "annotation", "An appliance for tests"),
				resource.TestCheckResourceAttr(data, "scsi_controller_count", "1"),
			),
		},
	)
}
