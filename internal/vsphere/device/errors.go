// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package device

import (
	"errors"
	"fmt"
)

// Names of the configuration blocks that an [Error] is about.
const (
	BlockDisk  = "disk"
	BlockNIC   = "network_interface"
	BlockCDROM = "cdrom"
)

// Error is a setting of one device that cannot be. Functions of this package
// that judge several devices join one Error for each finding (errors.Join);
// [Errors] takes them apart again.
type Error struct {
	Block     string // BlockDisk, BlockNIC or BlockCDROM
	Label     string // label of the disk, empty for other devices
	Index     int    // position in the wanted list, -1 when no wanted block is at fault
	Attribute string // contract name of the argument, empty when the block as a whole is at fault
	Detail    string // what is wrong and, where there is one, the way out
}

func (e *Error) Error() string {
	name := e.Block
	if e.Label != "" {
		name = fmt.Sprintf("%s %q", e.Block, e.Label)
	} else if e.Index >= 0 {
		name = fmt.Sprintf("%s %d", e.Block, e.Index)
	}
	if e.Attribute == "" {
		return name + ": " + e.Detail
	}
	return name + ": " + e.Attribute + ": " + e.Detail
}

// Errors returns every *Error in err's tree, in order.
func Errors(err error) []*Error {
	var one *Error
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []*Error
		for _, e := range joined.Unwrap() {
			all = append(all, Errors(e)...)
		}
		return all
	}
	if errors.As(err, &one) {
		return []*Error{one}
	}
	return nil
}

// findings collects errors about one kind of block.
type findings struct {
	block string
	errs  []error
}

func (f *findings) add(index int, label, attribute, format string, args ...any) {
	f.errs = append(f.errs, &Error{
		Block: f.block, Label: label, Index: index, Attribute: attribute,
		Detail: fmt.Sprintf(format, args...),
	})
}

func (f *findings) err() error { return errors.Join(f.errs...) }
