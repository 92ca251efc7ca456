// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"
)

const (
	bold  = "\x1b[1m"
	faint = "\x1b[2m"
	red   = "\x1b[31m"
	green = "\x1b[32m"
	plain = "\x1b[0m"
)

// report prints the demo for a person: a headed section per step, with what
// the command line said and what that proved.
type report struct {
	out     io.Writer
	verbose bool
	colour  bool
	deaf    func() // called when no one reads any more
}

func newReport(out io.Writer, verbose bool) *report {
	return &report{out: out, verbose: verbose, colour: onTerminal(out) && os.Getenv("NO_COLOR") == "", deaf: func() {}}
}

func onTerminal(out io.Writer) bool {
	f, ok := out.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

func (r *report) paint(colour, text string) string {
	if !r.colour {
		return text
	}
	return colour + text + plain
}

func (r *report) printf(format string, args ...any) {
	if _, err := fmt.Fprintf(r.out, format, args...); err != nil {
		r.deaf()
	}
}

// title is the first line.
func (r *report) title(text string) { r.printf("%s\n", r.paint(bold, text)) }

// section begins a step. What it is for follows its title.
func (r *report) section(title, what string) {
	r.printf("\n%s  %s\n", r.paint(bold, title), r.paint(faint, what))
}

// proved says what a step has shown.
func (r *report) proved(format string, args ...any) {
	r.printf("  %s %s\n", r.paint(green, "ok"), fmt.Sprintf(format, args...))
}

// note is a line that proves nothing.
func (r *report) note(format string, args ...any) {
	r.printf("  %s\n", r.paint(faint, fmt.Sprintf(format, args...)))
}

// failed is the last word of a demo that did not come to its end.
func (r *report) failed(why string) {
	r.printf("\n%s %s\n", r.paint(red, "FAILED"), strings.ReplaceAll(why, "\n", "\n  "))
}

// table prints rows in columns, the first of them as head. Columns but the
// first are numbers.
func (r *report) table(rows [][]string) {
	var text bytes.Buffer
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', tabwriter.AlignRight)
	width := 0
	for _, row := range rows {
		width = max(width, len(row[0]))
	}
	for _, row := range rows {
		_, _ = fmt.Fprintf(w, "  %-*s\t%s\t\n", width, row[0], strings.Join(row[1:], "\t"))
	}
	_ = w.Flush() // a bytes.Buffer takes all
	head, rest, _ := strings.Cut(text.String(), "\n")
	r.printf("%s\n%s", r.paint(faint, head), rest)
}

// command returns where a command's output goes: indented, and of long output
// only the lines that keep chooses, unless all is asked for.
func (r *report) command(keep func(line string) bool) *lines {
	return &lines{each: func(line string) {
		if r.verbose || keep(line) {
			r.printf("  %s %s\n", r.paint(faint, "|"), line)
		}
	}}
}

// lines is a writer that hands on whole lines as they come.
type lines struct {
	each func(line string)
	rest []byte
}

// Write implements io.Writer.
func (l *lines) Write(p []byte) (int, error) {
	l.rest = append(l.rest, p...)
	for {
		line, rest, found := bytes.Cut(l.rest, []byte("\n"))
		if !found {
			return len(p), nil
		}
		l.each(strings.TrimRight(string(line), "\r"))
		l.rest = rest
	}
}

// flush hands on a last line that has no end.
func (l *lines) flush() {
	if len(l.rest) > 0 {
		l.each(string(l.rest))
		l.rest = nil
	}
}

// seconds shows a duration as people say it.
func seconds(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) }
