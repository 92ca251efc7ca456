// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"bytes"
	"reflect"
	"testing"

	vim "github.com/vmware/govmomi/vim25/types"
	"github.com/vmware/govmomi/vim25/xml"
)

// TestExplicit: named members are sent though zero, where the WSDL has them;
// all else is sent as ever.
func TestExplicit(t *testing.T) {
	t.Parallel()
	spec := vim.VirtualMachineConfigSpec{Name: "a", NumCPUs: 2, BootOptions: &vim.VirtualMachineBootOptions{BootRetryDelay: 5},
		ExtraConfig: []vim.BaseOptionValue{&vim.OptionValue{Key: "k", Value: "v"}}}
	write := func(names ...string) string {
		t.Helper()
		var b bytes.Buffer
		e := xml.NewEncoder(&b)
		body := ReconfigVM_TaskBody{Req: &explicitReconfigure{This: NewRef("VirtualMachine", "vm-1"), Spec: explicit(reflect.ValueOf(spec), names).Interface()}}
		if err := e.Encode(body); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	const head = `<ReconfigVM_TaskBody><ReconfigVM_Task xmlns="urn:vim25"><_this type="VirtualMachine">vm-1</_this><spec><name>a</name>`
	none, all := write(), write("annotation", "bootOptions.bootDelay")
	for _, c := range []struct{ got, want string }{
		{none, head + `<numCPUs>2</numCPUs>`}, {all, head + `<annotation></annotation><numCPUs>2</numCPUs>`},
		{none, `<bootOptions><bootRetryDelay>5</bootRetryDelay></bootOptions>`}, {all, `<bootOptions><bootDelay>0</bootDelay><bootRetryDelay>5</bootRetryDelay></bootOptions>`},
	} {
		if !bytes.Contains([]byte(c.got), []byte(c.want)) {
			t.Errorf("got  %s\nwant %s", c.got, c.want)
		}
	}
	spec.BootOptions = nil
	if got := write("bootOptions.bootDelay"); !bytes.Contains([]byte(got), []byte(`<bootOptions><bootDelay>0</bootDelay></bootOptions>`)) {
		t.Errorf("without boot options %s", got)
	}
}
