// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"net/http"
	"strings"
	"time"
)

// Transfer returns a client for moving a file to or from the server of the given
// name or address, which may be a host of the vCenter. Its certificate is good if vCenter vouches for it by its thumbprint (SHA-1 or
// SHA-256 in hex with or without colons, may be empty), or if that of vCenter
// would be. A transfer is not limited in time, not repeated and not logged;
// its address is a secret. No connection is kept.
func (c *Client) Transfer(server, thumbprint string) *http.Client {
	config := c.endpoint.tls.Clone()
	config.VerifyConnection = nil
	if !c.config.Insecure {
		config.InsecureSkipVerify = true // verified below
		config.VerifyConnection = func(s tls.ConnectionState) error {
			return verifyHost(s, server, config.RootCAs, thumbprint, c.config.Thumbprint)
		}
	}
	return &http.Client{Transport: &http.Transport{
		Proxy:               c.endpoint.proxy,
		TLSClientConfig:     config,
		TLSHandshakeTimeout: 30 * time.Second,
		DisableKeepAlives:   true,
	}}
}

// verifyHost accepts a certificate with one of the thumbprints, else one that an
// authority has signed for the server. The state of the connection does not have
// the server if it is an address.
func verifyHost(s tls.ConnectionState, server string, roots *x509.CertPool, thumbprints ...string) error {
	leaf := s.PeerCertificates[0]
	old, now := sha1.Sum(leaf.Raw), sha256.Sum256(leaf.Raw)
	for _, t := range thumbprints {
		want, err := hex.DecodeString(strings.NewReplacer(":", "", " ", "").Replace(t))
		if err == nil && (bytes.Equal(want, old[:]) || bytes.Equal(want, now[:])) {
			return nil
		}
	}
	between := x509.NewCertPool()
	for _, cert := range s.PeerCertificates[1:] {
		between.AddCert(cert)
	}
	_, err := leaf.Verify(x509.VerifyOptions{DNSName: server, Roots: roots, Intermediates: between})
	return err
}
