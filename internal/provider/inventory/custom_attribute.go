// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package inventory

import (
	"context"
	"fmt"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmware/govmomi/vim25/methods"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// NewCustomAttribute returns the resource vsphere_custom_attribute: the
// definition of a field that objects can have a text in. Its id is the key of
// the field, a number.
func NewCustomAttribute() *lifecycle.Resource[customAttributeModel, *customAttributeModel] {
	return lifecycle.NewResource("custom_attribute", lifecycle.Verbs[customAttributeModel]{
		Schema: customAttributeSchema,
		Create: createCustomAttribute,
		Read:   readCustomAttribute,
		Update: updateCustomAttribute,
		Delete: deleteCustomAttribute,
		Import: importCustomAttribute,
	})
}

type customAttributeModel struct {
	lifecycle.Meta
	Name types.String `tfsdk:"name"`
	Type types.String `tfsdk:"managed_object_type"`
}

func customAttributeSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Manages a custom attribute: a field with a name that objects can have a text in.",
		Attributes: schemas.Attributes{
			"id":   schemas.ID("The key of the attribute, a number: what the maps of arguments called `custom_attributes` have as keys."),
			"name": schemas.RequiredString("The name of the attribute."),
			"managed_object_type": schemas.OptionalString("The managed object type that has the attribute, for example `VirtualMachine`. All types have it when this is left out. "+
				"Changing it creates a new attribute.", stringplanmodifier.RequiresReplace()),
		},
	}
}

// fieldsManager returns the manager of custom attributes, which an ESXi host
// does not have.
func fieldsManager(c *vsphere.Client) (vsphere.Ref, error) {
	if c.ServiceContent.CustomFieldsManager == nil {
		return vsphere.Ref{}, errNeedsVCenter
	}
	return *c.ServiceContent.CustomFieldsManager, nil
}

// key returns the id as a number.
func (m *customAttributeModel) key() (int32, error) {
	n, err := strconv.ParseInt(m.ID.ValueString(), 10, 32)
	if err != nil {
		return 0, fmt.Errorf("%q is not the key of a custom attribute, which is a number", m.ID.ValueString())
	}
	return int32(n), nil
}

func (m *customAttributeModel) flatten(field *vim.CustomFieldDef) {
	m.Name = types.StringValue(field.Name)
	m.Type = types.StringValue(field.ManagedObjectType)
}

func createCustomAttribute(ctx context.Context, c *vsphere.Client, m *customAttributeModel) error {
	manager, err := fieldsManager(c)
	if err != nil {
		return err
	}
	created, err := methods.AddCustomFieldDef(ctx, c, &vim.AddCustomFieldDef{This: manager, Name: m.Name.ValueString(), MoType: m.Type.ValueString()})
	if err != nil {
		return err
	}
	m.ID = types.StringValue(strconv.Itoa(int(created.Returnval.Key)))
	c.ForgetCustomFields()
	return nil
}

func readCustomAttribute(ctx context.Context, c *vsphere.Client, m *customAttributeModel) error {
	key, err := m.key()
	if err != nil {
		return err
	}
	fields, err := c.CustomFields(ctx)
	if err != nil {
		return err
	}
	for i := range fields {
		if fields[i].Key == key {
			m.flatten(&fields[i])
			return nil
		}
	}
	return fmt.Errorf("custom attribute %d: %w", key, vsphere.ErrNotFound)
}

func updateCustomAttribute(ctx context.Context, c *vsphere.Client, plan, state *customAttributeModel) error {
	if plan.Name.Equal(state.Name) {
		return nil
	}
	manager, err := fieldsManager(c)
	if err != nil {
		return err
	}
	key, err := plan.key()
	if err != nil {
		return err
	}
	defer c.ForgetCustomFields()
	_, err = methods.RenameCustomFieldDef(ctx, c, &vim.RenameCustomFieldDef{This: manager, Key: key, Name: plan.Name.ValueString()})
	return lifecycle.Attr("name", err)
}

func deleteCustomAttribute(ctx context.Context, c *vsphere.Client, m *customAttributeModel) error {
	manager, err := fieldsManager(c)
	if err != nil {
		return err
	}
	key, err := m.key()
	if err != nil {
		return err
	}
	defer c.ForgetCustomFields()
	_, err = methods.RemoveCustomFieldDef(ctx, c, &vim.RemoveCustomFieldDef{This: manager, Key: key})
	if vsphere.IsFault[vim.NotFound](err) {
		return nil
	}
	return err
}

// importCustomAttribute accepts a name and, where no attribute has that name, a
// key.
func importCustomAttribute(ctx context.Context, c *vsphere.Client, id string, m *customAttributeModel) error {
	m.ID = types.StringValue(id)
	field, err := findCustomAttribute(ctx, c, id, types.StringNull())
	if err == nil {
		m.ID = types.StringValue(strconv.Itoa(int(field.Key)))
		return nil
	}
	if _, bad := m.key(); bad == nil && vsphere.Gone(err) {
		return nil
	}
	return err
}
