package viewertest

import (
	"bytes"
	"cmp"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"maps"
	"slices"
)

// shrink writes a PNG anew with a palette of 256 colours: half of them those
// that the picture has most of, half the commonest ones of what is left in
// blocks of similar colours, so that rare ones keep their hue.
func shrink(data []byte) ([]byte, error) {
	src, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("shrink the picture: %w", err)
	}
	b := src.Bounds()
	count := map[color.NRGBA]int{}
	at := func(x, y int) color.NRGBA { return color.NRGBAModel.Convert(src.At(x, y)).(color.NRGBA) }
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			count[at(x, y)]++
		}
	}
	palette := paletteOf(count)
	out := image.NewPaletted(b, palette)
	index := map[color.NRGBA]uint8{}
	for c := range count {
		index[c] = uint8(palette.Index(c))
	}
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			out.SetColorIndex(x, y, index[at(x, y)])
		}
	}
	var buf bytes.Buffer
	e := png.Encoder{CompressionLevel: png.BestCompression}
	if err := e.Encode(&buf, out); err != nil {
		return nil, fmt.Errorf("shrink the picture: %w", err)
	}
	return buf.Bytes(), nil
}

// paletteOf chooses at most 256 colours of those counted.
func paletteOf(count map[color.NRGBA]int) color.Palette {
	colors := slices.SortedFunc(maps.Keys(count), func(a, b color.NRGBA) int {
		return cmp.Or(count[b]-count[a], cmp.Compare(a.R, b.R), cmp.Compare(a.G, b.G), cmp.Compare(a.B, b.B), cmp.Compare(a.A, b.A))
	})
	var out color.Palette
	const exact = 128
	for _, c := range colors[:min(exact, len(colors))] {
		out = append(out, c)
	}
	if len(colors) <= exact {
		return out
	}
	block := func(c color.NRGBA) [3]uint8 { return [3]uint8{c.R >> 4, c.G >> 4, c.B >> 4} }
	sum := map[[3]uint8]int{}
	best := map[[3]uint8]color.NRGBA{}
	var blocks [][3]uint8
	for _, c := range colors[exact:] { // the commonest of a block comes first
		k := block(c)
		if _, ok := best[k]; !ok {
			best[k] = c
			blocks = append(blocks, k)
		}
		sum[k] += count[c]
	}
	slices.SortStableFunc(blocks, func(a, b [3]uint8) int { return sum[b] - sum[a] })
	for _, k := range blocks[:min(256-len(out), len(blocks))] {
		out = append(out, best[k])
	}
	return out
}
