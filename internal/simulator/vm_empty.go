// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"bytes"
	"encoding/xml"
	"slices"
	"strings"

	"github.com/vmware/govmomi/simulator"
	vim "github.com/vmware/govmomi/vim25/types"
)

// emptied finds the members of a specification that a request sends empty, such
// as "annotation" or "bootOptions.bootDelay". For vCenter an empty member is
// another thing than a missing one; what vcsim decodes no longer shows which.
func emptied(body []byte) []string {
	d := xml.NewDecoder(bytes.NewReader(body))
	var at, found []string
	text, leaf := "", false
	for {
		token, err := d.Token()
		if err != nil {
			return found
		}
		switch t := token.(type) {
		case xml.StartElement:
			at, text, leaf = append(at, t.Name.Local), "", true
		case xml.CharData:
			text += string(t)
		case xml.EndElement:
			if i := slices.Index(at, "spec"); leaf && i >= 0 && (text == "" || text == "0") {
				found = append(found, strings.Join(at[i+1:], "."))
			}
			at, leaf = at[:len(at)-1], false
		}
	}
}

// emptiedBy are the members that the call under way sends empty.
func (v *VCenter) emptiedBy(ctx *simulator.Context) []string {
	if in := v.inflightOf(ctx); in != nil {
		return in.empty
	}
	return nil
}

// empty empties what a specification sends empty. The caller holds the lock.
func (v *VCenter) empty(ctx *simulator.Context, vm *simulator.VirtualMachine, names []string) {
	var changes []vim.PropertyChange
	for _, name := range names {
		switch name {
		case "annotation":
			changes = append(changes, vim.PropertyChange{Name: "config.annotation", Val: ""}, vim.PropertyChange{Name: "summary.config.annotation", Val: ""})
		case "alternateGuestName":
			changes = append(changes, vim.PropertyChange{Name: "config.alternateGuestName", Val: ""})
		case "bootOptions.bootDelay":
			boot := copyOf(*vm.Config.BootOptions)
			boot.BootDelay = 0
			changes = append(changes, vim.PropertyChange{Name: "config.bootOptions", Val: &boot})
		}
	}
	if len(changes) > 0 {
		v.reg.Update(ctx, vm, changes)
	}
}

// checkEmptied refuses to empty what cannot change while a machine runs.
func checkEmptied(vm *simulator.VirtualMachine, names []string) vim.BaseMethodFault {
	if vm.Runtime.PowerState == vim.VirtualMachinePowerStatePoweredOff || vm.Config.AlternateGuestName == "" || !slices.Contains(names, "alternateGuestName") {
		return nil
	}
	return &vim.InvalidPowerState{RequestedState: vim.VirtualMachinePowerStatePoweredOff, ExistingState: vm.Runtime.PowerState}
}
