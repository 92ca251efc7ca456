// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

// Package lifecycle holds the rules that every object of this provider obeys,
// written once: an object states its schema, its model and its verbs, and the
// drivers here turn them into what Terraform asks for.
//
// The rules of the resource driver:
//
//   - Create assigns the id before any further call that can fail. When
//     something fails after that, the driver stores what it has: the object is
//     tainted, never lost.
//   - Create and Update end in Read, and only what Read saw is stored. What
//     vCenter cannot give back (write-only inputs, waiters, a clone source)
//     stays in the model that Read is given and so is carried over.
//   - Null and zero ("", 0, false, an empty collection) mean the same to
//     vSphere. Read keeps whichever of the two the state had before.
//   - An object that is gone is removed from state by Read and is a success for
//     Delete.
//   - After a failed Update the state shows what vCenter really has.
//   - A plan that ends without a difference is no change at all.
//   - tags and custom_attributes are handled here for every model that embeds
//     Tagged or Customized.
//
// A resource that does not fit embeds Base and writes plain methods. There is
// no option for a single resource: a hook is added when three resources need it.
package lifecycle
