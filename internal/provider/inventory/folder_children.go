// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package inventory

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// shown is how many children an error names.
const shown = 10

// refuseChildren returns the error that names what is in a folder.
func refuseChildren(ctx context.Context, c *vsphere.Client, children []vsphere.Ref) error {
	var names []string
	for _, child := range children[:min(len(children), shown)] {
		at, err := c.Path(ctx, child)
		if vsphere.Gone(err) {
			continue
		}
		if err != nil {
			return err
		}
		names = append(names, at)
	}
	slices.Sort(names)
	if more := len(children) - shown; more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	return fmt.Errorf("the folder is not empty; move or remove what is in it first: %s", strings.Join(names, ", "))
}
