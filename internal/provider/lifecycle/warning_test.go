// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle_test

import (
	"errors"
	"testing"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
)

// A warning of a verb leaves the operation a success, and is told on its
// attribute; an error that is joined with it stays one.
func TestVerbs_warn(t *testing.T) {
	t.Parallel()
	s, p := play(t)
	s.createHalf = lifecycle.Warning(lifecycle.Attr("note", errors.New("out of paint")))
	made := p.Apply(toyType, nil, object{"name": "bear"})
	if made.Failed() || made.State["color"] != "red" || len(made.Diagnostics) != 1 {
		t.Fatalf("stored %v, said %+v", made.State, made.Diagnostics)
	}
	if d := made.Diagnostics[0]; d.Summary != `Trouble with vsphere_toy "bear"` || d.Detail != "out of paint" || d.Attribute.String() != `AttributeName("note")` {
		t.Errorf("said %s: %s, on %s", d.Summary, d.Detail, d.Attribute)
	}
	s.update = errors.Join(lifecycle.Warning(errors.New("out of paint")), errors.New("stuck"))
	got := p.Apply(toyType, made, object{"name": "lion"})
	if !got.Failed() || len(got.Diagnostics) != 2 {
		t.Errorf("said %+v", got.Diagnostics)
	}
}
