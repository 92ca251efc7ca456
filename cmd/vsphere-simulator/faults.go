// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"
	"time"

	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
)

// faultFile is an entry of a faults file. Durations are Go's, faults are vSphere
// fault types such as "TaskInProgress".
type faultFile struct {
	Method    string `json:"method"`
	Object    string `json:"object"`
	At        int    `json:"at"`
	MaxCount  int    `json:"max_count"`
	Fault     string `json:"fault"`
	Task      string `json:"task"`
	Message   string `json:"message"`
	Status    int    `json:"status"`
	Expire    bool   `json:"expire"`
	Cut       string `json:"cut"` // before, after
	Delay     string `json:"delay"`
	TaskDelay string `json:"task_delay"`
}

// injectFile injects the faults that a file lists.
func injectFile(vc *simulator.VCenter, path string) error {
	raw, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var entries []faultFile
	if err := json.Unmarshal(raw, &entries); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	for i := range entries {
		f, err := entries[i].fault()
		if err != nil {
			return fmt.Errorf("%s: entry %d: %w", path, i+1, err)
		}
		vc.Inject(f)
	}
	return nil
}

func (e *faultFile) fault() (f simulator.Fault, err error) {
	f = simulator.Fault{
		Method: e.Method, Object: vim.ManagedObjectReference{Value: e.Object},
		At: e.At, MaxCount: e.MaxCount, Message: e.Message, Status: e.Status, Expire: e.Expire,
	}
	cuts := map[string]simulator.Cut{"": simulator.CutNever, "before": simulator.CutBefore, "after": simulator.CutAfter}
	var ok bool
	if f.Cut, ok = cuts[e.Cut]; !ok {
		return f, fmt.Errorf("cut %q is neither before nor after", e.Cut)
	}
	if f.SOAP, err = vimFault(e.Fault); err != nil {
		return f, err
	}
	if f.Task, err = vimFault(e.Task); err != nil {
		return f, err
	}
	if f.Delay, err = duration(e.Delay); err != nil {
		return f, err
	}
	f.TaskDelay, err = duration(e.TaskDelay)
	return f, err
}

func duration(s string) (time.Duration, error) {
	if s == "" {
		return 0, nil
	}
	return time.ParseDuration(s)
}

// vimFault makes an empty fault of the named type.
func vimFault(name string) (vim.BaseMethodFault, error) {
	if name == "" {
		return nil, nil
	}
	t, ok := vim.TypeFunc()(name)
	if ok {
		if f, ok := reflect.New(t).Interface().(vim.BaseMethodFault); ok {
			return f, nil
		}
	}
	return nil, fmt.Errorf("%q is no vSphere fault", name)
}

// quote makes a word of s for POSIX shells.
func quote(s string) string {
	return "'" + strings.ReplaceAll(s, "'", "'\\''") + "'"
}
