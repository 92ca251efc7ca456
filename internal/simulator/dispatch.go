// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

// handler answers one method of one type of object.
type handler struct {
	call func(v *VCenter, ctx *simulator.Context, obj mo.Reference, req any) soap.HasFault
	// free handlers run without the object's lock: they block, or lock by themselves.
	free bool
}

type handlerKey struct {
	object reflect.Type // vcsim's type, or an interface
	method string
}

// handlers are the methods that this package answers in vcsim's place. They
// hold no state: all instances share the table.
var handlers = map[handlerKey]handler{}

// on answers the method that R is the request of, for objects of vcsim's type O
// or, if O is an interface, for all that implement it and have no handler of
// their own.
func on[O mo.Reference, R any](f func(*VCenter, *simulator.Context, O, *R) soap.HasFault) {
	register(f, false)
}

// onFree is like on for methods that must not hold the object's lock.
func onFree[O mo.Reference, R any](f func(*VCenter, *simulator.Context, O, *R) soap.HasFault) {
	register(f, true)
}

func register[O mo.Reference, R any](f func(*VCenter, *simulator.Context, O, *R) soap.HasFault, free bool) {
	key := handlerKey{reflect.TypeFor[O](), reflect.TypeFor[R]().Name()}
	handlers[key] = handler{free: free, call: func(v *VCenter, ctx *simulator.Context, obj mo.Reference, req any) soap.HasFault {
		return f(v, ctx, obj.(O), req.(*R))
	}}
}

// interfaces that handlers may be registered for, most specific first.
var handlerInterfaces = []reflect.Type{reflect.TypeFor[mo.Entity](), reflect.TypeFor[mo.Reference]()}

func findHandler(obj mo.Reference, method string) (handler, bool) {
	t := reflect.TypeOf(obj)
	if h, ok := handlers[handlerKey{t, method}]; ok {
		return h, true
	}
	for _, i := range handlerInterfaces {
		if !t.Implements(i) {
			continue
		}
		if h, ok := handlers[handlerKey{i, method}]; ok {
			return h, true
		}
	}
	return handler{}, false
}

// handle is called by vcsim before each SOAP method. It resolves references as
// vCenter does, by value, and takes the call over: see invocation.
func (v *VCenter) handle(ctx *simulator.Context, m *simulator.Method) (mo.Reference, vim.BaseMethodFault) {
	v.index.resolve(&m.This)
	v.index.resolve(m.Body)
	in := v.inflightOf(ctx)
	if in == nil {
		in = &inflightCall{ctx: ctx.Context}
	}
	if fault := v.authenticate(ctx, m); fault != nil {
		return nil, fault
	}
	v.counter.show(m.Name, m.Body, in.empty)
	inv := &invocation{v: v, method: m.Name, this: m.This, in: in}
	if ctx.Session == nil && !isRead(m.Name) {
		return nil, nil // login and the like: vcsim's own
	}
	m.Name = "Invoke"
	if ctx.Session == nil {
		m.Name = "RetrievePropertiesEx" // one of the names that vcsim lets pass without a session
	}
	m.This.Type += "#call" // no session object has this reference, so that vcsim keeps our handler
	return inv, nil
}

func isRead(method string) bool {
	return method == "RetrieveProperties" || method == "RetrievePropertiesEx"
}

// authenticate refuses property reads without a session; vcsim answers them
// with properties missing. What clients ask before they log in stays open.
func (v *VCenter) authenticate(ctx *simulator.Context, m *simulator.Method) vim.BaseMethodFault {
	if ctx.Session != nil || !isRead(m.Name) {
		return nil
	}
	for _, ref := range requestedObjects(m.Body) {
		if ref.Type != "SessionManager" && ref.Type != "ServiceInstance" {
			return &vim.NotAuthenticated{NoPermission: vim.NoPermission{Object: &ref, PrivilegeId: "System.View"}}
		}
	}
	return nil
}

func requestedObjects(body any) []vim.ManagedObjectReference {
	var specs []vim.PropertyFilterSpec
	switch req := body.(type) {
	case *vim.RetrieveProperties:
		specs = req.SpecSet
	case *vim.RetrievePropertiesEx:
		specs = req.SpecSet
	}
	var refs []vim.ManagedObjectReference
	for _, s := range specs {
		for _, o := range s.ObjectSet {
			refs = append(refs, o.Obj)
		}
	}
	return refs
}

// invocation stands in for the object that a method is called on. vcsim calls
// Invoke; the method then runs under the object's lock as it would have in
// vcsim, but a panic becomes a fault and leaves no lock behind.
type invocation struct {
	v      *VCenter
	method string
	this   vim.ManagedObjectReference
	in     *inflightCall
}

// Reference implements mo.Reference.
func (i *invocation) Reference() vim.ManagedObjectReference { return i.this }

// Lock and Unlock keep vcsim from locking on its own.
func (*invocation) Lock()   {}
func (*invocation) Unlock() {}

// RetrievePropertiesEx is Invoke for callers without a session.
func (i *invocation) RetrievePropertiesEx(ctx *simulator.Context, req any) soap.HasFault {
	return i.Invoke(ctx, req)
}

// Invoke runs the method.
func (i *invocation) Invoke(ctx *simulator.Context, req any) (res soap.HasFault) {
	ctx.Caller = &i.this
	obj := i.v.object(ctx, i.this)
	if obj == nil {
		return faultBody(&vim.ManagedObjectNotFound{Obj: i.this})
	}
	defer func() {
		if r := recover(); r != nil {
			res = faultBody(panicFault(i.method, r))
		}
	}()
	if i.in.fault != nil && i.in.fault.Task != nil {
		return i.v.failTask(ctx, i.method, obj, i.in.fault)
	}
	if i.method == "Logout" {
		defer i.v.endSession(ctx.Session.Key)
	}
	h, ok := findHandler(obj, i.method)
	if ok && h.free {
		return h.call(i.v, ctx, obj, req)
	}
	unlock := i.v.lock(ctx, obj)
	defer unlock()
	if ok {
		return h.call(i.v, ctx, obj, req)
	}
	return i.vcsim(ctx, obj, req)
}

// vcsim runs vcsim's own implementation.
func (i *invocation) vcsim(ctx *simulator.Context, obj mo.Reference, req any) soap.HasFault {
	name := strings.ToUpper(i.method[:1]) + i.method[1:]
	if base, ok := strings.CutSuffix(name, "_Task"); ok {
		name = base + "Task"
	}
	m := reflect.ValueOf(obj).MethodByName(name)
	if !m.IsValid() {
		return faultBody(&vim.MethodNotFound{Receiver: i.this, Method: i.method})
	}
	if e, ok := obj.(mo.Entity); ok && slices.Contains(e.Entity().DisabledMethod, i.method) {
		return faultBody(new(vim.MethodDisabled))
	}
	args := []reflect.Value{reflect.ValueOf(req)}
	if m.Type().NumIn() == 2 {
		args = append([]reflect.Value{reflect.ValueOf(ctx)}, args...)
	}
	return m.Call(args)[0].Interface().(soap.HasFault)
}

// object finds what a method is called on: an object of the session first,
// since some singletons have one face per session.
func (v *VCenter) object(ctx *simulator.Context, ref vim.ManagedObjectReference) mo.Reference {
	if ctx.Session != nil {
		return ctx.Session.Get(ref)
	}
	return v.reg.Get(ref)
}

// lock takes an object's lock for ctx; it is reentrant for the same ctx.
func (v *VCenter) lock(ctx *simulator.Context, obj mo.Reference) (unlock func()) {
	var once sync.Once
	release := ctx.Map.AcquireLock(ctx, obj)
	return func() { once.Do(release) }
}

// faultBody is an answer that holds only a fault.
func faultBody(fault vim.BaseMethodFault) soap.HasFault {
	return &faultAnswer{Reason: soapFault(fault, "")}
}

type faultAnswer struct {
	Reason *soap.Fault `xml:"http://schemas.xmlsoap.org/soap/envelope/ Fault,omitempty"`
}

// Fault implements soap.HasFault.
func (b *faultAnswer) Fault() *soap.Fault { return b.Reason }

func soapFault(fault vim.BaseMethodFault, message string) *soap.Fault {
	if message == "" {
		message = faultText(fault)
	}
	f := &soap.Fault{Code: "ServerFaultCode", String: message}
	f.Detail.Fault = fault
	return f
}

// reply builds the answer of type B, such as methods.CloneVM_TaskBody, from the
// response or the fault.
func reply[B any, P interface {
	*B
	soap.HasFault
}](res any, fault vim.BaseMethodFault) soap.HasFault {
	if fault != nil {
		return faultBody(fault)
	}
	body := P(new(B))
	reflect.ValueOf(body).Elem().FieldByName("Res").Set(reflect.ValueOf(res))
	return body
}

func panicFault(method string, cause any) vim.BaseMethodFault {
	return &vim.SystemError{Reason: fmt.Sprintf("%s: %v", method, cause)}
}
