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

// Warning marks an error that leaves the operation a success: the user is told,
// and that is all. A verb returns it alone or joined with errors.
func Warning(err error) error {
	if err == nil {
		return nil
	}
	return &warning{err}
}

type warning struct{ error }

func (w *warning) Unwrap() error { return w.error }

// warn adds the warnings in err to diags and returns what is left of it.
func warn(diags *diag.Diagnostics, summary string, err error) error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var left []error
		for _, each := range joined.Unwrap() {
			left = append(left, warn(diags, summary, each))
		}
		return errors.Join(left...)
	}
	var w *warning
	if !errors.As(err, &w) {
		return err
	}
	if at := (*AttributeError)(nil); errors.As(w, &at) {
		diags.AddAttributeWarning(at.Path, summary, explain(w))
		return nil
	}
	diags.AddWarning(summary, explain(w))
	return nil
}

// explain is an error as text for people, and what to do about it.
func explain(err error) string {
	message, remedy := vsphere.Explain(err)
	if remedy != "" {
		message += "\n\n" + remedy
	}
	return message
}

// report adds err to diags: on the attribute that it blames, as text for
// people, and with what to do about it.
func report(diags *diag.Diagnostics, summary string, err error) {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, each := range joined.Unwrap() {
			report(diags, summary, each)
		}
		return
	}
	if at := (*AttributeError)(nil); errors.As(err, &at) {
		diags.AddAttributeError(at.Path, summary, explain(err))
		return
	}
	diags.AddError(summary, explain(err))
}

// attributes is a plan, a state or a configuration.
type attributes interface {
	GetAttribute(ctx context.Context, p path.Path, target any) diag.Diagnostics
}

// title says what was tried on which object: "Unable to create
// vsphere_folder "web"".
func title(ctx context.Context, verb, typeName string, from attributes) string {
	return "Unable to " + verb + " " + called(ctx, typeName, from)
}

// trouble is the title of a warning about an object.
func trouble(ctx context.Context, typeName string, from attributes) string {
	return "Trouble with " + called(ctx, typeName, from)
}

// called is an object with its name, else its id.
func called(ctx context.Context, typeName string, from attributes) string {
	for _, attribute := range []string{"name", "path", "id"} {
		var value *string
		if diags := from.GetAttribute(ctx, path.Root(attribute), &value); !diags.HasError() && value != nil && *value != "" {
			return fmt.Sprintf("%s %q", typeName, *value)
		}
	}
	return typeName
}
