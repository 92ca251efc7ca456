// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"crypto/sha256"
	"crypto/subtle"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
)

// ThumbprintError says that the server presented another certificate than the
// pinned one. Both are SHA-256 in upper-case hex with colons.
type ThumbprintError struct {
	Server, Want, Got string
}

func (e *ThumbprintError) Error() string {
	return fmt.Sprintf("the certificate of %s has the thumbprint %s, not %s", e.Server, e.Got, e.Want)
}

// tlsConfig says whom to trust. Every check happens in the handshake, so that
// nothing is sent to a server that does not pass.
func (c *Config) tlsConfig() (*tls.Config, error) {
	t := &tls.Config{
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: c.Insecure,
		ClientSessionCache: tls.NewLRUClientSessionCache(c.MaxConnections),
	}
	roots, err := c.roots()
	if err != nil {
		return nil, err
	}
	t.RootCAs = roots
	if c.Thumbprint == "" {
		return t, nil
	}
	want, err := parseThumbprint(c.Thumbprint)
	if err != nil {
		return nil, &ConfigError{Field: "Thumbprint", Err: err}
	}
	u, err := c.url()
	if err != nil {
		return nil, err
	}
	server := u.Hostname() // an address has no name in the handshake
	// The pin takes the place of the chain: vCenters sign their own certificates.
	t.InsecureSkipVerify = true
	t.VerifyConnection = func(s tls.ConnectionState) error {
		got := sha256.Sum256(s.PeerCertificates[0].Raw)
		if subtle.ConstantTimeCompare(got[:], want) == 1 {
			return nil
		}
		return &ThumbprintError{Server: server, Want: colons(want), Got: colons(got[:])}
	}
	return t, nil
}

// roots returns the system's certificate authorities and the configured ones;
// nil, which means those of the system, when none are configured.
func (c *Config) roots() (*x509.CertPool, error) {
	if c.CAFile == "" && c.CAPEM == "" {
		return nil, nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if c.CAFile != "" {
		pem, err := os.ReadFile(c.CAFile)
		if err != nil {
			return nil, &ConfigError{Field: "CAFile", Err: err}
		}
		if !pool.AppendCertsFromPEM(pem) {
			return nil, &ConfigError{Field: "CAFile", Err: fmt.Errorf("%s holds no PEM certificate", c.CAFile)}
		}
	}
	if c.CAPEM != "" && !pool.AppendCertsFromPEM([]byte(c.CAPEM)) {
		return nil, &ConfigError{Field: "CAPEM", Err: errors.New("holds no PEM certificate")}
	}
	return pool, nil
}

func parseThumbprint(s string) ([]byte, error) {
	digits := strings.NewReplacer(":", "", " ", "").Replace(strings.TrimSpace(s))
	sum, err := hex.DecodeString(digits)
	switch {
	case err != nil:
		return nil, errors.New("is not hexadecimal")
	case len(sum) == 20:
		return nil, errors.New("is a SHA-1 thumbprint; SHA-256 (64 hex digits) is needed")
	case len(sum) != sha256.Size:
		return nil, fmt.Errorf("has %d hex digits; SHA-256 has 64", len(digits))
	}
	return sum, nil
}

func colons(sum []byte) string {
	parts := make([]string, len(sum))
	for i, b := range sum {
		parts[i] = fmt.Sprintf("%02X", b)
	}
	return strings.Join(parts, ":")
}

// proxy returns the function that http.Transport asks for a proxy.
func (c *Config) proxy() (func(*http.Request) (*url.URL, error), error) {
	if c.ProxyURL == "" {
		return http.ProxyFromEnvironment, nil
	}
	u, err := url.Parse(c.ProxyURL)
	if err != nil || u.Host == "" {
		return nil, &ConfigError{Field: "ProxyURL", Err: errors.New("is not a URL with a host")}
	}
	switch u.Scheme {
	case "http", "https", "socks5", "socks5h":
		return http.ProxyURL(u), nil
	}
	return nil, &ConfigError{Field: "ProxyURL", Err: fmt.Errorf("the scheme %q is not http, https or socks5", u.Scheme)}
}
