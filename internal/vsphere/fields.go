// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"context"

	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"
)

// CustomFields returns the definitions of custom attributes. The list is read
// once; ForgetCustomFields makes the next call read it again.
func (c *Client) CustomFields(ctx context.Context) ([]vim.CustomFieldDef, error) {
	manager, err := c.customFieldsManager()
	if err != nil {
		return nil, err
	}
	return c.fields.Get(ctx, func(ctx context.Context) ([]vim.CustomFieldDef, error) {
		m, err := Get[mo.CustomFieldsManager](ctx, c, manager, "field")
		if err != nil {
			return nil, err
		}
		return m.Field, nil
	})
}

// ForgetCustomFields drops the list: an own write has added, renamed or removed
// a custom attribute.
func (c *Client) ForgetCustomFields() { c.fields.Reset() }

// SetCustomValue sets the value of a custom attribute on an object; an empty
// value is how vSphere unsets it.
func (c *Client) SetCustomValue(ctx context.Context, ref Ref, key int32, value string) error {
	manager, err := c.customFieldsManager()
	if err != nil {
		return err
	}
	_, err = methods.SetField(ctx, c, &vim.SetField{This: manager, Entity: ref, Key: key, Value: value})
	return err
}

func (c *Client) customFieldsManager() (Ref, error) {
	if c.ServiceContent.CustomFieldsManager == nil {
		return Ref{}, &NeedVCenterError{What: "custom attributes"}
	}
	return *c.ServiceContent.CustomFieldsManager, nil
}
