// Package safetensors reads and writes the file format of the same name: a
// header of JSON that names tensors, then their elements, little-endian.
//
// Files are written aside and renamed, so that a reader sees the old file or
// the new one. The reader checks everything that the header claims (types,
// shapes, offsets without gaps or overlaps, the file's size) before it trusts
// it. Only float32 and int64 tensors are read and written.
package safetensors

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
)

// Tensor is a named array: exactly one of F32 and I64 has its elements, row by
// row. No dimensions make a scalar.
type Tensor struct {
	Name  string
	Shape []int64
	F32   []float32
	I64   []int64
}

// File is the contents of one file.
type File struct {
	Tensors  []Tensor
	Metadata map[string]string // free-form facts; may be nil
}

// Find returns the tensor of that name, nil if there is none.
func (f *File) Find(name string) *Tensor {
	for i := range f.Tensors {
		if f.Tensors[i].Name == name {
			return &f.Tensors[i]
		}
	}
	return nil
}

// ErrFormat is wrapped by errors about bytes that are not a valid file.
var ErrFormat = errors.New("not a valid safetensors file")

const (
	metadataKey = "__metadata__"
	maxHeader   = 100 << 20 // bytes, the limit of other readers too
)

// entry is one tensor in the header.
type entry struct {
	DType   string  `json:"dtype"`
	Shape   []int64 `json:"shape"`
	Offsets []int64 `json:"data_offsets"`
}

// Write writes f to path by way of a new file beside it that is then renamed.
// Tensors stand in the file in the order given.
func Write(path string, f *File) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("safetensors: write %s: %w", path, err)
		}
	}()
	head, err := header(f)
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // does nothing after the rename
	err = writeTo(tmp, head, f.Tensors)
	if err == nil {
		err = tmp.Chmod(0o644)
	}
	if err == nil {
		err = tmp.Sync()
	}
	if err = errors.Join(err, tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

// header returns the length and JSON that a file starts with, padded so that
// the data is aligned to 8 bytes.
func header(f *File) ([]byte, error) {
	entries := map[string]any{}
	at := int64(0)
	for _, t := range f.Tensors {
		n, err := count(t.Shape)
		if err != nil {
			return nil, fmt.Errorf("tensor %q: %w", t.Name, err)
		}
		e := entry{DType: "F32", Shape: t.Shape}
		size, have := int64(4), int64(len(t.F32))
		if t.I64 != nil {
			e.DType, size, have = "I64", 8, int64(len(t.I64))
		}
		switch {
		case t.I64 != nil && t.F32 != nil:
			return nil, fmt.Errorf("tensor %q has elements of two types", t.Name)
		case have != n:
			return nil, fmt.Errorf("tensor %q has %d elements, its shape %v wants %d", t.Name, have, t.Shape, n)
		case entries[t.Name] != nil || t.Name == metadataKey:
			return nil, fmt.Errorf("the tensor name %q is taken", t.Name)
		}
		if e.Shape == nil {
			e.Shape = []int64{}
		}
		e.Offsets = []int64{at, at + n*size}
		at += n * size
		entries[t.Name] = e
	}
	if f.Metadata != nil {
		entries[metadataKey] = f.Metadata
	}
	text, err := json.Marshal(entries)
	if err != nil {
		return nil, err
	}
	for len(text)%8 != 0 {
		text = append(text, ' ')
	}
	return append(binary.LittleEndian.AppendUint64(nil, uint64(len(text))), text...), nil
}

// writeTo writes the header and the elements in blocks.
func writeTo(file *os.File, head []byte, ts []Tensor) error {
	if _, err := file.Write(head); err != nil {
		return err
	}
	const block = 1 << 16
	buf := make([]byte, 0, 8*block)
	for _, t := range ts {
		for part := range slices.Chunk(t.F32, block) {
			buf = buf[:0]
			for _, x := range part {
				buf = binary.LittleEndian.AppendUint32(buf, math.Float32bits(x))
			}
			if _, err := file.Write(buf); err != nil {
				return err
			}
		}
		for part := range slices.Chunk(t.I64, block) {
			buf = buf[:0]
			for _, x := range part {
				buf = binary.LittleEndian.AppendUint64(buf, uint64(x))
			}
			if _, err := file.Write(buf); err != nil {
				return err
			}
		}
	}
	return nil
}

// Read reads a file.
func Read(path string) (*File, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("safetensors: read: %w", err)
	}
	f, err := Parse(b)
	if err != nil {
		return nil, fmt.Errorf("safetensors: read %s: %w", path, err)
	}
	return f, nil
}

// Parse reads the bytes of a file. Tensors come in the order of their data. The
// error wraps ErrFormat.
func Parse(b []byte) (*File, error) {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("%w: "+format, append([]any{ErrFormat}, args...)...)
	}
	if len(b) < 8 {
		return nil, bad("%d bytes are too few for a header", len(b))
	}
	n := binary.LittleEndian.Uint64(b)
	if n > maxHeader || n > uint64(len(b)-8) {
		return nil, bad("the header's length %d is beyond the file's %d bytes or the limit", n, len(b))
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(b[8:8+n], &raw); err != nil {
		return nil, bad("header: %v", err)
	}
	data := b[8+n:]
	f := &File{}
	entries := map[string]entry{}
	for _, name := range slices.Sorted(maps.Keys(raw)) {
		if name == metadataKey {
			if err := json.Unmarshal(raw[name], &f.Metadata); err != nil {
				return nil, bad("metadata: %v", err)
			}
			continue
		}
		var e entry
		if err := json.Unmarshal(raw[name], &e); err != nil {
			return nil, bad("tensor %q: %v", name, err)
		}
		if len(e.Offsets) != 2 {
			return nil, bad("tensor %q has %d offsets, not 2", name, len(e.Offsets))
		}
		entries[name] = e
	}
	names := slices.Sorted(maps.Keys(entries))
	slices.SortStableFunc(names, func(a, b string) int {
		return slices.Compare(entries[a].Offsets, entries[b].Offsets)
	})
	at := int64(0)
	for _, name := range names {
		e := entries[name]
		if e.Offsets[0] != at || e.Offsets[1] < at || e.Offsets[1] > int64(len(data)) {
			return nil, bad("tensor %q lies at %v, but the data before it ends at %d of %d", name, e.Offsets, at, len(data))
		}
		t, err := decode(name, e, data[at:e.Offsets[1]])
		if err != nil {
			return nil, bad("tensor %q: %v", name, err)
		}
		f.Tensors = append(f.Tensors, t)
		at = e.Offsets[1]
	}
	if at != int64(len(data)) {
		return nil, bad("%d bytes of data belong to no tensor", int64(len(data))-at)
	}
	return f, nil
}

// decode reads one tensor's elements.
func decode(name string, e entry, b []byte) (Tensor, error) {
	t := Tensor{Name: name, Shape: e.Shape}
	n, err := count(e.Shape)
	if err != nil {
		return t, err
	}
	size := map[string]int64{"F32": 4, "I64": 8}[e.DType]
	if size == 0 {
		return t, fmt.Errorf("elements of type %q are not supported, only F32 and I64", e.DType)
	}
	if n != int64(len(b))/size || int64(len(b))%size != 0 {
		return t, fmt.Errorf("%d bytes of %s do not fill the shape %v", len(b), e.DType, e.Shape)
	}
	if e.DType == "I64" {
		t.I64 = make([]int64, n)
		for i := range t.I64 {
			t.I64[i] = int64(binary.LittleEndian.Uint64(b[8*i:]))
		}
		return t, nil
	}
	t.F32 = make([]float32, n)
	for i := range t.F32 {
		t.F32[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return t, nil
}

// count returns the number of elements of a shape.
func count(shape []int64) (int64, error) {
	n := int64(1)
	for _, d := range shape {
		if d < 0 || d > 0 && n > math.MaxInt64/16/d {
			return 0, fmt.Errorf("the shape %v is impossible", shape)
		}
		n *= d
	}
	return n, nil
}
