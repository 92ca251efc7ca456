// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// AttributeError blames one attribute for an error.
type AttributeError struct {
	Path path.Path
	Err  error
}

func (e *AttributeError) Error() string { return e.Err.Error() }
func (e *AttributeError) Unwrap() error { return e.Err }

// At blames the attribute at p for err.
func At(p path.Path, err error) error {
	if err == nil {
		return nil
	}
	return &AttributeError{Path: p, Err: err}
}

// Attr blames the top-level attribute name for err.
func Attr(name string, err error) error { return At(path.Root(name), err) }

// report adds err to diags: on the attribute that it blames, as text for
// people, and with what to do about it.
func report(diags *diag.Diagnostics, summary string, err error) {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, each := range joined.Unwrap() {
			report(diags, summary, each)
		}
		return
	}
	message, remedy := vsphere.Explain(err)
	if remedy != "" {
		message += "\n\n" + remedy
	}
	if at := (*AttributeError)(nil); errors.As(err, &at) {
		diags.AddAttributeError(at.Path, summary, message)
		return
	}
	diags.AddError(summary, message)
}

// attributes is a plan, a state or a configuration.
type attributes interface {
	GetAttribute(ctx context.Context, p path.Path, target any) diag.Diagnostics
}

// title says what was tried on which object: "Unable to create
// vsphere_folder "web"". The object is called by its name, else by its id.
func title(ctx context.Context, verb, typeName string, from attributes) string {
	for _, attribute := range []string{"name", "path", "id"} {
		var value *string
		if diags := from.GetAttribute(ctx, path.Root(attribute), &value); !diags.HasError() && value != nil && *value != "" {
			return fmt.Sprintf("Unable to %s %s %q", verb, typeName, *value)
		}
	}
	return fmt.Sprintf("Unable to %s %s", verb, typeName)
}
