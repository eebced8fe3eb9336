package onnx

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// sample has one of everything that the writer can write.
func sample() *Model {
	return &Model{
		IR: 9, Producer: "test", Opsets: []Opset{{"", 18}, {"own", 1}},
		Metadata: []Property{{"k", "v"}},
		Graph: Graph{
			Name: "g",
			Nodes: []Node{{
				Name: "n0", Op: "Op", Domain: "own", In: []string{"x", "", "w"}, Out: []string{"y"},
				Attrs: []Attr{
					{"i", int64(-3)}, {"f", float32(1.5)}, {"s", "text"}, {"is", []int64{1, -1, 300}}, {"fs", []float32{0, 2}},
					{"t", Tensor{Name: "t", DType: Int64, Dims: []int64{1}, Raw: make([]byte, 8)}},
				},
			}},
			Inits: []Tensor{
				{Name: "w", DType: Float32, Dims: []int64{2, 1}, Raw: []byte{1, 2, 3, 4, 5, 6, 7, 8}},
				{Name: "scalar", DType: Float32, Raw: []byte{0, 0, 128, 63}},
				{Name: "big", DType: Float32, Dims: []int64{4}, External: &External{"w.bin", 16, 16}},
			},
			Inputs:  []ValueInfo{{"x", Float32, []Dim{{Name: "B"}, {Size: 3}}}},
			Outputs: []ValueInfo{{"y", Bool, nil}},
		},
	}
}

func TestRoundTrip(t *testing.T) {
	b, err := sample().Marshal()
	if err != nil {
		t.Fatal(err)
	}
	got, err := Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(got, sample()); d != "" {
		t.Error(d)
	}
}

func TestMarshalRefuses(t *testing.T) {
	for _, c := range []struct {
		name   string
		spoil  func(*Model)
		reason string
	}{
		{"attribute type", func(m *Model) { m.Graph.Nodes[0].Attrs[0].Value = 3 },
			"onnx: marshal: node n0 (Op): attribute i has type int, which has no form in the format"},
		{"short data", func(m *Model) { m.Graph.Inits[0].Raw = nil },
			"onnx: marshal: tensor w: 0 bytes of data for [2 1] of float32, want 8"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := sample()
			c.spoil(m)
			_, err := m.Marshal()
			if err == nil || err.Error() != c.reason {
				t.Errorf("got %v, want %s", err, c.reason)
			}
		})
	}
}

func TestParseTruncated(t *testing.T) {
	b, err := sample().Marshal()
	if err != nil {
		t.Fatal(err)
	}
	bad := 0
	for n := range b {
		if _, err := Parse(b[:n]); err != nil {
			bad++
		}
	}
	if bad < len(b)*9/10 {
		t.Errorf("only %d of %d truncations are errors", bad, len(b))
	}
}

func TestDType(t *testing.T) {
	for d, want := range map[DType]string{Float32: "float32", Bool: "bool", 99: "dtype(99)", BFloat16: "bfloat16"} {
		if d.String() != want {
			t.Errorf("%d: got %s, want %s", d, d, want)
		}
	}
	if Float64.Size() != 8 || DType(99).Size() != 0 {
		t.Error("sizes are wrong")
	}
}

func FuzzParse(f *testing.F) {
	b, err := sample().Marshal()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add(b[:len(b)/2])
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Parse(b)
		if err != nil {
			return
		}
		for _, n := range m.Graph.Nodes {
			for _, a := range n.Attrs {
				if a.Value == nil {
					return
				}
			}
		}
		c, err := m.Marshal()
		if err != nil {
			return
		}
		again, err := Parse(c)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		d, err := again.Marshal()
		if err != nil || !bytes.Equal(c, d) {
			t.Fatalf("second writing differs (%v)", err)
		}
	})
}

func BenchmarkMarshal(b *testing.B) {
	m := sample()
	for range 10 {
		m.Graph.Nodes = append(m.Graph.Nodes, m.Graph.Nodes...)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.Marshal(); err != nil {
			b.Fatal(err)
		}
	}
}
