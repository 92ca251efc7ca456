// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package ovf_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere/ovf"
)

func appliance() *acctest.Appliance {
	return &acctest.Appliance{Name: "photon", DisksGB: []int{1, 2}, Networks: []string{"lan"}}
}

var diskNames = []string{"photon-disk1.vmdk", "photon-disk2.vmdk"}

// read opens a package and reads its disks.
func read(t *testing.T, at ovf.Location) (map[string][]byte, error) {
	t.Helper()
	p, err := ovf.Open(t.Context(), at)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	got := map[string][]byte{".ovf": []byte(p.Descriptor)}
	err = p.Each(t.Context(), diskNames, func(name string, size int64, r io.Reader) error {
		data, err := io.ReadAll(r)
		if size != int64(len(data)) {
			t.Errorf("%s has %d bytes, said to be %d", name, len(data), size)
		}
		got[name] = data
		return err
	})
	return got, err
}

// TestReadEveryForm reads the same package from a directory, an archive and a web
// server, with the manifest first, last and not at all.
func TestReadEveryForm(t *testing.T) {
	for name, change := range map[string]func(*acctest.Appliance){
		"manifest":      func(*acctest.Appliance) {},
		"late manifest": func(a *acctest.Appliance) { a.LateManifest = true },
		"no manifest":   func(a *acctest.Appliance) { a.NoManifest = true },
	} {
		t.Run(name, func(t *testing.T) {
			dir, a := t.TempDir(), appliance()
			change(a)
			web := httptest.NewServer(http.FileServer(http.Dir(dir)))
			defer web.Close()
			want := a.Files(t)
			for _, at := range []ovf.Location{
				{Path: a.Write(t, dir)}, {Path: a.WriteOVA(t, dir)}, {URL: web.URL + "/photon.ovf?token=1"}, {URL: web.URL + "/photon.ova"},
			} {
				got, err := read(t, at)
				if err != nil {
					t.Fatalf("%v: %v", at, err)
				}
				for _, f := range want {
					data, read := got[f.Name]
					if f.Name == "photon.ovf" {
						data, read = got[".ovf"], true
					}
					if read && !bytes.Equal(data, f.Data) {
						t.Errorf("%v: %s is not what was written", at, f.Name)
					}
				}
				if len(got) != 3 {
					t.Errorf("%v: read %d files", at, len(got))
				}
			}
		})
	}
}

// TestDamagedFiles finds every damaged file, wherever the manifest is.
func TestDamagedFiles(t *testing.T) {
	for _, late := range []bool{false, true} {
		for _, damaged := range []string{"photon.ovf", "photon-disk2.vmdk"} {
			a := appliance()
			a.LateManifest = late
			files := a.Files(t)
			dir := t.TempDir()
			for i := range files {
				if files[i].Name == damaged {
					files[i].Data = append(bytes.Clone(files[i].Data), ' ')
				}
				if err := os.WriteFile(filepath.Join(dir, files[i].Name), files[i].Data, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.WriteFile(filepath.Join(dir, "photon.ova"), acctest.Archive(t, files), 0o600); err != nil {
				t.Fatal(err)
			}
			for _, form := range []string{"photon.ovf", "photon.ova"} {
				_, err := read(t, ovf.Location{Path: filepath.Join(dir, form)})
				var sum *ovf.ChecksumError
				if !errors.As(err, &sum) || sum.File != damaged {
					t.Errorf("%s with %s damaged, late manifest %v: %v", form, damaged, late, err)
				}
			}
		}
	}
}

func TestManifests(t *testing.T) {
	const empty1, empty512 = "da39a3ee5e6b4b0d3255bfef95601890afd80709",
		"cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"
	for _, test := range []struct{ manifest, want string }{
		{"SHA1(empty)= " + empty1, ""},
		{"SHA512 ( empty ) = " + strings.ToUpper(empty512) + "\r\n\r\n", ""},
		{"SHA1(empty)= 00", "empty is damaged"},
		{"MD5(empty)= 00", "of the kind MD5"},
		{"nonsense", "line 1 is not of the form"},
	} {
		dir := t.TempDir()
		for name, text := range map[string]string{"a.ovf": "<Envelope/>", "a.mf": test.manifest, "empty": ""} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		p, err := ovf.Open(t.Context(), ovf.Location{Path: filepath.Join(dir, "a.ovf")})
		if err == nil {
			err = p.Each(t.Context(), []string{"empty"}, func(string, int64, io.Reader) error { return nil })
		}
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: %v", test.manifest, err)
		}
	}
}

// TestBadPackages shows that what is no package is said to be none.
func TestBadPackages(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	files := appliance().Files(t)
	web := httptest.NewTLSServer(http.FileServer(http.Dir(dir)))
	defer web.Close()
	whole := acctest.Archive(t, files)
	for _, test := range []struct {
		at   ovf.Location
		want string
	}{
		{ovf.Location{Path: filepath.Join(dir, "none.ovf")}, "no such file"},
		{ovf.Location{Path: dir}, "is not a file"},
		{ovf.Location{URL: "ftp://host/a.ovf"}, "must begin with http"},
		{ovf.Location{URL: web.URL + "/secret.ovf"}, "certificate"},
		{ovf.Location{URL: web.URL + "/none.ovf?secret", Insecure: true}, "404"},
		{ovf.Location{Path: write("disk.ova", acctest.Archive(t, files[2:]))}, "begins with photon-disk1.vmdk"},
		{ovf.Location{Path: write("short.ova", whole[:700])}, "unexpected EOF"},
		{ovf.Location{Path: write("less.ova", acctest.Archive(t, files[:3]))}, "has no file photon-disk2.vmdk"},
		{ovf.Location{Path: write("lonely.ovf", []byte("<Envelope/>"))}, "photon-disk1.vmdk"},
		{ovf.Location{Path: write("huge.ovf", make([]byte, 17<<20))}, "too large"},
	} {
		_, err := read(t, test.at)
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "secret") && test.at.Path == "" && strings.Contains(err.Error(), "?") {
			t.Errorf("%v: %v", test.at, err)
		}
	}
	p, err := ovf.Open(t.Context(), ovf.Location{Path: filepath.Join(dir, "lonely.ovf")})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Each(t.Context(), []string{"../secret"}, nil); err == nil || !strings.Contains(err.Error(), "outside of the package") {
		t.Errorf("a file outside of the package: %v", err)
	}
}
