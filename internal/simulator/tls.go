// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"strings"
	"time"
)

// discardLog swallows the HTTP server's notes on broken handshakes, which
// tests of certificate checks provoke on purpose.
var discardLog = log.New(io.Discard, "", 0)

// certificate returns the server's certificate and notes what clients need to
// verify it.
func (v *VCenter) certificate() (*tls.Certificate, error) {
	if c := v.opts.Certificate; c != nil {
		v.leaf = c.Certificate[0]
		v.caPEM = pemBlock(c.Certificate[len(c.Certificate)-1])
		return c, nil
	}
	ca, caKey, err := newCA()
	if err != nil {
		return nil, fmt.Errorf("simulator CA: %w", err)
	}
	c, err := newServerCertificate(ca, caKey)
	if err != nil {
		return nil, fmt.Errorf("simulator certificate: %w", err)
	}
	v.leaf, v.caPEM = c.Certificate[0], pemBlock(ca.Raw)
	return c, nil
}

// CAPEM is the PEM encoded certificate that signed the server's.
func (v *VCenter) CAPEM() []byte { return v.caPEM }

// Thumbprint is the SHA-256 fingerprint of the server's certificate: upper-case
// hexadecimal octets separated by colons.
func (v *VCenter) Thumbprint() string {
	sum := sha256.Sum256(v.leaf)
	octets := make([]string, len(sum))
	for i, b := range sum {
		octets[i] = fmt.Sprintf("%02X", b)
	}
	return strings.Join(octets, ":")
}

func newCA() (*x509.Certificate, *ecdsa.PrivateKey, error) {
	t := certificateTemplate("vsphere-simulator CA")
	t.IsCA, t.BasicConstraintsValid = true, true
	t.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature
	return signCertificate(t, t, nil)
}

func newServerCertificate(ca *x509.Certificate, caKey *ecdsa.PrivateKey) (*tls.Certificate, error) {
	t := certificateTemplate("localhost")
	t.KeyUsage = x509.KeyUsageDigitalSignature
	t.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	t.DNSNames = []string{"localhost"}
	t.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	cert, key, err := signCertificate(t, ca, caKey)
	if err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: [][]byte{cert.Raw, ca.Raw}, PrivateKey: key, Leaf: cert}, nil
}

func certificateTemplate(name string) *x509.Certificate {
	serial, _ := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120)) // rand.Reader never fails
	now := time.Now()
	return &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    now.Add(-time.Hour),
		NotAfter:     now.AddDate(1, 0, 0),
	}
}

// signCertificate makes a key for t and has parent sign it; with a nil key t
// signs itself.
func signCertificate(t, parent *x509.Certificate, parentKey *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	if parentKey == nil {
		parentKey = key
	}
	der, err := x509.CreateCertificate(rand.Reader, t, parent, &key.PublicKey, parentKey)
	if err != nil {
		return nil, nil, err
	}
	cert, err := x509.ParseCertificate(der)
	return cert, key, err
}

func pemBlock(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}
