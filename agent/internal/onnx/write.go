package onnx

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
)

// irVersion is the format version that Marshal writes by default.
const irVersion = 9

// Types of AttributeProto.
const (
	attrFloat  = 1
	attrInt    = 2
	attrString = 3
	attrTensor = 4
	attrFloats = 6
	attrInts   = 7
)

// Marshal returns the model's bytes. It fails for an attribute of a type that
// the writer does not know and for inline data of the wrong length.
func (m *Model) Marshal() ([]byte, error) {
	var w writer
	ir := m.IR
	if ir == 0 {
		ir = irVersion
	}
	w.int(1, ir)
	w.str(2, m.Producer)
	w.msg(7, func(w *writer) { w.graph(&m.Graph) })
	for _, o := range m.Opsets {
		w.msg(8, func(w *writer) {
			w.str(1, o.Domain)
			w.int(2, o.Version)
		})
	}
	for _, p := range m.Metadata {
		w.msg(14, func(w *writer) { w.pair(p.Key, p.Value) })
	}
	if w.err != nil {
		return nil, fmt.Errorf("onnx: marshal: %w", w.err)
	}
	return w.b, nil
}

// writer appends protocol buffer fields to b and keeps the first error.
type writer struct {
	b   []byte
	err error
}

func (w *writer) key(field, wire int) { w.b = binary.AppendUvarint(w.b, uint64(field<<3|wire)) }

func (w *writer) int(field int, x int64) {
	w.key(field, wireVarint)
	w.b = binary.AppendUvarint(w.b, uint64(x))
}

func (w *writer) float(field int, x float32) {
	w.key(field, wireFixed32)
	w.b = binary.LittleEndian.AppendUint32(w.b, math.Float32bits(x))
}

func (w *writer) str(field int, s string) {
	w.key(field, wireBytes)
	w.b = binary.AppendUvarint(w.b, uint64(len(s)))
	w.b = append(w.b, s...)
}

func (w *writer) bytes(field int, s []byte) {
	w.key(field, wireBytes)
	w.b = binary.AppendUvarint(w.b, uint64(len(s)))
	w.b = append(w.b, s...)
}

// msg appends a message whose length is known only after it is written: the
// body goes behind a gap of the longest length and is moved back over it.
func (w *writer) msg(field int, body func(*writer)) {
	w.key(field, wireBytes)
	at := len(w.b)
	w.b = append(w.b, make([]byte, binary.MaxVarintLen64)...)
	from := len(w.b)
	body(w)
	n := len(w.b) - from
	k := binary.PutUvarint(w.b[at:], uint64(n))
	copy(w.b[at+k:], w.b[from:])
	w.b = w.b[:at+k+n]
}

func (w *writer) pair(key, value string) {
	w.str(1, key)
	w.str(2, value)
}

func (w *writer) fail(format string, args ...any) {
	if w.err == nil {
		w.err = fmt.Errorf(format, args...)
	}
}

func (w *writer) graph(g *Graph) {
	for i := range g.Nodes {
		w.msg(1, func(w *writer) { w.node(&g.Nodes[i]) })
	}
	w.str(2, g.Name)
	for i := range g.Inits {
		w.msg(5, func(w *writer) { w.tensor(&g.Inits[i]) })
	}
	for i := range g.Inputs {
		w.msg(11, func(w *writer) { w.info(&g.Inputs[i]) })
	}
	for i := range g.Outputs {
		w.msg(12, func(w *writer) { w.info(&g.Outputs[i]) })
	}
}

func (w *writer) node(n *Node) {
	for _, s := range n.In {
		w.str(1, s)
	}
	for _, s := range n.Out {
		w.str(2, s)
	}
	w.str(3, n.Name)
	w.str(4, n.Op)
	for _, a := range n.Attrs {
		w.msg(5, func(w *writer) { w.attr(n, a) })
	}
	if n.Domain != "" {
		w.str(7, n.Domain)
	}
}

func (w *writer) attr(n *Node, a Attr) {
	w.str(1, a.Name)
	kind := int64(0)
	switch x := a.Value.(type) {
	case int64:
		w.int(3, x)
		kind = attrInt
	case float32:
		w.float(2, x)
		kind = attrFloat
	case string:
		w.str(4, x)
		kind = attrString
	case []int64:
		for _, y := range x {
			w.int(8, y)
		}
		kind = attrInts
	case []float32:
		for _, y := range x {
			w.float(7, y)
		}
		kind = attrFloats
	case Tensor:
		w.msg(5, func(w *writer) { w.tensor(&x) })
		kind = attrTensor
	default:
		w.fail("node %s (%s): attribute %s has type %T, which has no form in the format", n.Name, n.Op, a.Name, a.Value)
	}
	w.int(20, kind)
}

func (w *writer) tensor(t *Tensor) {
	n := int64(t.DType.Size())
	for _, d := range t.Dims {
		w.int(1, d)
		n *= d
	}
	w.int(2, int64(t.DType))
	w.str(8, t.Name)
	if e := t.External; e != nil {
		for _, p := range []Property{
			{"location", e.Location},
			{"offset", strconv.FormatInt(e.Offset, 10)},
			{"length", strconv.FormatInt(e.Length, 10)},
		} {
			w.msg(13, func(w *writer) { w.pair(p.Key, p.Value) })
		}
		w.int(14, 1)
		return
	}
	if int64(len(t.Raw)) != n {
		w.fail("tensor %s: %d bytes of data for %v of %v, want %d", t.Name, len(t.Raw), t.Dims, t.DType, n)
	}
	w.bytes(9, t.Raw)
}

func (w *writer) info(v *ValueInfo) {
	w.str(1, v.Name)
	w.msg(2, func(w *writer) {
		w.msg(1, func(w *writer) {
			w.int(1, int64(v.DType))
			w.msg(2, func(w *writer) {
				for _, d := range v.Shape {
					w.msg(1, func(w *writer) {
						if d.Name != "" {
							w.str(2, d.Name)
						} else {
							w.int(1, d.Size)
						}
					})
				}
			})
		})
	})
}
