// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	vim "github.com/vmware/govmomi/vim25/types"
)

const (
	restTagging = "/rest/com/vmware/cis/tagging/"
	apiTagging  = "/api/cis/tagging/"
)

// taggingRequest is a request to the tagging service, in either form of path.
type taggingRequest struct {
	*tagging
	*http.Request
	kind   string // category, tag, tag-association
	id     string
	action string
	wrap   bool // /rest wraps specs: {"create_spec": {...}}
}

// serveTagging answers a request to the tagging service; false if it is none.
func (v *VCenter) serveTagging(w http.ResponseWriter, r *http.Request) bool {
	q := &taggingRequest{tagging: v.tagging, Request: r}
	path := r.URL.Path
	switch {
	case strings.HasPrefix(path, restTagging):
		path, q.wrap, q.action = path[len(restTagging):], true, r.URL.Query().Get("~action")
	case strings.HasPrefix(path, apiTagging):
		path, q.action = path[len(apiTagging):], r.URL.Query().Get("action")
	default:
		return false
	}
	q.kind, q.id, _ = strings.Cut(strings.TrimSuffix(path, "/"), "/")
	q.id = strings.TrimPrefix(q.id, "id:")
	q.mu.Lock()
	defer q.mu.Unlock()
	val, fault := q.answer()
	switch {
	case fault != nil:
		writeRESTError(w, r.URL.Path, fault, "")
	case val == nil && !q.wrap:
		w.WriteHeader(http.StatusNoContent)
	default:
		writeREST(w, r.URL.Path, http.StatusOK, val)
	}
	return true
}

func (q *taggingRequest) answer() (any, vim.BaseMethodFault) {
	switch q.kind {
	case "category":
		return q.category()
	case "tag":
		return q.tag()
	case "tag-association":
		return q.association()
	}
	return nil, new(vim.NotFound)
}

// decode reads the request's body; /rest has the value under a key.
func (q *taggingRequest) decode(key string, into any) vim.BaseMethodFault {
	var raw json.RawMessage
	if err := json.NewDecoder(q.Body).Decode(&raw); err != nil {
		return &vim.InvalidArgument{InvalidProperty: "body"}
	}
	if q.wrap && key != "" {
		var outer map[string]json.RawMessage
		if json.Unmarshal(raw, &outer) != nil || outer[key] == nil {
			return &vim.InvalidArgument{InvalidProperty: key}
		}
		raw = outer[key]
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return &vim.InvalidArgument{InvalidProperty: key}
	}
	return nil
}

func (q *taggingRequest) category() (any, vim.BaseMethodFault) {
	switch {
	case q.id == "" && q.Method == http.MethodGet:
		return sortedKeys(q.categories), nil
	case q.id == "" && q.Method == http.MethodPost:
		var c tagCategory
		if fault := q.decode("create_spec", &c); fault != nil {
			return nil, fault
		}
		id, fault := q.createCategory(c)
		return id, fault
	case q.Method == http.MethodPatch:
		var u categoryUpdate
		if fault := q.decode("update_spec", &u); fault != nil {
			return nil, fault
		}
		return nil, q.updateCategory(q.id, u)
	case q.Method == http.MethodDelete:
		return nil, q.deleteCategory(q.id)
	}
	if c := q.categories[q.id]; c != nil {
		return c, nil
	}
	return nil, new(vim.NotFound)
}

func (q *taggingRequest) tag() (any, vim.BaseMethodFault) {
	switch {
	case q.action == "list-tags-for-category":
		return q.tagsForCategory()
	case q.id == "" && q.Method == http.MethodGet:
		return sortedKeys(q.tags), nil
	case q.id == "" && q.Method == http.MethodPost:
		var x tag
		if fault := q.decode("create_spec", &x); fault != nil {
			return nil, fault
		}
		id, fault := q.createTag(x)
		return id, fault
	case q.Method == http.MethodPatch:
		var u tagUpdate
		if fault := q.decode("update_spec", &u); fault != nil {
			return nil, fault
		}
		return nil, q.updateTag(q.id, u)
	case q.Method == http.MethodDelete:
		return nil, q.deleteTag(q.id)
	}
	if x := q.tags[q.id]; x != nil {
		return x, nil
	}
	return nil, new(vim.NotFound)
}

func (q *taggingRequest) tagsForCategory() (any, vim.BaseMethodFault) {
	id := q.id
	if id == "" {
		var body struct {
			CategoryID string `json:"category_id"`
		}
		if fault := q.decode("", &body); fault != nil {
			return nil, fault
		}
		id = body.CategoryID
	}
	if q.categories[id] == nil {
		return nil, new(vim.NotFound)
	}
	ids := []string{}
	for tagID, x := range q.tags {
		if x.CategoryID == id {
			ids = append(ids, tagID)
		}
	}
	slices.Sort(ids)
	return ids, nil
}

// association answers the calls that attach, detach and list.
func (q *taggingRequest) association() (any, vim.BaseMethodFault) {
	var body struct {
		Object  objectID   `json:"object_id"`
		Objects []objectID `json:"object_ids"`
		Tags    []string   `json:"tag_ids"`
	}
	if q.ContentLength != 0 && q.action != "list-attached-objects" || q.action == "list-attached-tags" {
		if fault := q.decode("", &body); fault != nil {
			return nil, fault
		}
	}
	if q.id != "" && q.tags[q.id] == nil {
		return nil, new(vim.NotFound)
	}
	switch q.action {
	case "attach":
		return nil, q.attach(q.id, body.Object)
	case "detach":
		return nil, q.detach(q.id, body.Object)
	case "list-attached-objects":
		return q.objectsOf(q.id), nil
	case "list-attached-tags":
		id, ok := q.object(body.Object)
		if !ok {
			return nil, new(vim.NotFound)
		}
		return q.tagsOf(id), nil
	case "list-attached-tags-on-objects":
		return q.tagsOnObjects(body.Objects), nil
	case "list-attached-objects-on-tags":
		return q.objectsOnTags(body.Tags)
	case "attach-multiple-tags-to-object":
		return q.batch(body.Tags, func(id string) vim.BaseMethodFault { return q.attach(id, body.Object) }), nil
	case "detach-multiple-tags-from-object":
		return q.batch(body.Tags, func(id string) vim.BaseMethodFault { return q.detach(id, body.Object) }), nil
	case "attach-tag-to-multiple-objects":
		return q.batchObjects(body.Objects, q.attach), nil
	case "detach-tag-from-multiple-objects":
		return q.batchObjects(body.Objects, q.detach), nil
	}
	return nil, new(vim.NotFound)
}

type tagsOnObject struct {
	Object objectID `json:"object_id"`
	Tags   []string `json:"tag_ids"`
}

// tagsOnObjects lists only objects that have tags, as vCenter does.
func (q *taggingRequest) tagsOnObjects(objects []objectID) []tagsOnObject {
	res := []tagsOnObject{}
	for _, o := range objects {
		id, _ := q.object(o)
		if tags := q.tagsOf(id); len(tags) > 0 {
			res = append(res, tagsOnObject{o, tags})
		}
	}
	return res
}

type objectsOnTag struct {
	Tag     string     `json:"tag_id"`
	Objects []objectID `json:"object_ids"`
}

func (q *taggingRequest) objectsOnTags(tags []string) (any, vim.BaseMethodFault) {
	res := []objectsOnTag{}
	for _, id := range tags {
		if q.tags[id] == nil {
			return nil, new(vim.NotFound)
		}
		res = append(res, objectsOnTag{id, q.objectsOf(id)})
	}
	return res, nil
}

// batchResult reports what went wrong; what could be done is done.
type batchResult struct {
	Success bool           `json:"success"`
	Errors  []batchMessage `json:"error_messages"`
}

type batchMessage struct {
	ID      string   `json:"id"`
	Message string   `json:"default_message"`
	Args    []string `json:"args"`
}

func (r *batchResult) add(what string, fault vim.BaseMethodFault) {
	if fault == nil {
		return
	}
	r.Success = false
	id := "cis.tagging.objectNotFound.error"
	if _, ok := fault.(*vim.InvalidArgument); ok {
		id = "cis.tagging.cardinalityOrTypeMismatch.error"
	}
	r.Errors = append(r.Errors, batchMessage{id, fmt.Sprintf("%s: %s", what, faultText(fault)), []string{what}})
}

func (q *taggingRequest) batch(tags []string, do func(string) vim.BaseMethodFault) batchResult {
	res := batchResult{Success: true, Errors: []batchMessage{}}
	for _, id := range tags {
		res.add(id, do(id))
	}
	return res
}

func (q *taggingRequest) batchObjects(objects []objectID, do func(string, objectID) vim.BaseMethodFault) batchResult {
	res := batchResult{Success: true, Errors: []batchMessage{}}
	for _, o := range objects {
		res.add(o.ID, do(q.id, o))
	}
	return res
}

func sortedKeys[V any](m map[string]V) []string {
	keys := []string{}
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
