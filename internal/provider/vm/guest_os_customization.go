// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmware/govmomi/vim25/methods"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// The kinds of guests that a specification can be for.
const (
	linuxGuest   = "Linux"
	windowsGuest = "Windows"
)

// GuestCustomization is the resource vsphere_guest_os_customization.
type GuestCustomization struct {
	*lifecycle.Resource[guestCustomizationModel, *guestCustomizationModel]
}

// FillsInBlocks says that plans keep what states of SDKv2 have in the blocks:
// zero where a configuration has nothing.
func (GuestCustomization) FillsInBlocks() {}

// Metadata implements resource.Resource. What identifies a specification is its
// name, and that can change.
func (r GuestCustomization) Metadata(ctx context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	r.Resource.Metadata(ctx, req, resp)
	resp.ResourceBehavior.MutableIdentity = true
}

// NewGuestCustomization returns the resource vsphere_guest_os_customization: a
// specification, stored in vCenter, of what the guest operating systems of new
// machines are to be changed to.
func NewGuestCustomization() GuestCustomization {
	return GuestCustomization{lifecycle.NewResource("guest_os_customization", lifecycle.Verbs[guestCustomizationModel]{
		Schema: guestCustomizationSchema,
		Plan:   planGuestCustomization,
		Create: createGuestCustomization,
		Read:   readGuestCustomization,
		Update: updateGuestCustomization,
		Delete: deleteGuestCustomization,
	})}
}

type guestCustomizationModel struct {
	lifecycle.Meta
	Name           types.String `tfsdk:"name"`
	Type           types.String `tfsdk:"type"`
	Description    types.String `tfsdk:"description"`
	ChangeVersion  types.String `tfsdk:"change_version"`
	LastUpdateTime types.String `tfsdk:"last_update_time"`
	Spec           types.List   `tfsdk:"spec"`
}

// specModel is the spec block.
type specModel struct {
	customModel
	gatewayModel
}

var specType = specBlock().NestedObject.Type()

func specBlock() schema.ListNestedBlock {
	block := single("What the guest operating system is to be changed to. It needs one of `linux_options`, `windows_options` and `windows_sysprep_text`.", customAttributes(), customBlocks())
	block.Validators = []validator.List{schemas.Exactly(1)}
	return block
}

func guestCustomizationSchema(context.Context) schema.Schema {
	kind := schemas.RequiredString("Whether the guests are `Linux` or `Windows`.")
	kind.Validators = []validator.String{stringvalidator.OneOf(linuxGuest, windowsGuest)}
	return schema.Schema{
		MarkdownDescription: "Manages a customization specification of vCenter: what the guest operating system of a new machine is to be changed to. " +
			"The block `customization_spec` of the `clone` of a virtual machine uses it.",
		Attributes: schemas.Attributes{
			// Not schemas.ID: a rename changes it.
			"id":               schema.StringAttribute{MarkdownDescription: "The name of the specification.", Computed: true},
			"name":             schemas.RequiredString("The name of the specification. Changing it renames the specification."),
			"type":             kind,
			"description":      schemas.OptionalString("What the specification is for."),
			"change_version":   schema.StringAttribute{MarkdownDescription: "The version of the specification, which every change raises.", Computed: true},
			"last_update_time": schema.StringAttribute{MarkdownDescription: "When the specification was changed last.", Computed: true},
		},
		Blocks: map[string]schema.Block{"spec": specBlock()},
	}
}

// planGuestCustomization plans the id, which is the name, and wants one kind of
// settings.
func planGuestCustomization(ctx context.Context, p *lifecycle.Plan[guestCustomizationModel]) error {
	m := p.Planned
	m.ID = m.Name
	if p.State != nil {
		m.Spec = settled(ctx, m.Spec, p.State.Spec).(types.List)
	}
	specs, err := decode[specModel](ctx, m.Spec)
	if err != nil || len(specs) == 0 || !specs[0].isKnown() {
		return err
	}
	at := path.Root("spec").AtListIndex(0)
	if specs[0].kinds() != 1 {
		p.Error(at, "Kind of guest not clear", "spec needs one of linux_options, windows_options and windows_sysprep_text.")
		return nil
	}
	if linux := len(specs[0].Linux.Elements()) > 0; !m.Type.IsUnknown() && linux != (m.Type.ValueString() == linuxGuest) {
		p.Warn(path.Root("type"), "Settings of another kind of guest", "The type is "+m.Type.ValueString()+", but the spec block has settings of another kind of guest.")
	}
	return nil
}

// item is the specification for vSphere.
func (m *guestCustomizationModel) item(ctx context.Context) (vim.CustomizationSpecItem, error) {
	item := vim.CustomizationSpecItem{Info: vim.CustomizationSpecInfo{
		Name: m.Name.ValueString(), Type: m.Type.ValueString(), Description: m.Description.ValueString(),
	}}
	specs, err := decode[specModel](ctx, m.Spec)
	if err != nil || len(specs) == 0 {
		return item, err
	}
	spec, err := specs[0].spec(ctx, specs[0].gatewayModel)
	if err == nil {
		item.Spec = *spec
	}
	return item, err
}

// specManager returns the manager of customization specifications, which an
// ESXi host does not have.
func specManager(c *vsphere.Client) (vsphere.Ref, error) {
	if c.ServiceContent.CustomizationSpecManager == nil {
		return vsphere.Ref{}, &vsphere.NeedVCenterError{What: "customization specifications"}
	}
	return *c.ServiceContent.CustomizationSpecManager, nil
}

// storedSpec reads a specification. There is no way to read several by one call.
func storedSpec(ctx context.Context, c *vsphere.Client, name string) (*vim.CustomizationSpecItem, error) {
	manager, err := specManager(c)
	if err != nil {
		return nil, err
	}
	res, err := methods.GetCustomizationSpec(ctx, c, &vim.GetCustomizationSpec{This: manager, Name: name})
	if err != nil {
		return nil, specGone(name, err)
	}
	return &res.Returnval, nil
}

// specGone names the specification that is not there.
func specGone(name string, err error) error {
	if vsphere.IsFault[vim.NotFound](err) {
		return &vsphere.NotFoundError{What: "customization specification " + name}
	}
	return err
}

func createGuestCustomization(ctx context.Context, c *vsphere.Client, m *guestCustomizationModel) error {
	manager, err := specManager(c)
	if err != nil {
		return err
	}
	item, err := m.item(ctx)
	if err != nil {
		return err
	}
	if _, err := methods.CreateCustomizationSpec(ctx, c, &vim.CreateCustomizationSpec{This: manager, Item: item}); err != nil {
		return blameSpec(err)
	}
	m.ID = m.Name
	c.Forget(manager)
	return nil
}

// blameSpec names the argument that a fault is about.
func blameSpec(err error) error {
	if vsphere.IsFault[vim.AlreadyExists](err) {
		return lifecycle.Attr("name", err)
	}
	return err
}

func readGuestCustomization(ctx context.Context, c *vsphere.Client, m *guestCustomizationModel) error {
	item, err := storedSpec(ctx, c, m.ID.ValueString())
	if err != nil {
		return err
	}
	m.Name, m.Type = types.StringValue(item.Info.Name), types.StringValue(item.Info.Type)
	m.Description = types.StringValue(item.Info.Description)
	m.ChangeVersion, m.LastUpdateTime = types.StringValue(item.Info.ChangeVersion), updateTime(item.Info)
	specs, err := decode[specModel](ctx, m.Spec)
	if err != nil {
		return err
	}
	if len(specs) == 0 {
		specs = make([]specModel, 1)
	}
	if err := specs[0].customModel.flatten(ctx, &item.Spec); err != nil {
		return err
	}
	specs[0].gatewayModel.flatten(&item.Spec)
	m.Spec, err = encode(ctx, specType, specs[:1])
	return err
}

// updateTime is when a specification was changed, in the notation that states
// have always had.
func updateTime(info vim.CustomizationSpecInfo) types.String {
	if info.LastUpdateTime == nil {
		return types.StringValue("")
	}
	return types.StringValue(info.LastUpdateTime.UTC().String())
}

// updateGuestCustomization renames last: should that fail, the specification is
// still the one in state.
func updateGuestCustomization(ctx context.Context, c *vsphere.Client, plan, state *guestCustomizationModel) error {
	manager, err := specManager(c)
	if err != nil {
		return err
	}
	item, err := plan.item(ctx)
	if err != nil {
		return err
	}
	defer c.Forget(manager)
	item.Info.Name = state.ID.ValueString()
	if differs(plan.Spec, state.Spec) || differs(plan.Type, state.Type) || differs(plan.Description, state.Description) {
		_, err := methods.OverwriteCustomizationSpec(ctx, c, &vim.OverwriteCustomizationSpec{This: manager, Item: item})
		if err != nil {
			return specGone(item.Info.Name, err)
		}
	}
	if name := plan.Name.ValueString(); name != item.Info.Name {
		_, err := methods.RenameCustomizationSpec(ctx, c, &vim.RenameCustomizationSpec{This: manager, Name: item.Info.Name, NewName: name})
		if err != nil {
			return blameSpec(specGone(item.Info.Name, err))
		}
	}
	plan.ID = plan.Name
	return nil
}

func deleteGuestCustomization(ctx context.Context, c *vsphere.Client, m *guestCustomizationModel) error {
	manager, err := specManager(c)
	if err != nil {
		return err
	}
	defer c.Forget(manager)
	_, err = methods.DeleteCustomizationSpec(ctx, c, &vim.DeleteCustomizationSpec{This: manager, Name: m.ID.ValueString()})
	return specGone(m.ID.ValueString(), err)
}
