package interp

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/agent/internal/onnx"
)

// model is a model of one node with inputs a, b, ... and the output y.
func model(op string, attrs []onnx.Attr, t onnx.DType, rank int, in ...*Tensor) (*onnx.Model, map[string]*Tensor) {
	m := &onnx.Model{}
	feeds := map[string]*Tensor{}
	n := onnx.Node{Name: "n0", Op: op, Out: []string{"y"}, Attrs: attrs}
	for i, x := range in {
		name := string(rune('a' + i))
		feeds[name] = x
		v := onnx.ValueInfo{Name: name, DType: x.DType}
		for _, d := range x.Shape {
			v.Shape = append(v.Shape, onnx.Dim{Size: int64(d)})
		}
		m.Graph.Inputs = append(m.Graph.Inputs, v)
		n.In = append(n.In, name)
	}
	m.Graph.Nodes = []onnx.Node{n}
	y := onnx.ValueInfo{Name: "y", DType: t}
	for i := range rank {
		y.Shape = append(y.Shape, onnx.Dim{Name: string(rune('P' + i))})
	}
	m.Graph.Outputs = []onnx.ValueInfo{y}
	return m, feeds
}

func f32(x []float64, shape ...int) *Tensor { return From(onnx.Float32, x, shape...) }
func i64(x []float64, shape ...int) *Tensor { return From(onnx.Int64, x, shape...) }

func TestRun(t *testing.T) {
	axis := func(i int64) []onnx.Attr { return []onnx.Attr{{Name: "axis", Value: i}} }
	for _, c := range []struct {
		name, op string
		attrs    []onnx.Attr
		in       []*Tensor
		want     *Tensor
	}{
		{"broadcast", "Sub", nil, []*Tensor{f32([]float64{1, 2}, 2, 1), f32([]float64{10, 20, 30}, 3)}, f32([]float64{-9, -19, -29, -8, -18, -28}, 2, 3)},
		{"compare", "Less", nil, []*Tensor{f32([]float64{1, 2}, 2), f32([]float64{2})}, From(onnx.Bool, []float64{1, 0}, 2)},
		{"reduce", "ReduceMean", []onnx.Attr{{Name: "keepdims", Value: int64(0)}}, []*Tensor{f32([]float64{1, 2, 3, 4}, 2, 2), i64([]float64{1}, 1)}, f32([]float64{1.5, 3.5}, 2)},
		{"transpose", "Transpose", []onnx.Attr{{Name: "perm", Value: []int64{1, 0}}}, []*Tensor{f32([]float64{1, 2, 3, 4, 5, 6}, 2, 3)}, f32([]float64{1, 4, 2, 5, 3, 6}, 3, 2)},
		{"concat", "Concat", axis(1), []*Tensor{f32([]float64{1, 2}, 2, 1), f32([]float64{3, 4, 5, 6}, 2, 2)}, f32([]float64{1, 3, 4, 2, 5, 6}, 2, 3)},
		{"slice", "Slice", nil, []*Tensor{f32([]float64{1, 2, 3, 4}, 4), i64([]float64{1}, 1), i64([]float64{-1}, 1), i64([]float64{0}, 1)}, f32([]float64{2, 3}, 2)},
		{"pad", "Pad", nil, []*Tensor{f32([]float64{1, 2}, 2), i64([]float64{1, 2}, 2), f32([]float64{9})}, f32([]float64{9, 1, 2, 9, 9}, 5)},
		{"gather", "Gather", axis(0), []*Tensor{f32([]float64{1, 2, 3, 4}, 2, 2), i64([]float64{-1, 0}, 2)}, f32([]float64{3, 4, 1, 2}, 2, 2)},
		{"gather elements", "GatherElements", axis(1), []*Tensor{f32([]float64{1, 2, 3, 4}, 2, 2), i64([]float64{1, 0}, 2, 1)}, f32([]float64{2, 3}, 2, 1)},
		{"gather nd", "GatherND", nil, []*Tensor{f32([]float64{1, 2, 3, 4}, 2, 2), i64([]float64{1, 0}, 1, 2)}, f32([]float64{3}, 1)},
		{"scatter", "ScatterElements", axis(0), []*Tensor{f32([]float64{1, 1}, 2), i64([]float64{1, 1, 0}, 3), f32([]float64{5, 6, 7}, 3)}, f32([]float64{8, 12}, 2)},
		{"matmul", "MatMul", nil, []*Tensor{f32([]float64{1, 2, 3, 4}, 2, 2), f32([]float64{5, 6}, 2, 1)}, f32([]float64{17, 39}, 2, 1)},
		{"argmax", "ArgMax", axis(0), []*Tensor{f32([]float64{1, 7, 1, 7}, 4)}, i64([]float64{1})},
		{"softmax", "Softmax", axis(0), []*Tensor{f32([]float64{3, 3}, 2)}, f32([]float64{0.5, 0.5}, 2)},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, feeds := model(c.op, c.attrs, c.want.DType, len(c.want.Shape), c.in...)
			out, err := Run(m, feeds)
			if err != nil {
				t.Fatal(err)
			}
			if len(c.want.Shape) == 0 {
				out["y"].Shape = nil
				c.want.Shape = nil
			}
			if d := cmp.Diff(out["y"], c.want); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestRunRefuses(t *testing.T) {
	x, y := f32([]float64{1, 2}, 2), f32([]float64{1, 2, 3}, 3)
	for _, c := range []struct {
		name, want string
		spoil      func(m *onnx.Model, feeds map[string]*Tensor)
		op         string
		in         []*Tensor
	}{
		{"operator", "unknown operator Nope", nil, "Nope", []*Tensor{x}},
		{"broadcast", "do not broadcast", nil, "Add", []*Tensor{x, y}},
		{"index", "index 5 is outside 2", nil, "Gather", []*Tensor{x, i64([]float64{5}, 1)}},
		{"missing input", "input a is missing", func(_ *onnx.Model, f map[string]*Tensor) { delete(f, "a") }, "Neg", []*Tensor{x}},
		{"input's shape", "axis 0 of a is 3, not 2", func(_ *onnx.Model, f map[string]*Tensor) { f["a"] = y }, "Neg", []*Tensor{x}},
		{"output's rank", "the model says float32 of 2 axes", func(m *onnx.Model, _ map[string]*Tensor) {
			m.Graph.Outputs[0].Shape = make([]onnx.Dim, 2)
		}, "Neg", []*Tensor{x}},
		{"no such value", "is not there yet", func(m *onnx.Model, _ map[string]*Tensor) { m.Graph.Nodes[0].In[0] = "q" }, "Neg", []*Tensor{x}},
		{"no such output", "computed by no node", func(m *onnx.Model, _ map[string]*Tensor) { m.Graph.Nodes = nil }, "Neg", []*Tensor{x}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, feeds := model(c.op, []onnx.Attr{{Name: "axis", Value: int64(0)}}, onnx.Float32, 1, c.in...)
			if c.spoil != nil {
				c.spoil(m, feeds)
			}
			if _, err := Run(m, feeds); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q in it", err, c.want)
			}
		})
	}
}
