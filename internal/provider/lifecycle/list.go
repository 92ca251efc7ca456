// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/sync/errgroup"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// Found is one object that a search came upon: what Terraform shows, which is
// its inventory path where it has one, and the id that its Import verb takes.
type Found struct{ Name, ID string }

// Search is what one list resource says about itself. Q is the model of its
// config block.
type Search[Q any] struct {
	Schema func(context.Context) schema.Schema

	// Find yields the objects that match, without reading them.
	Find func(ctx context.Context, c *vsphere.Client, query Q) iter.Seq2[Found, error]
}

// page is how many objects of a list are read at the same time: their reads
// join into one call of each kind.
const page = 50

// List implements list.ListResource for the resource of the same name.
type List[Q, M any, P Model[M]] struct {
	*Resource[M, P]
	search Search[Q]
}

// NewList returns the list resource of a resource. An object that it includes
// is read by the resource itself, as after an import.
func NewList[Q, M any, P Model[M]](of *Resource[M, P], search Search[Q]) *List[Q, M, P] {
	return &List[Q, M, P]{Resource: of, search: search}
}

// ListResourceConfigSchema implements list.ListResource.
func (l *List[Q, M, P]) ListResourceConfigSchema(ctx context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = l.search.Schema(ctx)
}

// List implements list.ListResource.
func (l *List[Q, M, P]) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var query Q
	if diags := req.Config.Get(ctx, &query); diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	c, err := l.Client(ctx)
	if err != nil {
		stream.Results = list.ListResultsStreamDiagnostics(l.failed(err))
		return
	}
	stream.Results = func(push func(list.ListResult) bool) { l.stream(ctx, c, query, req, push) }
}

// stream pushes the objects that match, page by page, up to the limit.
func (l *List[Q, M, P]) stream(ctx context.Context, c *vsphere.Client, query Q, req list.ListRequest, push func(list.ListResult) bool) {
	var batch []Found
	left := req.Limit
	flush := func() bool {
		for _, result := range l.results(ctx, c, batch, req) {
			if !push(result) {
				return false
			}
		}
		batch = batch[:0]
		return true
	}
	for found, err := range l.search.Find(ctx, c, query) {
		if err != nil {
			if flush() {
				push(list.ListResult{Diagnostics: l.failed(err)})
			}
			return
		}
		if batch = append(batch, found); len(batch) == page && !flush() {
			return
		}
		if left--; left == 0 {
			break
		}
	}
	flush()
}

// results makes the results of one page. An object that vanished meanwhile is
// left out.
func (l *List[Q, M, P]) results(ctx context.Context, c *vsphere.Client, batch []Found, req list.ListRequest) []list.ListResult {
	results, gone := make([]list.ListResult, len(batch)), make([]bool, len(batch))
	var group errgroup.Group
	for i, found := range batch {
		results[i] = req.NewListResult(ctx)
		group.Go(func() error {
			gone[i] = l.fill(ctx, c, found, req.IncludeResource, &results[i])
			return nil
		})
	}
	_ = group.Wait() // no function returns an error
	kept := results[:0]
	for i, result := range results {
		if !gone[i] {
			kept = append(kept, result)
		}
	}
	return kept
}

// fill completes the result for one object and reports whether it is gone.
func (l *List[Q, M, P]) fill(ctx context.Context, c *vsphere.Client, found Found, include bool, result *list.ListResult) bool {
	result.DisplayName = found.Name
	like := tfsdk.State{Schema: result.Resource.Schema}
	m, diags := l.adopt(ctx, c, found.ID, &like, "Unable to list "+l.TypeName()+" "+found.Name)
	if diags.HasError() {
		result.Diagnostics.Append(diags...)
		return false
	}
	if include {
		err := l.read(ctx, c, m, everything)
		if vsphere.Gone(err) {
			return true
		}
		if err != nil {
			result.Diagnostics.Append(l.failed(err)...)
			return false
		}
		result.Diagnostics.Append(result.Resource.Set(ctx, m)...)
	}
	l.identify(ctx, c, m, result.Identity, &result.Diagnostics)
	return false
}

func (l *List[Q, M, P]) failed(err error) diag.Diagnostics {
	var diags diag.Diagnostics
	report(&diags, "Unable to list "+l.TypeName(), err)
	return diags
}

// ListSchema returns the schema of a list block of which doc is the description.
func ListSchema(doc string, filters map[string]schema.Attribute) func(context.Context) schema.Schema {
	return func(context.Context) schema.Schema {
		return schema.Schema{MarkdownDescription: doc, Attributes: filters}
	}
}

// StringFilter is an optional string argument of a list block.
func StringFilter(doc string) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: doc, Optional: true}
}

// Matches reports whether an unset or equal filter lets value pass.
func Matches(filter types.String, value string) bool {
	return filter.IsNull() || filter.ValueString() == value
}
