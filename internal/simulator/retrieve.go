// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"strconv"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

func init() {
	onFree((*VCenter).retrieveProperties)
	onFree((*VCenter).retrievePropertiesEx)
	onFree((*VCenter).continueRetrieve)
	onFree((*VCenter).cancelRetrieve)
}

func (v *VCenter) retrieveProperties(ctx *simulator.Context, _ *simulator.PropertyCollector, req *vim.RetrieveProperties) soap.HasFault {
	objects, fault := v.retrieve(ctx, req.SpecSet)
	return reply[methods.RetrievePropertiesBody](&vim.RetrievePropertiesResponse{Returnval: objects}, fault)
}

func (v *VCenter) retrievePropertiesEx(ctx *simulator.Context, _ *simulator.PropertyCollector, req *vim.RetrievePropertiesEx) soap.HasFault {
	objects, fault := v.retrieve(ctx, req.SpecSet)
	res := new(vim.RetrievePropertiesExResponse)
	if len(objects) > 0 {
		res.Returnval = v.page(ctx, objects, int(req.Options.MaxObjects))
	}
	return reply[methods.RetrievePropertiesExBody](res, fault)
}

func (v *VCenter) continueRetrieve(ctx *simulator.Context, _ *simulator.PropertyCollector, req *vim.ContinueRetrievePropertiesEx) soap.HasFault {
	s := v.hub.session(ctx)
	page, ok := s.takePage(req.Token)
	if !ok {
		return faultBody(&vim.InvalidArgument{InvalidProperty: "token"})
	}
	res := &vim.ContinueRetrievePropertiesExResponse{Returnval: *v.page(ctx, page.rest, page.size)}
	return reply[methods.ContinueRetrievePropertiesExBody](res, nil)
}

func (v *VCenter) cancelRetrieve(ctx *simulator.Context, _ *simulator.PropertyCollector, req *vim.CancelRetrievePropertiesEx) soap.HasFault {
	if _, ok := v.hub.session(ctx).takePage(req.Token); !ok {
		return faultBody(&vim.InvalidArgument{InvalidProperty: "token"})
	}
	return reply[methods.CancelRetrievePropertiesExBody](new(vim.CancelRetrievePropertiesExResponse), nil)
}

func (v *VCenter) retrieve(ctx *simulator.Context, specs []vim.PropertyFilterSpec) ([]vim.ObjectContent, vim.BaseMethodFault) {
	var all []vim.ObjectContent
	for i := range specs {
		spec := &specs[i]
		t := newTraversal(reader{v, ctx.Session}, func(ref) {})
		t.run(spec.ObjectSet)
		if len(t.missing) > 0 && (spec.ReportMissingObjectsInResults == nil || !*spec.ReportMissingObjectsInResults) {
			return nil, &vim.ManagedObjectNotFound{Obj: t.missing[0]}
		}
		for _, id := range t.order {
			c, fault := t.content(id, spec.PropSet)
			if fault != nil {
				return nil, fault
			}
			if c != nil {
				all = append(all, *c)
			}
		}
	}
	return all, nil
}

// page cuts a result to size, and keeps the rest for its token.
func (v *VCenter) page(ctx *simulator.Context, objects []vim.ObjectContent, size int) *vim.RetrieveResult {
	if size <= 0 || len(objects) <= size {
		return &vim.RetrieveResult{Objects: objects}
	}
	token := v.hub.session(ctx).keepPage(resultPage{objects[size:], size})
	return &vim.RetrieveResult{Objects: objects[:size], Token: token}
}

type resultPage struct {
	rest []vim.ObjectContent
	size int
}

func (s *sessionState) keepPage(p resultPage) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lastPage++
	token := strconv.Itoa(s.lastPage)
	s.pages[token] = p
	return token
}

func (s *sessionState) takePage(token string) (resultPage, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.pages[token]
	delete(s.pages, token)
	return p, ok
}
