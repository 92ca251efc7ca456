// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/vmware/govmomi/session/cache"
	"github.com/vmware/govmomi/vapi/rest"
	"github.com/vmware/govmomi/vim25"
	"github.com/vmware/govmomi/vim25/soap"
)

// sessionFiles is where govc and this client keep sessions: govmomi names the
// files and knows their content.
func (e *Endpoint) sessionFiles() *cache.Session {
	return &cache.Session{
		URL:      e.url,
		Insecure: e.config.Insecure,
		DirSOAP:  e.config.VimSessionPath,
		DirREST:  e.config.RESTSessionPath,
	}
}

// restoreSOAP returns a client with the persisted session if it still holds.
// A file that cannot be used is no error: there will be a new login.
func (e *Endpoint) restoreSOAP(ctx context.Context) *vim25.Client {
	if !e.config.PersistSession {
		return nil
	}
	vc := new(vim25.Client)
	if !e.restore(ctx, vc) {
		if vc.Client != nil {
			vc.CloseIdleConnections()
		}
		return nil
	}
	return vc
}

func (e *Endpoint) restore(ctx context.Context, c cache.Client) bool {
	ctx, cancel := context.WithTimeout(ctx, e.config.APITimeout)
	defer cancel()
	ok, err := e.sessionFiles().Load(ctx, c, func(sc *soap.Client) error {
		e.tune(sc)
		return nil
	})
	if err != nil {
		e.config.Log.Debug(ctx, "the persisted session cannot be used", map[string]any{"service": c.Path(), "error": err.Error()})
		return false
	}
	return ok
}

// persist keeps a session for the next run. A failure costs a login then, and
// nothing now.
func (e *Endpoint) persist(ctx context.Context, c cache.Client) {
	if !e.config.PersistSession {
		return
	}
	if err := e.save(c); err != nil {
		e.config.Log.Warn(ctx, "the session cannot be persisted", map[string]any{"service": c.Path(), "error": err.Error()})
	}
}

// save writes the session beside its place and renames it, so that a run that
// starts meanwhile never reads half a file.
func (e *Endpoint) save(c cache.Client) error {
	files := e.sessionFiles()
	dir, err := sessionDir(files.DirSOAP, "sessions")
	if c.Path() == rest.Path {
		dir, err = sessionDir(files.DirREST, "rest_sessions")
	}
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	draft, err := os.MkdirTemp(dir, ".new-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(draft) }()
	files.DirSOAP, files.DirREST = draft, draft
	if err := files.Save(c); err != nil {
		return err
	}
	written, err := os.ReadDir(draft)
	if err != nil {
		return err
	}
	if len(written) != 1 {
		return fmt.Errorf("%d session files instead of one", len(written))
	}
	name := written[0].Name()
	if err := os.Chmod(filepath.Join(draft, name), 0o600); err != nil {
		return err
	}
	return os.Rename(filepath.Join(draft, name), filepath.Join(dir, name))
}

// sessionDir is the configured directory, or else govc's.
func sessionDir(configured, kind string) (string, error) {
	if configured != "" {
		return configured, nil
	}
	if home := os.Getenv("GOVMOMI_HOME"); home != "" {
		return filepath.Join(home, kind), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(home, ".govmomi", kind), nil
}
