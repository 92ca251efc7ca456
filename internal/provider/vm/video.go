// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere/device"
)

// videoModel is the video_card block.
type videoModel struct {
	Displays types.Int64  `tfsdk:"num_displays"`
	Memory   types.Int64  `tfsdk:"total_video_memory"`
	Key      types.Int64  `tfsdk:"key"`
	Address  types.String `tfsdk:"device_address"`
	Graphics types.List   `tfsdk:"graphics_3d"`
}

// graphicsModel is the graphics_3d block.
type graphicsModel struct {
	Memory   types.Int64  `tfsdk:"memory"`
	Renderer types.String `tfsdk:"renderer"`
}

var renderers = []vim.VirtualMachineVideoCardUse3dRenderer{vim.VirtualMachineVideoCardUse3dRendererHardware, vim.VirtualMachineVideoCardUse3dRendererSoftware, vim.VirtualMachineVideoCardUse3dRendererAutomatic}

func videoBlock() schema.ListNestedBlock {
	return single("The video card, which every machine has. Without the block it is left alone. The machine is powered off to change it.", schemas.Attributes{
		"num_displays":       schema.Int64Attribute{MarkdownDescription: "The number of displays, 1 to 10.", Required: true, Validators: []validator.Int64{int64validator.Between(1, 10)}},
		"total_video_memory": schema.Int64Attribute{MarkdownDescription: "The video memory in MB, 2 to 256.", Required: true, Validators: []validator.Int64{int64validator.Between(2, 256)}},
		"key":                schema.Int64Attribute{MarkdownDescription: "The device key.", Computed: true},
		"device_address":     schema.StringAttribute{MarkdownDescription: "Where the card sits.", Computed: true},
	}, map[string]schema.Block{"graphics_3d": graphicsBlock()})
}

func graphicsBlock() schema.ListNestedBlock {
	block := single("3D graphics. Without the block they are off.", schemas.Attributes{
		"memory":   schema.Int64Attribute{MarkdownDescription: "The graphics memory in MB, 2 to 4096. Left out it is what the card has.", Optional: true, Computed: true, Validators: []validator.Int64{int64validator.Between(2, 4096)}},
		"renderer": schema.StringAttribute{MarkdownDescription: "What draws. Left out it is what the card has." + schemas.OneOf(renderers...), Optional: true, Computed: true, Validators: []validator.String{schemas.Enum(renderers...)}},
	}, nil)
	// Unlike schemas.AtMost not a part of the schema: the contract has no limit there.
	block.Validators = []validator.List{listvalidator.SizeAtMost(1)}
	return block
}

var (
	videoType    = videoBlock().NestedObject.Type()
	graphicsType = graphicsBlock().NestedObject.Type()
)

// plain returns the wanted card as the device arithmetic has it. What is not
// known is left alone.
func (m videoModel) plain(ctx context.Context) (device.VideoCard, error) {
	v := device.VideoCard{Displays: int32(m.Displays.ValueInt64()), MemoryMB: m.Memory.ValueInt64()}
	graphics, err := decode[graphicsModel](ctx, m.Graphics)
	if err != nil || len(graphics) == 0 {
		return v, err
	}
	v.Graphics = &device.Graphics{MemoryMB: graphics[0].Memory.ValueInt64(), Renderer: graphics[0].Renderer.ValueString()}
	return v, nil
}

// wantedVideo is the card of the block, nil if there is none.
func wantedVideo(ctx context.Context, block types.List) (*device.VideoCard, error) {
	models, err := decode[videoModel](ctx, block)
	if err != nil || len(models) == 0 {
		return nil, err
	}
	v, err := models[0].plain(ctx)
	return &v, err
}

// readVideo returns the block of the machine's card, where there is a block.
func readVideo(ctx context.Context, block types.List, devices []vim.BaseVirtualDevice) (types.List, error) {
	if len(block.Elements()) == 0 {
		return block, nil
	}
	return adoptVideo(ctx, devices)
}

// adoptVideo returns the block of the machine's card.
func adoptVideo(ctx context.Context, devices []vim.BaseVirtualDevice) (types.List, error) {
	none, err := encode[videoModel](ctx, videoType, nil)
	card, ok := device.ReadVideoCard(devices)
	if err != nil || !ok {
		return none, err
	}
	m := videoModel{Displays: numberValue(card.Displays), Memory: numberValue(card.MemoryMB), Key: numberValue(card.Key), Address: types.StringValue(card.DeviceAddress)}
	var graphics []graphicsModel
	if g := card.Graphics; g != nil {
		graphics = append(graphics, graphicsModel{Memory: numberValue(g.MemoryMB), Renderer: types.StringValue(g.Renderer)})
	}
	if m.Graphics, err = encode(ctx, graphicsType, graphics); err != nil {
		return none, err
	}
	return encode(ctx, videoType, []videoModel{m})
}

// planVideo fills in what an existing card keeps.
func (w planning) planVideo(ctx context.Context) error {
	m := w.Planned
	if w.State == nil || m.VideoCard.IsUnknown() {
		return nil
	}
	if len(m.VideoCard.Elements()) == 0 {
		if w.State.Imported.ValueBool() {
			m.VideoCard = w.State.VideoCard // see release
		}
		return nil
	}
	planned, err := decode[videoModel](ctx, m.VideoCard)
	if err != nil {
		return err
	}
	state, err := decode[videoModel](ctx, w.State.VideoCard)
	if err != nil || len(state) == 0 {
		return err
	}
	p, was := &planned[0], state[0]
	p.Key, p.Address = was.Key, was.Address
	if p.Graphics, err = keepGraphics(ctx, p.Graphics, was.Graphics); err != nil {
		return err
	}
	m.VideoCard, err = encode(ctx, videoType, planned)
	m.VideoCard = settled(ctx, m.VideoCard, w.State.VideoCard).(types.List)
	return err
}

func keepGraphics(ctx context.Context, now, was types.List) (types.List, error) {
	planned, err := decode[graphicsModel](ctx, now)
	if err != nil {
		return now, err
	}
	state, err := decode[graphicsModel](ctx, was)
	if err != nil || len(planned) == 0 || len(state) == 0 {
		return now, err
	}
	if p := &planned[0]; p.Memory.IsUnknown() {
		p.Memory = state[0].Memory
	}
	if p := &planned[0]; p.Renderer.IsUnknown() {
		p.Renderer = state[0].Renderer
	}
	return encode(ctx, graphicsType, planned)
}

// offlineVideo says whether the card changes. What is not known is no change.
func (m *model) offlineVideo(ctx context.Context, was *model) []reason {
	want, err := wantedVideo(ctx, m.VideoCard)
	if err != nil || want == nil {
		return nil
	}
	have, err := wantedVideo(ctx, was.VideoCard)
	if err == nil && have != nil && sameVideo(*want, *have) {
		return nil
	}
	return []reason{{path.Root("video_card"), onlyOff}}
}

// sameVideo compares a wanted card with one that is; zero in the wanted one is
// not known or not configured.
func sameVideo(want, have device.VideoCard) bool {
	if want.Displays == 0 {
		want.Displays = have.Displays
	}
	if want.MemoryMB == 0 {
		want.MemoryMB = have.MemoryMB
	}
	if want.Graphics != nil && have.Graphics != nil {
		g := *want.Graphics
		if g.MemoryMB == 0 {
			g.MemoryMB = have.Graphics.MemoryMB
		}
		if g.Renderer == "" {
			g.Renderer = have.Graphics.Renderer
		}
		want.Graphics = &g
	}
	return reflect.DeepEqual(want, have)
}
