// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import "context"

// Names returns the names of all objects of some kinds below a datacenter or
// folder, or everywhere, sorted and each once: s.Name does not matter. They are
// read by one call and not again until Forget.
func (c *Client) Names(ctx context.Context, s Search) ([]string, error) {
	index, err := c.index(ctx, s)
	if err != nil {
		return nil, err
	}
	return index.names(), nil
}
