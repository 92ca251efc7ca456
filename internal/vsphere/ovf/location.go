// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package ovf

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"time"
)

// Location is where a package is: a path on this computer, or a URL with the
// scheme http or https. Only one of them is set.
type Location struct {
	Path, URL string
	// Insecure takes any certificate of the server of URL.
	Insecure bool
}

// place is where the files of a package are.
type place interface {
	// open opens a file by its name, as the descriptor refers to it. The error of
	// one that is not there satisfies fs.ErrNotExist.
	open(ctx context.Context, name string) (*file, error)
	close()
}

// file is an open file; its size is -1 where the server does not tell.
type file struct {
	io.ReadCloser
	size int64
}

func (f *file) close() { _ = f.Close() } // it was only read

// place returns where the package's files are, and the name of the package there.
func (l Location) place() (place, string, error) {
	if l.URL == "" {
		return directory(filepath.Dir(l.Path)), filepath.Base(l.Path), nil
	}
	u, err := url.Parse(l.URL)
	if err != nil {
		return nil, "", fmt.Errorf("not a URL: %w", withoutURL(err))
	}
	if (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return nil, "", errors.New("the URL must begin with http:// or https:// and name a server")
	}
	transport := &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		TLSClientConfig:       &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: l.Insecure},
		TLSHandshakeTimeout:   30 * time.Second,
		ResponseHeaderTimeout: time.Minute,
		DisableCompression:    true, // sizes are those of the files
	}
	name := path.Base(u.Path)
	u.Path, u.RawPath = path.Dir(u.Path), ""
	return &site{http.Client{Transport: transport}, u}, name, nil
}

// directory is a place on this computer.
type directory string

func (d directory) open(_ context.Context, name string) (*file, error) {
	if !filepath.IsLocal(filepath.FromSlash(name)) {
		return nil, outside(name)
	}
	f, err := os.Open(filepath.Join(string(d), filepath.FromSlash(name)))
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is not a file", f.Name())
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return &file{f, info.Size()}, nil
}

func (directory) close() {}

// site is a place on a web server.
type site struct {
	client http.Client
	base   *url.URL
}

func (s *site) open(ctx context.Context, name string) (*file, error) {
	if !filepath.IsLocal(name) {
		return nil, outside(name)
	}
	u := *s.base
	u.Path = path.Join(u.Path, name)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, withoutURL(err))
	}
	res, err := s.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, withoutURL(err))
	}
	switch res.StatusCode {
	case http.StatusOK:
		return &file{res.Body, res.ContentLength}, nil
	case http.StatusNotFound, http.StatusGone, http.StatusForbidden: // stores that keep the list of their files secret say the last
		err = &notThereError{res.Status}
	default:
		err = errors.New(res.Status)
	}
	_ = res.Body.Close()
	return nil, fmt.Errorf("reading %s from %s: %w", name, s.base.Host, err)
}

func (s *site) close() { s.client.CloseIdleConnections() }

// notThereError is the answer of a web server that does not have a file.
type notThereError struct{ status string }

func (e *notThereError) Error() string { return e.status }

// Is makes it a file that does not exist.
func (*notThereError) Is(target error) bool { return target == fs.ErrNotExist }

func outside(name string) error {
	return fmt.Errorf("the descriptor refers to %q, which is outside of the package", name)
}

// withoutURL takes the URL, which may carry secrets, out of an error of net/http.
func withoutURL(err error) error {
	if e := (*url.Error)(nil); errors.As(err, &e) {
		return e.Err
	}
	return err
}
