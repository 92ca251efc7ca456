// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// placeholder stands for the subcategory in the templates of object pages.
const placeholder = "@SUBCATEGORY@"

// rooms gives the registry's heading for the objects of each package under internal/provider.
var rooms = map[string]string{
	"inventory":  "Inventory",
	"compute":    "Hosts and Clusters",
	"host":       "Host Configuration",
	"network":    "Networking",
	"storage":    "Storage",
	"vm":         "Virtual Machines",
	"content":    "Content Library",
	"access":     "Administration",
	"supervisor": "Supervisor",
}

// page is one kind of object page: the directory of its pages (and the name of its
// template), the suffix of the files that declare such objects, and the objects.
type page struct {
	dir     string
	suffix  string
	objects []string
}

// writeTemplates copies the templates of src to dst, where each object gets a copy of
// its kind's template that names its room. tfplugindocs knows no subcategories, and a
// table of them would be one more place to forget; where an object lives says it already.
func writeTemplates(src, dst, packages string, pages []page) error {
	if err := os.CopyFS(dst, os.DirFS(src)); err != nil {
		return err
	}
	for _, p := range pages {
		if err := p.write(dst, packages); err != nil {
			return err
		}
	}
	return nil
}

func (p page) write(dst, packages string) error {
	shared := filepath.Join(dst, p.dir+".md.tmpl")
	text, err := os.ReadFile(shared)
	if err != nil {
		return err
	}
	if err := os.Remove(shared); err != nil { // Nothing may fall back to an unfilled template.
		return err
	}
	if err := os.MkdirAll(filepath.Join(dst, p.dir), 0o755); err != nil {
		return err
	}
	for _, object := range p.objects {
		name := filepath.Join(dst, p.dir, object+".md.tmpl")
		if _, err := os.Stat(name); err == nil {
			continue // A page with a template of its own.
		}
		room, err := findRoom(packages, object, p.suffix)
		if err != nil {
			return err
		}
		filled := strings.ReplaceAll(string(text), placeholder, room)
		if err := os.WriteFile(name, []byte(filled), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// findRoom returns the heading for an object: that of the package with the file which
// by convention declares it, <object><suffix>.go or, for small ones, <object>.go.
func findRoom(packages, object, suffix string) (string, error) {
	for _, file := range []string{object + suffix + ".go", object + ".go"} {
		found, err := filepath.Glob(filepath.Join(packages, "*", file))
		if err != nil {
			return "", err
		}
		for _, path := range found {
			if room, ok := rooms[filepath.Base(filepath.Dir(path))]; ok {
				return room, nil
			}
		}
	}
	return "", fmt.Errorf("%s: no room declares it: want %s/ROOM/%s%s.go: %w", object, packages, object, suffix, fs.ErrNotExist)
}
