// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package storage

import (
	"context"
	"fmt"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
)

func fileSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "A file on a datastore: uploaded from the computer that Terraform runs on, or copied from a datastore.\n\n" +
			"What becomes of the content is not watched. Set `source_hash` to have the file made anew when the source changes.",
		Attributes: schemas.Merge(placeAttributes("Another one moves the file."), schemas.Attributes{
			"id":               schemas.ID("The first location of the file: `[datastore] datacenter/path`. It stays when the file is moved."),
			"destination_file": schemas.RequiredString("The path of the file on the datastore. Slashes around it do not matter. Changing it moves the file.", schemas.SamePath()),
			"source_file": schemas.RequiredString("The file to upload, by its path on the computer that Terraform runs on; or with `source_datastore` the file to copy, by its path on that datastore. " +
				"Changing it makes the file anew. A virtual disk (`.vmdk`) that is uploaded must be a single file."),
			"source_datastore": schemas.OptionalString("The datastore to copy from, by name. Changing it makes the file anew."),
			"source_datacenter": schemas.OptionalString("The datacenter that the datastore to copy from is in, by name or inventory path. Defaults to `datacenter`. " +
				"Changing it makes the file anew."),
			"source_hash": schemas.OptionalString("Any text that changes with the content of the source, such as `filesha256(\"tools.iso\")`. Another one makes the file anew; " +
				"setting it for the first time does not."),
			"create_directories": schemas.OptionalBool("Whether to make the folders that the file is in. They stay when the file is destroyed."),
		}),
	}
}

func planFile(ctx context.Context, p *lifecycle.Plan[fileModel]) error {
	anew := p.State == nil
	if p.State != nil {
		if _, err := leaves(ctx, p, &p.Config.place, &p.Planned.place, &p.State.place); err != nil {
			return err
		}
		anew = replaceFile(p)
	}
	if anew {
		warnOfSource(p)
	}
	return nil
}

// replaceFile asks for a replacement when the source has changed, and reports
// whether it has. Of an imported file no source is known.
func replaceFile(p *lifecycle.Plan[fileModel]) bool {
	if p.State.Source.ValueString() == "" {
		return false
	}
	changed := false
	for name, is := range map[string]struct{ planned, state types.String }{
		"source_file": {p.Planned.Source, p.State.Source}, "source_datastore": {p.Planned.SourceDatastore, p.State.SourceDatastore},
		"source_datacenter": {p.Planned.SourceDatacenter, p.State.SourceDatacenter},
	} {
		if is.planned.IsUnknown() || is.planned.ValueString() != is.state.ValueString() {
			p.Replace(path.Root(name))
			changed = true
		}
	}
	now, was := p.Planned.SourceHash, p.State.SourceHash.ValueString()
	if was != "" && (now.IsUnknown() || now.ValueString() != "" && now.ValueString() != was) {
		p.Replace(path.Root("source_hash"))
		changed = true
	}
	return changed
}

// warnOfSource says that the local file is not there. It may come to be before
// the plan is applied, by another resource, so that this is no error yet.
func warnOfSource(p *lifecycle.Plan[fileModel]) {
	m := p.Planned
	if m.Source.IsUnknown() || m.SourceDatastore.IsUnknown() || m.SourceDatacenter.IsUnknown() || m.copies() {
		return
	}
	info, err := os.Stat(m.Source.ValueString())
	switch {
	case err != nil:
		p.Warn(path.Root("source_file"), "There is no file to upload", fmt.Sprintf("It must be there when this is applied: %s.", err))
	case !info.Mode().IsRegular():
		p.Error(path.Root("source_file"), "Not a file", fmt.Sprintf("%q is not a regular file.", m.Source.ValueString()))
	}
}
