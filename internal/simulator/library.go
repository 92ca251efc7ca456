// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vapi/vcenter"
	vim "github.com/vmware/govmomi/vim25/types"
)

const (
	restTemplates  = "/rest/vcenter/vm-template/library-items"
	restOVFItems   = "/rest/com/vmware/vcenter/ovf/library-item/id:"
	restItemStores = "/rest/com/vmware/content/library/item/storage?library_item_id="
)

// libraries adds to the content libraries of vcsim what it does not keep.
type libraries struct {
	mu        sync.Mutex
	templates map[string]ref // of VM template items, by id
}

// serveLibrary answers what vcsim does otherwise than vCenter does: VM templates
// become machines rather than templates again, and OVFs tell their networks.
func (v *VCenter) serveLibrary(w http.ResponseWriter, r *http.Request) bool {
	path, q := strings.TrimSuffix(r.URL.Path, "/"), r.URL.Query()
	switch {
	case r.Method != http.MethodPost:
		return false
	case path == restTemplates:
		v.keepTemplate(w, r)
		return true
	case strings.HasPrefix(path, restTemplates+"/") && q.Get("action") == "deploy":
		v.libraries.mu.Lock()
		template, ok := v.libraries.templates[strings.TrimPrefix(path, restTemplates+"/")]
		v.libraries.mu.Unlock()
		if ok {
			v.deployTemplate(w, r, template)
		}
		return ok
	case strings.HasPrefix(path, restOVFItems) && q.Get("~action") == "filter":
		return v.filterItem(w, r, strings.TrimPrefix(path, restOVFItems))
	}
	return false
}

// behind asks vcsim's REST side.
func (v *VCenter) behind(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r.Header.Set(restSessionID, v.backsideREST)
	v.mux.ServeHTTP(w, r)
	return w
}

// keepTemplate has vcsim make an item, and remembers the template that it made.
func (v *VCenter) keepTemplate(w http.ResponseWriter, r *http.Request) {
	var req struct{ Spec vcenter.Template }
	body, err := io.ReadAll(r.Body)
	if err != nil || json.Unmarshal(body, &req) != nil || req.Spec.Placement == nil || req.Spec.Placement.Folder == "" {
		writeRESTError(w, r.URL.Path, &vim.InvalidArgument{InvalidProperty: "spec"}, "")
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	made := v.behind(r)
	var res struct{ Value string }
	if made.Code == http.StatusOK && json.Unmarshal(made.Body.Bytes(), &res) == nil {
		v.rememberTemplate(res.Value, req.Spec.Placement.Folder, req.Spec.Name)
	}
	w.WriteHeader(made.Code)
	_, _ = w.Write(made.Body.Bytes()) // the client may have gone
}

func (v *VCenter) rememberTemplate(item, folder, name string) {
	id, _ := v.Ref(folder)
	f, ok := v.reg.Get(id).(*simulator.Folder)
	if !ok {
		return
	}
	template := v.reg.FindByName(name, f.ChildEntity)
	if template == nil {
		return
	}
	v.libraries.mu.Lock()
	defer v.libraries.mu.Unlock()
	if v.libraries.templates == nil {
		v.libraries.templates = map[string]ref{}
	}
	v.libraries.templates[item] = template.Reference()
}

// deployTemplate makes a machine like the template of an item.
func (v *VCenter) deployTemplate(w http.ResponseWriter, r *http.Request, template ref) {
	var req struct{ Spec vcenter.DeployTemplate }
	fault := vim.BaseMethodFault(&vim.InvalidArgument{InvalidProperty: "spec"})
	vm, ok := v.reg.Get(template).(*simulator.VirtualMachine)
	if !ok {
		fault = new(vim.NotFound)
	} else if json.NewDecoder(r.Body).Decode(&req) == nil && req.Spec.Placement != nil {
		var clone *simulator.VirtualMachine
		if clone, fault = v.cloneTemplate(vm, &req.Spec); fault == nil {
			writeREST(w, r.URL.Path, http.StatusOK, clone.Self.Value)
			return
		}
	}
	writeRESTError(w, r.URL.Path, fault, "")
}

func (v *VCenter) cloneTemplate(vm *simulator.VirtualMachine, spec *vcenter.DeployTemplate) (*simulator.VirtualMachine, vim.BaseMethodFault) {
	folder, ok := v.Ref(spec.Placement.Folder)
	if !ok {
		return nil, new(vim.NotFound)
	}
	req := &vim.CloneVM_Task{This: vm.Self, Folder: folder, Name: spec.Name, Spec: vim.VirtualMachineCloneSpec{PowerOn: spec.PoweredOn}}
	wanted := map[string]**ref{spec.Placement.ResourcePool: &req.Spec.Location.Pool, spec.Placement.Host: &req.Spec.Location.Host}
	if s := spec.VMHomeStorage; s != nil {
		wanted[s.Datastore] = &req.Spec.Location.Datastore
	}
	for id, to := range wanted {
		if id == "" {
			continue
		}
		found, ok := v.Ref(id)
		if !ok {
			return nil, new(vim.NotFound)
		}
		*to = &found
	}
	return v.clone(v.context(), vm, req)
}

// filterItem tells what an OVF has; vcsim knows only its name.
func (v *VCenter) filterItem(w http.ResponseWriter, r *http.Request, item string) bool {
	stores := v.behind(httptest.NewRequestWithContext(r.Context(), http.MethodGet, restItemStores+item, nil))
	var files struct {
		Value []struct {
			Name string   `json:"name"`
			URIs []string `json:"storage_uris"`
		}
	}
	if stores.Code != http.StatusOK || json.Unmarshal(stores.Body.Bytes(), &files) != nil {
		return false
	}
	for _, f := range files.Value {
		if !strings.HasSuffix(f.Name, ".ovf") || len(f.URIs) == 0 {
			continue
		}
		text, err := os.ReadFile(f.URIs[0])
		if err != nil {
			return false
		}
		e, problem := readOVF(string(text))
		if problem != nil {
			writeRESTError(w, r.URL.Path, problem.Fault, problem.LocalizedMessage)
			return true
		}
		networks := []string{}
		if e.Network != nil {
			for _, n := range e.Network.Networks {
				networks = append(networks, n.Name)
			}
		}
		writeREST(w, r.URL.Path, http.StatusOK, map[string]any{"name": strings.TrimSuffix(f.Name, ".ovf"), "networks": networks, "EULAs": []string{}, "storage_groups": []string{}})
		return true
	}
	return false
}
