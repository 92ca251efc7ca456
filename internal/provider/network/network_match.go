// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package network

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/vmware/govmomi/vim25/mo"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// choose returns the one network of those with the right name that the other
// arguments let pass.
func (m *networkData) choose(ctx context.Context, c *vsphere.Client, all []vsphere.Found) (vsphere.Found, error) {
	var left []vsphere.Found
	for _, n := range all {
		ok := m.matchesType(n.Ref) && m.matchesVPC(n.Path)
		if ok && m.SwitchUUID.ValueString() != "" {
			var err error
			if ok, err = onSwitch(ctx, c, n.Ref, m.SwitchUUID.ValueString()); err != nil {
				return vsphere.Found{}, lifecycle.Attr("distributed_virtual_switch_uuid", err)
			}
		}
		if ok {
			left = append(left, n)
		}
	}
	switch len(left) {
	case 0:
		return vsphere.Found{}, lifecycle.Attr("name", fmt.Errorf("network %q: %w: %s does not match the other arguments",
			m.Name.ValueString(), vsphere.ErrNotFound, describe(all)))
	case 1:
		return left[0], nil
	}
	return vsphere.Found{}, lifecycle.Attr("name", fmt.Errorf("there is more than one network %q: %s. "+
		"Say which by distributed_virtual_switch_uuid, filter, vpc_id or an inventory path", m.Name.ValueString(), describe(left)))
}

func (m *networkData) matchesType(ref vsphere.Ref) bool {
	if len(m.Filter) == 0 {
		return true
	}
	return slices.ContainsFunc(m.Filter, func(f filter) bool {
		return f.NetworkType.ValueString() == "" || f.NetworkType.ValueString() == ref.Type
	})
}

// vpcFolder is the folder of a datacenter's networks in which NSX keeps the
// subnets of virtual private clouds: one folder for each project in it, and one
// for each cloud in that. The clouds of the default project are in it directly.
const vpcFolder = "Virtual Private Clouds"

func (m *networkData) matchesVPC(path string) bool {
	vpc, project := m.VPCID.ValueString(), m.VPCProjectID.ValueString()
	if vpc == "" && project == "" {
		return true
	}
	parts := strings.Split(path, "/")
	i := slices.Index(parts, vpcFolder)
	if i < 0 {
		return false
	}
	folders := parts[i+1 : len(parts)-1]
	return (vpc == "" || len(folders) > 0 && folders[len(folders)-1] == vpc) &&
		(project == "" || len(folders) > 1 && folders[0] == project)
}

// onSwitch reports whether a network is a port group of the distributed switch
// with a UUID.
func onSwitch(ctx context.Context, c *vsphere.Client, network vsphere.Ref, uuid string) (bool, error) {
	if network.Type != "DistributedVirtualPortgroup" {
		return false, nil
	}
	group, err := vsphere.Get[mo.DistributedVirtualPortgroup](ctx, c, network, "config.distributedVirtualSwitch")
	if err != nil || group.Config.DistributedVirtualSwitch == nil {
		return false, err
	}
	dvs, err := vsphere.Get[mo.DistributedVirtualSwitch](ctx, c, *group.Config.DistributedVirtualSwitch, "uuid")
	if err != nil {
		return false, err
	}
	return hexDigits(dvs.Uuid) == hexDigits(uuid), nil
}

// hexDigits leaves of a UUID what counts: vSphere sets it with blanks and dashes
// for switches, others only with dashes.
func hexDigits(uuid string) string {
	return strings.NewReplacer(" ", "", "-", "").Replace(strings.ToLower(uuid))
}

// describe lists networks for people.
func describe(networks []vsphere.Found) string {
	list := make([]string, len(networks))
	for i, n := range networks {
		list[i] = fmt.Sprintf("%s (%s %s)", n.Path, n.Ref.Type, n.Ref.Value)
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}
