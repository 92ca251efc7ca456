// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// attempts and firstPause bound what a retry costs: about a second in all, so
// that a vCenter that is down is reported soon.
const (
	attempts   = 4
	firstPause = 100 * time.Millisecond
)

// retry calls fn again after a failure that is likely to pass. A call that
// changes something (safe is false) is repeated only when it cannot have
// reached the server.
func retry(ctx context.Context, safe bool, fn func() error) error {
	for n := 0; ; n++ {
		err := fn()
		if err == nil || n == attempts-1 || ctx.Err() != nil {
			return err
		}
		if !neverSent(err) && (!safe || !transient(err)) {
			return err
		}
		pause := firstPause << n
		pause += rand.N(pause)
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return err
		}
	}
}

// neverSent reports whether the connection could not be opened, for a reason
// that may pass.
func neverSent(err error) bool {
	var op *net.OpError
	if !errors.As(err, &op) || op.Op != "dial" {
		return false
	}
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return dns.IsTemporary
	}
	return errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.ECONNRESET)
}

// transient reports whether a network or gateway failure may pass by itself.
func transient(err error) bool {
	if untrusted(err) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	switch httpStatus(err) {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout, http.StatusTooManyRequests:
		return true
	}
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// untrusted reports whether the TLS handshake has refused the server.
func untrusted(err error) bool {
	var (
		pin      *ThumbprintError
		verify   *tls.CertificateVerificationError
		invalid  x509.CertificateInvalidError
		host     x509.HostnameError
		unknown  x509.UnknownAuthorityError
		protocol tls.RecordHeaderError
	)
	return errors.As(err, &pin) || errors.As(err, &verify) || errors.As(err, &invalid) ||
		errors.As(err, &host) || errors.As(err, &unknown) || errors.As(err, &protocol)
}

// httpStatus returns the status code of a response that was not a proper
// answer, 0 when err is something else. govmomi keeps it in the text only:
// "503 Service Unavailable", or "POST https://...: 503 Service Unavailable".
func httpStatus(err error) int {
	if err == nil {
		return 0
	}
	var u *url.Error
	if errors.As(err, &u) && u.Err != nil {
		return leadingStatus(u.Err.Error())
	}
	for e := err; e != nil; e = errors.Unwrap(e) {
		text := e.Error()
		if code := leadingStatus(text); code != 0 {
			return code
		}
		if i := strings.LastIndex(text, ": "); i >= 0 && strings.Contains(text, "://") {
			if code := leadingStatus(text[i+2:]); code != 0 {
				return code
			}
		}
	}
	return 0
}

func leadingStatus(text string) int {
	if len(text) < 3 {
		return 0
	}
	code, err := strconv.Atoi(text[:3])
	if err != nil || code < 400 || http.StatusText(code) == "" {
		return 0
	}
	if !strings.HasPrefix(text[3:], " "+http.StatusText(code)) {
		return 0
	}
	return code
}
