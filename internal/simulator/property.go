// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"

	vim "github.com/vmware/govmomi/vim25/types"
)

// fields maps the property names of a managed or data object type to the index
// paths of its Go fields.
func fields(t reflect.Type) map[string][]int {
	if m, ok := fieldCache.Load(t); ok {
		return m.(map[string][]int)
	}
	m := map[string][]int{}
	addFields(t, nil, m)
	fieldCache.Store(t, m)
	return m
}

var fieldCache sync.Map // reflect.Type to map[string][]int

// addFields adds a type's own fields before those of what it embeds: the outer
// one hides the inner one of the same name.
func addFields(t reflect.Type, at []int, m map[string][]int) {
	var embedded []int
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			embedded = append(embedded, i)
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" || name == "-" || !f.IsExported() {
			continue
		}
		if _, hidden := m[name]; !hidden && f.Name != "Self" {
			m[name] = append(append([]int(nil), at...), i)
		}
	}
	for _, i := range embedded {
		if t.Field(i).Type.Kind() == reflect.Struct {
			addFields(t.Field(i).Type, append(append([]int(nil), at...), i), m)
		}
	}
}

// propertyAt reads a property path from a struct. An unset property is an
// invalid Value and ok; a name that the type does not have is not ok.
func propertyAt(val reflect.Value, path string) (found reflect.Value, ok bool) {
	for path != "" {
		var name, key string
		name, key, path = nextStep(path)
		val = indirect(val)
		if !val.IsValid() {
			return val, true
		}
		if val.Kind() != reflect.Struct {
			return val, false
		}
		index, has := fields(val.Type())[name]
		if !has {
			return val, false
		}
		val = val.FieldByIndex(index)
		if key != "" {
			if val, ok = element(val, key); !ok {
				return val, false
			}
		}
	}
	return val, true
}

// nextStep splits a.b["k"].c into its first name, its key without quotes, and
// the rest. Keys may hold dots.
func nextStep(path string) (name, key, rest string) {
	i := strings.IndexAny(path, ".[")
	if i < 0 {
		return path, "", ""
	}
	name, rest = path[:i], path[i+1:]
	if path[i] == '.' {
		return name, "", rest
	}
	key, rest, _ = strings.Cut(rest, "]")
	return name, strings.Trim(key, "\"'"), strings.TrimPrefix(rest, ".")
}

func indirect(val reflect.Value) reflect.Value {
	for val.IsValid() && (val.Kind() == reflect.Pointer || val.Kind() == reflect.Interface) {
		val = val.Elem()
	}
	return val
}

// element finds the item of an array whose key property equals key.
func element(val reflect.Value, key string) (reflect.Value, bool) {
	if val.Kind() != reflect.Slice {
		return val, false
	}
	for i := range val.Len() {
		item := indirect(val.Index(i))
		if !item.IsValid() || item.Kind() != reflect.Struct {
			continue
		}
		k, ok := propertyAt(item, "key")
		if !ok {
			return val, false
		}
		k = indirect(k)
		if k.Kind() == reflect.Int32 && strconv.FormatInt(k.Int(), 10) == key || k.Kind() == reflect.String && k.String() == key {
			return item, true
		}
	}
	return reflect.Value{}, true
}

// propertyValue is a copy of a field as the property collector reports it:
// arrays wrapped in their ArrayOf type; nil if it is unset.
func propertyValue(val reflect.Value) vim.AnyType {
	val = indirect(val)
	if !val.IsValid() || val.Kind() == reflect.String && val.Len() == 0 {
		return nil
	}
	c := deepCopy(val)
	if val.Kind() == reflect.Slice {
		return arrayOf(c)
	}
	return c.Interface()
}

var vimTypes = vim.TypeFunc()

func arrayOf(val reflect.Value) vim.AnyType {
	name := strings.TrimPrefix(val.Type().Elem().Name(), "Base")
	switch val.Type().Elem().Kind() {
	case reflect.Uint8:
		name = "Byte"
	case reflect.Int16:
		name = "Short"
	case reflect.Int32:
		name = "Int"
	case reflect.Int64:
		name = "Long"
	case reflect.String:
		if name == "string" {
			name = "String"
		}
	}
	t, ok := vimTypes("ArrayOf" + name)
	if !ok {
		return val.Interface()
	}
	a := reflect.New(t)
	f := a.Elem().Field(0)
	f.Set(val.Convert(f.Type()))
	return a.Interface()
}

var timeType = reflect.TypeFor[time.Time]()

// deepCopy copies a value with everything that it points to.
func deepCopy(val reflect.Value) reflect.Value {
	switch val.Kind() {
	case reflect.Pointer:
		if val.IsNil() {
			return val
		}
		c := reflect.New(val.Type().Elem())
		c.Elem().Set(deepCopy(val.Elem()))
		return c
	case reflect.Interface:
		if val.IsNil() {
			return val
		}
		c := reflect.New(val.Type()).Elem()
		c.Set(deepCopy(val.Elem()))
		return c
	case reflect.Slice:
		if val.IsNil() {
			return val
		}
		c := reflect.MakeSlice(val.Type(), val.Len(), val.Len())
		for i := range val.Len() {
			c.Index(i).Set(deepCopy(val.Index(i)))
		}
		return c
	case reflect.Struct:
		c := reflect.New(val.Type()).Elem()
		c.Set(val)
		if val.Type() == timeType {
			return c
		}
		for i := range val.NumField() {
			if val.Type().Field(i).IsExported() {
				c.Field(i).Set(deepCopy(val.Field(i)))
			}
		}
		return c
	}
	return val
}

// copyOf is deepCopy for those who know the type.
func copyOf[T any](x T) T {
	return deepCopy(reflect.ValueOf(&x)).Elem().Interface().(T)
}

// isKind reports whether a managed object's Go type is, or embeds, the type
// that a client named.
func isKind(t reflect.Type, name string) bool {
	if name == vcenterDVS {
		name = vcsimDVS
	}
	if t.Name() == name || name == "ManagedObject" {
		return true
	}
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous && f.Type.Kind() == reflect.Struct && isKind(f.Type, name) {
			return true
		}
	}
	return false
}
