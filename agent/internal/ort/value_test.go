package ort_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/agent/internal/ort"
	"stepgym/agent/internal/ort/orttest"
)

// roundTrip sends data through a model that gives back its input.
func roundTrip[T ort.Element](t *testing.T, lib *ort.Library, data ...T) {
	t.Helper()
	typ := ort.TypeOf[T]()
	s := session(t, lib, "Identity", typ, "y", "x")
	x := from(t, lib, data, int64(len(data)))
	out, err := s.Run(t.Context(), map[string]*ort.Value{"x": x})
	if err != nil {
		t.Fatalf("%s: %v", typ, err)
	}
	defer out["y"].Release()
	got, err := ort.Data[T](out["y"])
	if err != nil {
		t.Fatalf("%s: %v", typ, err)
	}
	if diff := cmp.Diff(data, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", typ, diff)
	}
	if y := out["y"]; y.Type() != typ || y.Len() != len(data) || y.Bytes() != len(data)*typ.Size() || y.Device() != ort.CPU {
		t.Errorf("%s: type %s, %d elements, %d bytes, on %s", typ, y.Type(), y.Len(), y.Bytes(), y.Device())
	}
}

func TestElementTypes(t *testing.T) {
	lib := orttest.Library(t)
	roundTrip(t, lib, float32(1.5), math.MaxFloat32, -0)
	roundTrip(t, lib, 1.5, math.SmallestNonzeroFloat64)
	roundTrip(t, lib, int8(-128), 127)
	roundTrip(t, lib, int16(-32768), 5)
	roundTrip(t, lib, int32(math.MinInt32), 5)
	roundTrip(t, lib, int64(math.MinInt64), 5)
	roundTrip(t, lib, uint8(255), 0)
	roundTrip(t, lib, uint16(65535), 0)
	roundTrip(t, lib, uint32(math.MaxUint32), 0)
	roundTrip(t, lib, uint64(math.MaxUint64), 0)
	roundTrip(t, lib, true, false, true)
}

func TestElementTypeNames(t *testing.T) {
	for typ, want := range map[ort.ElementType]string{ort.Float32: "float32", ort.BFloat16: "bfloat16", 8: "type 8"} {
		if typ.String() != want {
			t.Errorf("%q for %q", typ, want)
		}
	}
	if n := ort.ElementType(8).Size(); n != 0 {
		t.Errorf("a string has size %d", n)
	}
}

func TestHalfPrecision(t *testing.T) {
	lib := orttest.Library(t)
	for _, typ := range []ort.ElementType{ort.Float16, ort.BFloat16} {
		v, err := lib.New(typ, 2)
		if err != nil {
			t.Fatal(err)
		}
		bits, err := ort.Data[uint16](v)
		if err != nil || len(bits) != 2 {
			t.Errorf("%s: %v, %v", typ, bits, err)
		}
		if _, err := ort.Data[int16](v); err == nil {
			t.Errorf("%s was read as int16", typ)
		}
		v.Release()
	}
}

func TestShapes(t *testing.T) {
	lib := orttest.Library(t)
	tests := []struct {
		name  string
		shape []int64
		count int
		want  string // of the error
	}{
		{"scalar", nil, 1, ""},
		{"empty", []int64{0}, 0, ""},
		{"empty in the middle", []int64{3, 0, math.MaxInt64 / 2}, 0, ""},
		{"matrix", []int64{3, 5}, 15, ""},
		{"negative", []int64{3, -1}, 0, "negative"},
		{"too large", []int64{1 << 40, 1 << 40}, 0, "too large"},
		{"overflows to 0", []int64{1 << 32, 1 << 32}, 0, "too large"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			v, err := lib.New(ort.Float32, test.shape...)
			if test.want != "" {
				if err == nil || !strings.Contains(err.Error(), test.want) {
					t.Fatalf("error %v, want %q", err, test.want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer v.Release()
			data, err := ort.Data[float32](v)
			if err != nil || len(data) != test.count || v.Len() != test.count {
				t.Errorf("%d elements, Len %d, %v", len(data), v.Len(), err)
			}
			if diff := cmp.Diff(append([]int64{}, test.shape...), append([]int64{}, v.Shape()...)); diff != "" {
				t.Error(diff)
			}
			for _, x := range data {
				if x != 0 {
					t.Fatal("a new tensor is not zero")
				}
			}
		})
	}
	if _, err := lib.New(8, 1); err == nil {
		t.Error("a tensor of strings was made")
	}
	if _, err := ort.From(lib, []float32{1, 2}, 3); err == nil {
		t.Error("2 elements filled 3")
	}
	if _, err := lib.New(ort.Float32, 1<<44); err == nil {
		t.Error("64 TiB were allocated")
	}
}

func TestDataRefuses(t *testing.T) {
	lib := orttest.Library(t)
	v := from(t, lib, []float32{1, 2}, 2)
	if _, err := ort.Data[int32](v); err == nil || !strings.Contains(err.Error(), "float32") {
		t.Errorf("int32 of float32: %v", err)
	}
	v.Release()
	v.Release()
	if _, err := ort.Data[float32](v); !errors.Is(err, ort.ErrReleased) {
		t.Errorf("released: %v", err)
	}
	if _, err := ort.Data[float32](nil); !errors.Is(err, ort.ErrReleased) {
		t.Errorf("nil: %v", err)
	}
	var none *ort.Value
	none.Release()
}

func TestDataIsTheTensor(t *testing.T) {
	lib := orttest.Library(t)
	s := session(t, lib, "Identity", ort.Float32, "y", "x")
	x := from(t, lib, []float32{1, 2}, 2)
	view, err := ort.Data[float32](x)
	if err != nil {
		t.Fatal(err)
	}
	view[1] = 7
	out, err := s.Run(t.Context(), map[string]*ort.Value{"x": x})
	if err != nil {
		t.Fatal(err)
	}
	defer out["y"].Release()
	if diff := cmp.Diff([]float32{1, 7}, read(t, out["y"])); diff != "" {
		t.Error(diff)
	}
}

func TestCopy(t *testing.T) {
	lib := orttest.Library(t)
	src := from(t, lib, []float32{1, 2, 3, 4, 5, 6}, 2, 3)
	ways := map[string]func(dst, src *ort.Value) error{
		"memory": ort.Copy, "session": ort.CopyBySession, "device, falling back": ort.CopyDevice,
	}
	for name, way := range ways {
		dst := from(t, lib, make([]float32, 6), 2, 3)
		for range 2 {
			if err := way(dst, src); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		if diff := cmp.Diff(read(t, src), read(t, dst)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	empty1, empty2 := from(t, lib, []float32{}, 0), from(t, lib, []float32{}, 0)
	if err := ort.Copy(empty1, empty2); err != nil {
		t.Error(err)
	}
	for name, dst := range map[string]*ort.Value{
		"shape": from(t, lib, make([]float32, 6), 3, 2), "type": from(t, lib, make([]int32, 6), 2, 3),
	} {
		if err := ort.Copy(dst, src); err == nil || !strings.Contains(err.Error(), "does not fit") {
			t.Errorf("another %s: %v", name, err)
		}
	}
	gone := from(t, lib, make([]float32, 6), 2, 3)
	gone.Release()
	for _, err := range []error{ort.Copy(gone, src), ort.Copy(src, gone), ort.Copy(nil, src), ort.Copy(src, nil)} {
		if !errors.Is(err, ort.ErrReleased) {
			t.Errorf("released: %v", err)
		}
	}
}
