// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmware/govmomi/vim25/mo"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere/device"
)

// checkClone compares a new machine with the template that it is cloned from,
// as far as both are known.
func (w planning) checkClone(ctx context.Context) error {
	clones, err := decode[cloneModel](ctx, w.Planned.Clone)
	if err != nil || len(clones) == 0 {
		return err
	}
	w.checkCustomize(ctx, clones[0])
	clone := clones[0]
	c, err := w.Client(ctx)
	if err != nil || c == nil || clone.Template.IsUnknown() || clone.Snapshot.IsUnknown() || clone.Linked.IsUnknown() {
		return err
	}
	if item, err := libraryItem(ctx, c, clone); err != nil {
		return w.refuseClone(err)
	} else if item != nil {
		w.checkItem(clone)
		return nil
	}
	source, _, err := cloneSource(ctx, c, clone)
	if err != nil {
		return w.refuseClone(err)
	}
	if err := w.checkGuest(ctx, c, clone, source.Config.GuestId); err != nil {
		return err
	}
	if err := w.checkTransport(ctx, source); err != nil {
		return err
	}
	return errors.Join(w.checkTemplateDisks(ctx, source, clone.Linked.ValueBool()), w.Planned.checkVApp(propertiesOf(source.Config.VAppConfig)))
}

// checkItem judges a new machine that is made from an item of a content library.
// What the item holds is seen only when it is deployed.
func (w planning) checkItem(clone cloneModel) {
	if w.Config.DatastoreCluster.ValueString() != "" {
		w.Error(podAt, "Not with a content library", "An item of a content library is deployed to a datastore: configure datastore_id.")
	}
	if clone.Linked.ValueBool() {
		w.Warn(linkedAt, "Without effect", "template_uuid is an item of a content library, from which no linked clone can be made: the machine gets disks of its own.")
	}
	if clone.Snapshot.ValueString() != "" {
		w.Warn(snapshotAt, "Without effect", "template_uuid is an item of a content library, which has no snapshots.")
	}
	if w.Config.DatastorePath.ValueString() != "" {
		w.Warn(path.Root("datastore_path"), "Without effect", "template_uuid is an item of a content library, which vCenter deploys to a directory that it chooses.")
	}
}

// refuseClone turns an error about an argument of the clone block into a refusal
// of the plan; other errors it returns.
func (w planning) refuseClone(err error) error {
	var at *lifecycle.AttributeError
	var ambiguous *vsphere.AmbiguousError
	switch {
	case !errors.As(err, &at):
		return err
	case at.Path.Equal(linkedAt):
		w.Error(linkedAt, "No linked clone possible", err.Error()+".")
	case vsphere.Gone(err), errors.As(err, &ambiguous):
		w.Error(at.Path, "Nothing to clone", err.Error())
	default:
		return err
	}
	return nil
}

// checkTemplateDisks wants every disk of the template to have a block that is
// at least as large, and for a linked clone just as large.
func (w planning) checkTemplateDisks(ctx context.Context, template *mo.VirtualMachine, linked bool) error {
	config, err := decode[diskModel](ctx, w.Config.Disks)
	if err != nil || w.Config.Disks.IsUnknown() {
		return err
	}
	for _, d := range config {
		if d.undecided() {
			return nil
		}
	}
	planned, err := decode[diskModel](ctx, w.Planned.Disks)
	if err != nil {
		return err
	}
	want := plainDisks(planned)
	have, err := device.PairTemplate(device.ReadDisks(template.Config.Hardware.Device), want)
	if err != nil {
		w.Error(path.Root("disk"), "Too few disks", err.Error())
		return nil
	}
	for i, n := range device.PairDisks(have, want) {
		if n < 0 {
			continue
		}
		at := path.Root("disk").AtListIndex(configIndex(config, want[i].Label))
		switch is := have[n].Size; {
		case want[i].Size < is:
			w.Error(at.AtName("size"), "Disk smaller than the template's", fmt.Sprintf("The disk %q of %d GiB is cloned from one of %d GiB, and disks cannot shrink.", want[i].Label, want[i].Size, is))
		case linked && want[i].Size != is:
			w.Error(at.AtName("size"), "Disk of a linked clone resized", fmt.Sprintf("The disk %q shares its data with one of %d GiB and has to be as large.", want[i].Label, is))
		}
		if linked {
			w.checkLinked(at, config[configIndex(config, want[i].Label)], have[n])
		}
	}
	return nil
}

// checkLinked wants a disk of a linked clone to take space as that of its source
// does, where the configuration says something of it.
func (w planning) checkLinked(at path.Path, config diskModel, is device.Disk) {
	for name, flag := range map[string]struct {
		want types.Bool
		is   *bool
	}{"thin_provisioned": {config.Thin, is.ThinProvisioned}, "eagerly_scrub": {config.Eager, is.EagerlyScrub}} {
		if known := !flag.want.IsNull() && !flag.want.IsUnknown(); known && flag.want.ValueBool() != deref(flag.is) {
			w.Error(at.AtName(name), "Disk of a linked clone converted",
				fmt.Sprintf("The disk %q shares its data with one that has %s = %t, and has to be alike.", config.Label.ValueString(), name, deref(flag.is)))
		}
	}
}

func configIndex(config []diskModel, label string) int {
	for i, d := range config {
		if d.Label.ValueString() == label {
			return i
		}
	}
	return 0
}

// checkCustomize wants one kind of settings for the guest.
func (w planning) checkCustomize(ctx context.Context, clone cloneModel) {
	custom, err := decode[customizeModel](ctx, clone.Customize)
	if err != nil || len(custom) == 0 {
		return
	}
	at := cloneAt.AtName("customize").AtListIndex(0)
	if len(clone.Specification.Elements()) > 0 {
		w.Error(at, "Two customizations", "customize and customization_spec exclude each other.")
	}
	if custom[0].kinds() != 1 {
		w.Error(at, "Kind of guest not clear", "customize needs one of linux_options, windows_options and windows_sysprep_text.")
	}
}

// kinds counts the kinds of guests that the settings are for.
func (m *customModel) kinds() int {
	n := len(m.Linux.Elements()) + len(m.Windows.Elements())
	if s := m.Sysprep; s.IsUnknown() || s.ValueString() != "" {
		n++
	}
	return n
}

// isKnown reports whether the kinds can be counted.
func (m *customModel) isKnown() bool { return !m.Linux.IsUnknown() && !m.Windows.IsUnknown() }
