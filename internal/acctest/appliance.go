// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"text/template"
)

// Appliance is an OVF package for tests: a machine with 2 CPUs, a paravirtual
// SCSI controller and a network interface per network. Its disks hold random
// bytes, which nobody unpacks here.
type Appliance struct {
	Name     string
	DisksGB  []int    // a disk each
	Networks []string // a network interface each
	// Options are deployment options, each with half a GiB of memory more than the
	// one before; the first, or a machine without, has 1 GiB.
	Options []string
	// Properties of a vApp; Hidden ones are not for users to set.
	Properties []Property
	// DiskBytes is the size of each disk's file, 4096 when zero.
	DiskBytes int
	// NoManifest leaves the manifest out, LateManifest puts it at the end of an OVA.
	NoManifest, LateManifest bool
}

// Property is a property of an appliance.
type Property struct {
	Key, Type, Default string
	Hidden             bool
}

// PackageFile is one file of a package.
type PackageFile struct {
	Name string
	Data []byte
}

// Files returns the files of the package in the order of an OVA.
func (a *Appliance) Files(t testing.TB) []PackageFile {
	t.Helper()
	size := a.DiskBytes
	if size == 0 {
		size = 4096
	}
	random := rand.NewChaCha8(sha256.Sum256([]byte(a.Name)))
	var disks []PackageFile
	for i := range a.DisksGB {
		data := make([]byte, size)
		_, _ = random.Read(data) // never fails
		copy(data, "KDMV")       // how the stream format begins
		disks = append(disks, PackageFile{fmt.Sprintf("%s-disk%d.vmdk", a.Name, i+1), data})
	}
	var text bytes.Buffer
	if err := descriptor.Execute(&text, map[string]any{"A": a, "Files": disks}); err != nil {
		t.Fatal(err)
	}
	files := append([]PackageFile{{a.Name + ".ovf", text.Bytes()}}, disks...)
	if a.NoManifest {
		return files
	}
	var sums strings.Builder
	for _, f := range files {
		fmt.Fprintf(&sums, "SHA256(%s)= %x\n", f.Name, sha256.Sum256(f.Data))
	}
	manifest := PackageFile{a.Name + ".mf", []byte(sums.String())}
	if a.LateManifest {
		return append(files, manifest)
	}
	return append([]PackageFile{files[0], manifest}, disks...)
}

// Write writes the package into a directory and returns the path of its descriptor.
func (a *Appliance) Write(t testing.TB, dir string) string {
	t.Helper()
	for _, f := range a.Files(t) {
		if err := os.WriteFile(filepath.Join(dir, f.Name), f.Data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, a.Name+".ovf")
}

// WriteOVA writes the package as an archive into a directory and returns its path.
func (a *Appliance) WriteOVA(t testing.TB, dir string) string {
	t.Helper()
	path := filepath.Join(dir, a.Name+".ova")
	if err := os.WriteFile(path, Archive(t, a.Files(t)), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Archive makes the tar archive of files.
func Archive(t testing.TB, files []PackageFile) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, f := range files {
		err := w.WriteHeader(&tar.Header{Name: f.Name, Size: int64(len(f.Data)), Mode: 0o644, Format: tar.FormatUSTAR})
		if err == nil {
			_, err = w.Write(f.Data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

var descriptor = template.Must(template.New("ovf").Funcs(template.FuncMap{
	"add":    func(a, b int) int { return a + b },
	"memory": func(option int) int { return 1024 + 512*option },
}).Parse(`<?xml version="1.0" encoding="UTF-8"?>
<Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1"
  xmlns:rasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData"
  xmlns:vssd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData"
  xmlns:vmw="http://www.vmware.com/schema/ovf">
  <References>{{range $i, $f := .Files}}
    <File ovf:id="file{{$i}}" ovf:href="{{$f.Name}}" ovf:size="{{len $f.Data}}"/>{{end}}
  </References>
  <DiskSection><Info>Disks</Info>{{range $i, $gb := .A.DisksGB}}
    <Disk ovf:diskId="vmdisk{{$i}}" ovf:fileRef="file{{$i}}" ovf:capacity="{{$gb}}" ovf:capacityAllocationUnits="byte * 2^30" ovf:format="http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized"/>{{end}}
  </DiskSection>
  <NetworkSection><Info>Networks</Info>{{range .A.Networks}}
    <Network ovf:name="{{.}}"><Description>The network {{.}}</Description></Network>{{end}}
  </NetworkSection>{{if .A.Options}}
  <DeploymentOptionSection><Info>Sizes</Info>{{range .A.Options}}
    <Configuration ovf:id="{{.}}"><Label>{{.}}</Label><Description>The size {{.}}</Description></Configuration>{{end}}
  </DeploymentOptionSection>{{end}}
  <VirtualSystem ovf:id="{{.A.Name}}"><Info>A machine</Info><Name>{{.A.Name}}</Name>
    <OperatingSystemSection ovf:id="101" vmw:osType="other5xLinux64Guest"><Info>Guest</Info></OperatingSystemSection>
    <AnnotationSection><Info>Notes</Info><Annotation>An appliance for tests</Annotation></AnnotationSection>{{if .A.Properties}}
    <ProductSection><Info>Settings</Info><Product>{{.A.Name}}</Product><Category>General</Category>{{range .A.Properties}}
      <Property ovf:key="{{.Key}}" ovf:type="{{.Type}}" ovf:userConfigurable="{{not .Hidden}}" ovf:value="{{.Default}}"><Label>{{.Key}}</Label></Property>{{end}}
    </ProductSection>{{end}}
    <VirtualHardwareSection{{if .A.Properties}} ovf:transport="com.vmware.guestInfo"{{end}}><Info>Hardware</Info>
      <System><vssd:ElementName>Virtual Hardware Family</vssd:ElementName><vssd:InstanceID>0</vssd:InstanceID><vssd:VirtualSystemType>vmx-19</vssd:VirtualSystemType></System>
      <Item><rasd:ElementName>2 CPUs</rasd:ElementName><rasd:InstanceID>1</rasd:InstanceID><rasd:ResourceType>3</rasd:ResourceType><rasd:VirtualQuantity>2</rasd:VirtualQuantity></Item>{{range $i, $o := .A.Options}}
      <Item ovf:configuration="{{$o}}"><rasd:ElementName>Memory {{$o}}</rasd:ElementName><rasd:InstanceID>2</rasd:InstanceID><rasd:ResourceType>4</rasd:ResourceType><rasd:VirtualQuantity>{{memory $i}}</rasd:VirtualQuantity></Item>{{else}}
      <Item><rasd:ElementName>Memory</rasd:ElementName><rasd:InstanceID>2</rasd:InstanceID><rasd:ResourceType>4</rasd:ResourceType><rasd:VirtualQuantity>1024</rasd:VirtualQuantity></Item>{{end}}
      <Item><rasd:Address>0</rasd:Address><rasd:ElementName>SCSI Controller 0</rasd:ElementName><rasd:InstanceID>3</rasd:InstanceID><rasd:ResourceSubType>VirtualSCSI</rasd:ResourceSubType><rasd:ResourceType>6</rasd:ResourceType></Item>{{range $i, $gb := .A.DisksGB}}
      <Item><rasd:AddressOnParent>{{$i}}</rasd:AddressOnParent><rasd:ElementName>Hard Disk {{add $i 1}}</rasd:ElementName><rasd:HostResource>ovf:/disk/vmdisk{{$i}}</rasd:HostResource><rasd:InstanceID>{{add $i 10}}</rasd:InstanceID><rasd:Parent>3</rasd:Parent><rasd:ResourceType>17</rasd:ResourceType></Item>{{end}}{{range $i, $n := .A.Networks}}
      <Item><rasd:AddressOnParent>{{add $i 7}}</rasd:AddressOnParent><rasd:AutomaticAllocation>true</rasd:AutomaticAllocation><rasd:Connection>{{$n}}</rasd:Connection><rasd:ElementName>Ethernet {{add $i 1}}</rasd:ElementName><rasd:InstanceID>{{add $i 30}}</rasd:InstanceID><rasd:ResourceSubType>VmxNet3</rasd:ResourceSubType><rasd:ResourceType>10</rasd:ResourceType></Item>{{end}}
    </VirtualHardwareSection>
  </VirtualSystem>
</Envelope>
`))
