// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"regexp"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere/ovf"
)

var ovfAt = path.Root("ovf_deploy").AtListIndex(0)

var webAddress = regexp.MustCompile(`^(?i)https?://[^/]`)

// ovfModel is the ovf_deploy block. The data source ovf_vm_template has the same
// arguments.
type ovfModel struct {
	Insecure   types.Bool   `tfsdk:"allow_unverified_ssl_cert"`
	Option     types.String `tfsdk:"deployment_option"`
	Disks      types.String `tfsdk:"disk_provisioning"`
	Hidden     types.Bool   `tfsdk:"enable_hidden_properties"`
	IPPolicy   types.String `tfsdk:"ip_allocation_policy"`
	IPProtocol types.String `tfsdk:"ip_protocol"`
	Path       types.String `tfsdk:"local_ovf_path"`
	URL        types.String `tfsdk:"remote_ovf_url"`
	Networks   types.Map    `tfsdk:"ovf_network_map"`
}

func ovfBlock() schema.ListNestedBlock {
	return single("Makes the machine from an OVF or OVA. It matters only when the machine is made: a later change has no effect, unless `replace_on_change` is set. "+
		"The files go from where they are through this computer to the host, and are compared with the manifest of the package on the way. "+
		"The other arguments hold for the machine afterwards; the data source `vsphere_ovf_vm_template` tells what the package has. "+
		"`disk` and `network_interface` blocks may be left out, and the machine then keeps what it has; disks beside the machine's own files are destroyed with it.", schemas.Attributes{
		"allow_unverified_ssl_cert": schemas.DefaultBool("Whether the certificate of the server of `remote_ovf_url` goes unverified. Defaults to `false`.", false),
		"deployment_option":         optional("The deployment option of the OVF. Left out it is the OVF's default."),
		"disk_provisioning":         optional("How the disks take space: `thin`, `flat`, `thick`, `eagerZeroedThick`, or another that vSphere knows. Left out vSphere chooses, unless the `disk` blocks say."),
		"enable_hidden_properties":  schemas.DefaultBool("Whether properties that the OVF hides can be set. Defaults to `false`.", false),
		"ip_allocation_policy":      optional("How the addresses of vApp properties are allocated: `dhcpPolicy`, `transientPolicy`, `fixedPolicy` or `fixedAllocatedPolicy`."),
		"ip_protocol":               optional("The IP protocol, `IPv4` or `IPv6`."),
		"local_ovf_path":            optional("The path of the OVF or OVA on this computer.", stringvalidator.ConflictsWith(sibling("remote_ovf_url"))),
		"ovf_network_map":           optionalMap("The managed object ids of networks by the name of the network in the OVF. `ovf_mapping` of a `network_interface` says the same of one."),
		"remote_ovf_url":            optional("The URL of the OVF or OVA, with the scheme `http` or `https`.", stringvalidator.RegexMatches(webAddress, "must begin with http:// or https://")),
	}, nil)
}

// known reports whether everything that the package depends on is known.
func (m *ovfModel) known() bool {
	for _, v := range []interface{ IsUnknown() bool }{m.Insecure, m.Option, m.Disks, m.Hidden, m.IPPolicy, m.IPProtocol, m.Path, m.URL, m.Networks} {
		if v.IsUnknown() {
			return false
		}
	}
	for _, network := range m.Networks.Elements() {
		if network.IsUnknown() {
			return false
		}
	}
	return true
}

// from is where the package is, and which argument says so.
func (m *ovfModel) from() (ovf.Location, string) {
	if url := m.URL.ValueString(); url != "" {
		return ovf.Location{URL: url, Insecure: m.Insecure.ValueBool()}, "remote_ovf_url"
	}
	return ovf.Location{Path: m.Path.ValueString()}, "local_ovf_path"
}

// target is what the block says of what the package becomes.
func (m *ovfModel) target() ovf.Target {
	t := ovf.Target{
		DeploymentOption: m.Option.ValueString(), DiskProvisioning: m.Disks.ValueString(),
		IPAllocationPolicy: m.IPPolicy.ValueString(), IPProtocol: m.IPProtocol.ValueString(),
		Hidden: m.Hidden.ValueBool(), Networks: map[string]vsphere.Ref{},
	}
	for name, id := range m.Networks.Elements() {
		if id, ok := id.(types.String); ok && id.ValueString() != "" {
			t.Networks[name] = networkRef(id.ValueString())
		}
	}
	return t
}

// mapped adds the networks that network_interface blocks stand for.
func mapped(ctx context.Context, m *model, networks map[string]vsphere.Ref) error {
	nics, err := decode[nicModel](ctx, m.NICs)
	for _, n := range nics {
		if name := n.OVFMapping.ValueString(); name != "" && !n.Network.IsUnknown() {
			networks[name] = networkRef(n.Network.ValueString())
		}
	}
	return err
}

// deployed reports whether the machine is made from an OVF.
func (m *model) deployed() bool { return len(m.OVFDeploy.Elements()) > 0 }

// mappedAt is the argument that maps a network of a package.
func mappedAt(ctx context.Context, m *model, name string) path.Path {
	nics, _ := decode[nicModel](ctx, m.NICs) // decoded before
	if i := slices.IndexFunc(nics, func(n nicModel) bool { return n.OVFMapping.ValueString() == name }); i >= 0 {
		return path.Root("network_interface").AtListIndex(i).AtName("ovf_mapping")
	}
	return ovfAt.AtName("ovf_network_map").AtMapKey(name)
}
