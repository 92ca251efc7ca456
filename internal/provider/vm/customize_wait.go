// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// reportsCustomization is the version of vSphere from which on a machine says
// how its customization goes. Older ones say so in events only.
const reportsCustomization = "7.0.2"

// waitForCustomization waits until the guest of a new clone has been customized,
// as configured, and fails with what the guest reported.
func waitForCustomization(ctx context.Context, c *vsphere.Client, plan *model) error {
	at, minutes, err := plan.customizing(ctx)
	if err != nil || minutes < 1 || !c.AtLeast(reportsCustomization) {
		return err
	}
	waiting, cancel := context.WithTimeout(ctx, time.Duration(minutes)*time.Minute)
	defer cancel()
	status := "nothing"
	err = c.WaitFor(waiting, plan.Entity(), []string{"guest.customizationInfo"}, func(content vim.ObjectContent) (bool, error) {
		for _, p := range content.PropSet {
			info, ok := p.Val.(vim.GuestInfoCustomizationInfo)
			if !ok {
				continue
			}
			status = info.CustomizationStatus
			switch vim.GuestInfoCustomizationStatus(status) {
			case vim.GuestInfoCustomizationStatusTOOLSDEPLOYPKG_SUCCEEDED:
				return true, nil
			case vim.GuestInfoCustomizationStatusTOOLSDEPLOYPKG_FAILED:
				return false, fmt.Errorf("the customization of the guest failed: %s", info.ErrorMsg)
			}
		}
		return false, nil
	})
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		err = fmt.Errorf("after %d minutes the guest was not customized; it last reported %s", minutes, status)
	}
	return lifecycle.At(at, err)
}

// customizing returns how many minutes the customization of a clone may take,
// and the block that says so; 0 when there is none.
func (m *model) customizing(ctx context.Context) (path.Path, int64, error) {
	clones, err := decode[cloneModel](ctx, m.Clone)
	if err != nil || len(clones) == 0 {
		return path.Empty(), 0, err
	}
	for name, block := range map[string]types.List{"customize": clones[0].Customize, "customization_spec": clones[0].Specification} {
		for _, e := range block.Elements() {
			if o, ok := e.(types.Object); ok {
				timeout, _ := o.Attributes()["timeout"].(types.Int64)
				return cloneAt.AtName(name).AtListIndex(0), timeout.ValueInt64(), nil
			}
		}
	}
	return path.Empty(), 0, nil
}
