// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"bytes"
	"net/http"
	"reflect"
	"strings"

	vim "github.com/vmware/govmomi/vim25/types"
	"github.com/vmware/govmomi/vim25/xml"
)

// soapFaultXML encodes a fault in a SOAP envelope.
func soapFaultXML(fault vim.BaseMethodFault, message string) string {
	kind := typeName(fault)
	var detail bytes.Buffer
	e := xml.NewEncoder(&detail)
	_ = e.EncodeElement(fault, xml.StartElement{ // a bytes.Buffer takes everything
		Name: xml.Name{Local: kind + "Fault"},
		Attr: []xml.Attr{
			{Name: xml.Name{Local: "xmlns"}, Value: "urn:vim25"},
			{Name: xml.Name{Local: "xsi:type"}, Value: kind},
		},
	})
	var text bytes.Buffer
	_ = xml.EscapeText(&text, []byte(message))
	return xml.Header + `<soapenv:Envelope xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/"` +
		` xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema"` +
		` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body><soapenv:Fault>` +
		"<faultcode>ServerFaultCode</faultcode><faultstring>" + text.String() + "</faultstring><detail>" +
		detail.String() + "</detail></soapenv:Fault></soapenv:Body></soapenv:Envelope>"
}

// typeName is the name of a vim type, without package and pointer.
func typeName(x any) string {
	t := reflect.TypeOf(x)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Name()
}

// The type of distributed switches, as vcsim and as vCenter names it.
const (
	vcsimDVS   = "DistributedVirtualSwitch"
	vcenterDVS = "VmwareDistributedVirtualSwitch"
)

var dvsNames = strings.NewReplacer(
	`type="`+vcsimDVS+`"`, `type="`+vcenterDVS+`"`,
	"<type>"+vcsimDVS+"</type>", "<type>"+vcenterDVS+"</type>",
)

// dvsWriter gives distributed switches in SOAP answers the type that they have
// in vCenter. vcsim writes an answer in one piece.
type dvsWriter struct{ http.ResponseWriter }

func (w *dvsWriter) Write(b []byte) (int, error) {
	if bytes.Contains(b, []byte(vcsimDVS)) {
		_, err := w.ResponseWriter.Write([]byte(dvsNames.Replace(string(b))))
		return len(b), err
	}
	return w.ResponseWriter.Write(b)
}
