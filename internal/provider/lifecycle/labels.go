// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"
	"golang.org/x/sync/errgroup"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// labels says which of the two kinds of label a model has and a read wants:
// tags and custom attributes that no argument manages are not asked for.
type labels struct{ tags, attributes bool }

// everything is the scope of a read after an import or for a list.
var everything = labels{tags: true, attributes: true}

// only returns the labels that the model manages.
func only(m any) labels {
	var l labels
	if t, ok := m.(interface{ tagged() *types.Set }); ok {
		l.tags = !t.tagged().IsNull()
	}
	if c, ok := m.(interface{ customized() *types.Map }); ok {
		l.attributes = !c.customized().IsNull()
	}
	return l
}

// read runs the Read verb and, at the same time, reads the labels within
// scope: so all three asks join the same batches of the client.
func (r *Resource[M, P]) read(ctx context.Context, c *vsphere.Client, m *M, scope labels) error {
	before := entityOf(m)
	if before.Value == "" {
		if err := r.verbs.Read(ctx, c, m); err != nil {
			return err
		}
		return readLabels(ctx, c, m, entityOf(m), scope)
	}
	// Labels are read into a model of their own: Read may replace *m.
	var found M
	copyLabels(&found, m)
	concurrent, cancel := context.WithCancel(ctx)
	defer cancel()
	labelled := make(chan error, 1)
	go func() { labelled <- readLabels(concurrent, c, &found, before, scope) }()
	if err := r.verbs.Read(ctx, c, m); err != nil {
		cancel()
		<-labelled //nolint:errcheck // Read has said what matters
		return err
	}
	err := <-labelled
	if after := entityOf(m); after != before { // whatever became of the labels of before
		return readLabels(ctx, c, m, after, scope)
	}
	if err == nil {
		copyLabels(m, &found)
	}
	return err
}

func copyLabels(to, from any) {
	if t, ok := to.(interface{ tagged() *types.Set }); ok {
		*t.tagged() = *from.(interface{ tagged() *types.Set }).tagged()
	}
	if t, ok := to.(interface{ customized() *types.Map }); ok {
		*t.customized() = *from.(interface{ customized() *types.Map }).customized()
	}
}

func entityOf(m any) vsphere.Ref {
	if e, ok := m.(Entity); ok {
		return e.Entity()
	}
	return vsphere.Ref{}
}

// readLabels reads the labels of an object, both kinds at the same time.
func readLabels(ctx context.Context, c *vsphere.Client, m any, ref vsphere.Ref, scope labels) error {
	group, ctx := errgroup.WithContext(ctx)
	if t, ok := m.(interface{ tagged() *types.Set }); ok && scope.tags {
		group.Go(func() error {
			ids, err := c.AttachedTags(ctx, ref)
			if err == nil {
				*t.tagged() = stringSet(ids)
			}
			return Attr("tags", err)
		})
	}
	if cu, ok := m.(interface{ customized() *types.Map }); ok && scope.attributes {
		group.Go(func() error {
			values, err := customValues(ctx, c, ref)
			if err == nil {
				keepEmptyValues(values, cu.customized())
				*cu.customized() = stringMap(values)
			}
			return Attr("custom_attributes", err)
		})
	}
	return group.Wait()
}

// customValues returns the custom attributes that are set on an object, by key.
func customValues(ctx context.Context, c *vsphere.Client, ref vsphere.Ref) (map[string]string, error) {
	entity, err := vsphere.Get[mo.ManagedEntity](ctx, c, ref, "customValue")
	if err != nil {
		return nil, err
	}
	values := map[string]string{}
	for _, v := range entity.CustomValue {
		if s, ok := v.(*vim.CustomFieldStringValue); ok && s.Value != "" {
			values[strconv.Itoa(int(s.Key))] = s.Value
		}
	}
	return values, nil
}

// keepEmptyValues adds to values the keys that the state holds with an empty
// value: vCenter cannot tell an empty custom attribute from one that is unset.
func keepEmptyValues(values map[string]string, prior *types.Map) {
	for key, value := range prior.Elements() {
		s, ok := value.(types.String)
		if _, set := values[key]; ok && !set && !s.IsUnknown() && s.ValueString() == "" {
			values[key] = ""
		}
	}
}

// applyLabels brings the tags and custom attributes of an object from those of
// state, which is nil for a new object, to those of plan.
func applyLabels[M any](ctx context.Context, c *vsphere.Client, plan, state *M) error {
	var prior any = state
	if state == nil {
		prior = new(M)
	}
	ref := entityOf(plan)
	var errs []error
	if t, ok := any(plan).(interface{ tagged() *types.Set }); ok {
		want, have := texts(t.tagged().Elements()), texts(prior.(interface{ tagged() *types.Set }).tagged().Elements())
		errs = append(errs, Attr("tags", changeTags(ctx, c, ref, want, have)))
	}
	if cu, ok := any(plan).(interface{ customized() *types.Map }); ok {
		want, have := cu.customized().Elements(), prior.(interface{ customized() *types.Map }).customized().Elements()
		errs = append(errs, Attr("custom_attributes", changeCustomValues(ctx, c, ref, want, have)))
	}
	return errors.Join(errs...)
}

func changeTags(ctx context.Context, c *vsphere.Client, ref vsphere.Ref, want, have []string) error {
	attach, detach := without(want, have), without(have, want)
	if len(attach)+len(detach) == 0 {
		return nil
	}
	return c.ChangeTags(ctx, ref, attach, detach)
}

func changeCustomValues(ctx context.Context, c *vsphere.Client, ref vsphere.Ref, want, have map[string]attr.Value) error {
	changes := map[string]string{}
	for key, value := range want {
		if was, ok := have[key]; !ok || !was.Equal(value) {
			changes[key] = value.(types.String).ValueString()
		}
	}
	for key := range have {
		if _, ok := want[key]; !ok {
			changes[key] = "" // there is no unset in vSphere
		}
	}
	for _, key := range slices.Sorted(maps.Keys(changes)) {
		number, err := strconv.ParseInt(key, 10, 32)
		if err != nil {
			return fmt.Errorf("%q is not the key of a custom attribute: use the id of a vsphere_custom_attribute", key)
		}
		if err := c.SetCustomValue(ctx, ref, int32(number), changes[key]); err != nil {
			return fmt.Errorf("setting custom attribute %s: %w", key, err)
		}
	}
	return nil
}

// without returns the elements of list that are not in other.
func without(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(other, s) })
}

// texts returns the known strings among values.
func texts(values []attr.Value) []string {
	list := make([]string, 0, len(values))
	for _, v := range values {
		if s, ok := v.(types.String); ok && !s.IsNull() && !s.IsUnknown() {
			list = append(list, s.ValueString())
		}
	}
	slices.Sort(list)
	return list
}

// stringSet returns a set, null when there is nothing in it.
func stringSet(list []string) types.Set {
	if len(list) == 0 {
		return types.SetNull(types.StringType)
	}
	return schemas.StringSet(list)
}

// stringMap returns a map, null when there is nothing in it.
func stringMap(m map[string]string) types.Map {
	if len(m) == 0 {
		return types.MapNull(types.StringType)
	}
	values := make(map[string]attr.Value, len(m))
	for k, v := range m {
		values[k] = types.StringValue(v)
	}
	return types.MapValueMust(types.StringType, values)
}
