// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
)

func TestDebugFilesHoldNoSecrets(t *testing.T) {
	t.Parallel()
	v := start(t, simulator.Options{})
	config := configFor(v)
	config.Debug, config.DebugPath, config.DebugPathRun = true, t.TempDir(), "run"
	c := connect(t, v, config)
	if _, err := c.AttachedTags(t.Context(), machines(t, c)[0]); err != nil {
		t.Fatal(err)
	}
	r, err := c.REST(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	secrets := []string{v.Password(), r.SessionID(), c.SessionCookie().Value}
	files, err := filepath.Glob(filepath.Join(config.DebugPath, "debug", "run", "*"))
	if err != nil || len(files) < 8 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range secrets {
			if strings.Contains(string(content), s) {
				t.Errorf("%s holds a secret:\n%s", filepath.Base(file), content)
			}
		}
	}
}
