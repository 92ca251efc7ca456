// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package ovf

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"

	vim "github.com/vmware/govmomi/vim25/types"
)

// destination is where one file goes.
type destination struct {
	vim.OvfFileItem
	url        string
	thumbprint string // of the host's certificate
}

// devices returns where each file goes, by its path.
func (l *lease) devices() (map[string]destination, error) {
	all := map[string]destination{}
	for _, f := range l.load.files {
		for _, d := range l.info.DeviceUrl {
			if d.ImportKey != f.DeviceId {
				continue
			}
			u, err := url.Parse(d.Url)
			if err != nil {
				return nil, fmt.Errorf("vCenter gives no usable address for %s", f.Path)
			}
			if strings.HasPrefix(u.Host, "*") { // an ESXi host means itself
				u.Host = l.c.URL().Hostname() + strings.TrimPrefix(u.Host, "*")
			}
			all[f.Path] = destination{f, u.String(), d.SslThumbprint}
		}
		if all[f.Path].url == "" {
			return nil, fmt.Errorf("vCenter gives no address for %s", f.Path)
		}
	}
	return all, nil
}

// upload sends one file. Disks are posted in the stream format, other files, such
// as images of CD-ROMs, are put as they are.
func (l *lease) upload(ctx context.Context, to destination, size int64, r io.Reader) error {
	method, kind := http.MethodPost, "application/x-vnd.vmware-streamVmdk"
	if to.Create {
		method, kind = http.MethodPut, "application/octet-stream"
	}
	req, err := http.NewRequestWithContext(ctx, method, to.url, io.NopCloser(&counted{r, &l.sent}))
	if err != nil {
		return fmt.Errorf("uploading %s: %w", to.Path, withoutURL(err))
	}
	req.ContentLength = size
	if size == 0 {
		req.Body = http.NoBody
	}
	req.Header.Set("Content-Type", kind)
	if to.Create {
		req.Header.Set("Overwrite", "t")
	}
	res, err := l.c.Transfer(req.URL.Hostname(), to.thumbprint).Do(req)
	if err != nil {
		return fmt.Errorf("uploading %s to %s: %w", to.Path, req.URL.Host, withoutURL(err))
	}
	defer func() { _ = res.Body.Close() }() // it was only read
	if res.StatusCode/100 != 2 {
		said, _ := io.ReadAll(io.LimitReader(res.Body, 500)) // more about the status, if anything
		return fmt.Errorf("uploading %s to %s: %s", to.Path, req.URL.Host, strings.TrimSpace(res.Status+" "+string(said)))
	}
	return nil
}

// counted counts what is read.
type counted struct {
	r io.Reader
	n *atomic.Int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	return n, err
}
