// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"time"
)

// Upload writes a local file to a datastore, over what is there. The content is
// streamed. Directories must exist.
func (c *Client) Upload(ctx context.Context, local string, to DatastoreFile) error {
	address, err := c.folderURL(ctx, to)
	if err != nil {
		return err
	}
	seen := c.session.generation()
	put := func() error { return c.put(ctx, local, address) }
	err = retry(ctx, true, put)
	if httpStatus(err) == http.StatusUnauthorized { // the session has ended
		if err := c.session.renew(ctx, seen); err != nil {
			return fmt.Errorf("logging in again: %w", err)
		}
		err = retry(ctx, true, put)
	}
	if err != nil {
		return fmt.Errorf("uploading %q to %q: %w", local, to, err)
	}
	return nil
}

// folderURL is the address of a file for transfers.
func (c *Client) folderURL(ctx context.Context, f DatastoreFile) (string, error) {
	datacenter, err := c.Path(ctx, f.Datacenter)
	if err != nil {
		return "", err
	}
	u := url.URL{Scheme: c.URL().Scheme, Host: c.URL().Host, Path: "/folder/" + f.Path}
	u.RawQuery = url.Values{"dcPath": {datacenter}, "dsName": {f.DatastoreName}}.Encode()
	return u.String(), nil
}

// put sends a local file. The time that it may take is that of the operation.
func (c *Client) put(ctx context.Context, local, address string) error {
	start := time.Now()
	err := func() error {
		file, size, err := openFile(local)
		if err != nil {
			return err
		}
		defer func() { _ = file.Close() }() // the transport closes it before
		req, err := http.NewRequestWithContext(ctx, http.MethodPut, address, http.NoBody)
		if err != nil {
			return err
		}
		if size > 0 { // no length at all would stand for an unknown one
			req.Body, req.ContentLength = file, size
			req.Header.Set("Expect", "100-continue") // a session that has ended shows before anything is sent
			req.GetBody = func() (io.ReadCloser, error) {
				again, _, err := openFile(local)
				return again, err
			}
		}
		req.Header.Set("Content-Type", "application/octet-stream")
		req.Header.Set("User-Agent", c.config.UserAgent)
		res, err := c.Client.Client.Client.Do(req)
		if err != nil {
			return err
		}
		defer func() { _ = res.Body.Close() }() // nothing is wanted of it
		if res.StatusCode/100 != 2 {
			return errors.New(res.Status)
		}
		return nil
	}()
	c.calls.note(ctx, "PUT /folder", start, err)
	return err
}

// openFile opens a local file for upload.
func openFile(name string) (*os.File, int64, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, 0, err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%q is not a regular file", name)
	}
	if err != nil {
		_ = file.Close() // it was only read
		return nil, 0, err
	}
	return file, info.Size(), nil
}
