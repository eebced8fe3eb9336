package safetensors

import (
	"encoding/binary"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func sample() *File {
	return &File{
		Tensors: []Tensor{
			{Name: "z.weight", Shape: []int64{2, 3}, F32: []float32{1, -2, 3.5, 0, float32(math.Inf(1)), 6}},
			{Name: "step", Shape: []int64{}, I64: []int64{1 << 40}},
			{Name: "empty", Shape: []int64{0, 4}, F32: []float32{}},
			{Name: "a \"quoted\" näme", Shape: []int64{2}, I64: []int64{-1, 7}},
		},
		Metadata: map[string]string{"format": "pt"},
	}
}

func TestRoundTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.safetensors")
	for range 2 { // the second time over the first
		if err := Write(path, sample()); err != nil {
			t.Fatal(err)
		}
	}
	got, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(got.Metadata, sample().Metadata); d != "" {
		t.Error(d)
	}
	for _, want := range sample().Tensors {
		if d := cmp.Diff(*got.Find(want.Name), want); d != "" {
			t.Error(d)
		}
	}
	if len(got.Tensors) != 4 || got.Find("nothing") != nil {
		t.Errorf("tensors: %v", got.Tensors)
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Errorf("files left: %v, %v", left, err)
	}
}

// TestLarge crosses the writer's blocks.
func TestLarge(t *testing.T) {
	x := make([]float32, 200_001)
	for i := range x {
		x[i] = float32(i)
	}
	path := filepath.Join(t.TempDir(), "x")
	if err := Write(path, &File{Tensors: []Tensor{{Name: "x", Shape: []int64{200_001}, F32: x}}}); err != nil {
		t.Fatal(err)
	}
	f, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(f.Tensors[0].F32, x); d != "" {
		t.Error(d)
	}
}

func TestWriteRefuses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, want string
		tensors    []Tensor
	}{
		{"count", `tensor "a" has 1 elements, its shape [2] wants 2`, []Tensor{{Name: "a", Shape: []int64{2}, F32: []float32{1}}}},
		{"twice", `name "a" is taken`, []Tensor{{Name: "a", F32: []float32{1}}, {Name: "a", F32: []float32{1}}}},
		{"reserved", `name "__metadata__" is taken`, []Tensor{{Name: "__metadata__", F32: []float32{1}}}},
		{"two types", "of two types", []Tensor{{Name: "a", F32: []float32{1}, I64: []int64{1}}}},
		{"shape", "is impossible", []Tensor{{Name: "a", Shape: []int64{-1}}}},
		{"overflow", "is impossible", []Tensor{{Name: "a", Shape: []int64{1 << 40, 1 << 40}}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := Write(path, &File{Tensors: c.tensors})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v", err)
			}
			if b, err := os.ReadFile(path); err != nil || string(b) != "old" {
				t.Errorf("the old file is %q, %v", b, err)
			}
		})
	}
	if err := Write(filepath.Join(path, "under a file"), sample()); err == nil {
		t.Error("wrote below a file")
	}
}

// file puts a header before data.
func file(header, data string) []byte {
	return append(append(binary.LittleEndian.AppendUint64(nil, uint64(len(header))), header...), data...)
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct {
		name, want string
		b          []byte
	}{
		{"empty", "0 bytes are too few", nil},
		{"header beyond the end", "header's length 100", append([]byte{100, 0, 0, 0, 0, 0, 0, 0}, "{}"...)},
		{"huge header", "header's length", []byte{255, 255, 255, 255, 255, 255, 255, 255, 0}},
		{"not JSON", "header: ", file("{", "")},
		{"list", "header: ", file("[]", "")},
		{"tensor is a number", `tensor "a"`, file(`{"a":1}`, "")},
		{"no offsets", "0 offsets", file(`{"a":{"dtype":"F32","shape":[]}}`, "")},
		{"gap", "lies at [4 8]", file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}`, "12345678")},
		{"overlap", `tensor "b" lies at`, file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}`, "123456")},
		{"beyond the end", "lies at [0 8]", file(`{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}`, "1234")},
		{"backwards", "lies at [0 -4]", file(`{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,-4]}}`, "1234")},
		{"shape", "do not fill the shape [3]", file(`{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}`, "12345678")},
		{"odd bytes", "do not fill the shape [1]", file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,5]}}`, "12345")},
		{"negative shape", "is impossible", file(`{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}`, "1234")},
		{"overflowing shape", "is impossible", file(`{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}`, "")},
		{"type", `type "F16" are not supported`, file(`{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}`, "1234")},
		{"left over", "3 bytes of data belong to no tensor", file(`{}`, "123")},
		{"metadata", "metadata: ", file(`{"__metadata__":{"a":1}}`, "")},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse(c.b)
			if !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q in it", err, c.want)
			}
		})
	}
}

func TestReadNamesTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "torn")
	if _, err := Read(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	if err := Write(path, sample()); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b[:len(b)-1], 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(path); !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), path) {
		t.Errorf("got %v", err)
	}
}

func FuzzParse(f *testing.F) {
	path := filepath.Join(f.TempDir(), "x")
	if err := Write(path, sample()); err != nil {
		f.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add(file(`{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}`, "12345678"))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := Parse(b)
		if err != nil {
			if !errors.Is(err, ErrFormat) {
				t.Fatalf("error of another kind: %v", err)
			}
			return
		}
		head, err := header(got)
		if err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		_ = head
	})
}

func BenchmarkWriteRead(b *testing.B) {
	f := &File{Tensors: []Tensor{{Name: "x", Shape: []int64{1 << 20}, F32: make([]float32, 1<<20)}}}
	path := filepath.Join(b.TempDir(), "x")
	b.ReportAllocs()
	b.SetBytes(4 << 20)
	for b.Loop() {
		if err := Write(path, f); err != nil {
			b.Fatal(err)
		}
		if _, err := Read(path); err != nil {
			b.Fatal(err)
		}
	}
}
