package onnx

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strconv"
)

// Wire types of protocol buffers.
const (
	wireVarint  = 0
	wireFixed64 = 1
	wireBytes   = 2
	wireFixed32 = 5
)

var (
	errTruncated = errors.New("message ends in the middle of a field")
	errWire      = errors.New("field has an unexpected wire type")
)

// Parse reads a model. Fields that this package does not know are skipped;
// tensor data given in typed fields instead of raw bytes is an error. The
// tensors' Raw are parts of b.
func Parse(b []byte) (*Model, error) {
	m := &Model{}
	err := fields(b, func(f field) error {
		switch f.num {
		case 1:
			m.IR = int64(f.x)
		case 2:
			m.Producer = string(f.b)
		case 7:
			return m.Graph.parse(f.b)
		case 8:
			var o Opset
			err := fields(f.b, func(f field) error {
				switch f.num {
				case 1:
					o.Domain = string(f.b)
				case 2:
					o.Version = int64(f.x)
				}
				return nil
			})
			m.Opsets = append(m.Opsets, o)
			return err
		case 14:
			p, err := parsePair(f.b)
			m.Metadata = append(m.Metadata, p)
			return err
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("onnx: parse: %w", err)
	}
	return m, nil
}

// field is one field of a message: x for the numeric wire types, b for bytes.
type field struct {
	num, wire int
	x         uint64
	b         []byte
}

// fields calls f for every field of the message b, in order.
func fields(b []byte, f func(field) error) error {
	for len(b) > 0 {
		key, n := binary.Uvarint(b)
		if n <= 0 {
			return errTruncated
		}
		b = b[n:]
		fd := field{num: int(key >> 3), wire: int(key & 7)}
		switch fd.wire {
		case wireVarint:
			fd.x, n = binary.Uvarint(b)
		case wireFixed64:
			if n = 8; len(b) >= n {
				fd.x = binary.LittleEndian.Uint64(b)
			}
		case wireFixed32:
			if n = 4; len(b) >= n {
				fd.x = uint64(binary.LittleEndian.Uint32(b))
			}
		case wireBytes:
			var size uint64
			size, n = binary.Uvarint(b)
			if n <= 0 || size > uint64(len(b)-n) {
				return errTruncated
			}
			b = b[n:]
			n = int(size)
			fd.b = b[:n:n]
		default:
			return fmt.Errorf("%w: field %d, type %d", errWire, fd.num, fd.wire)
		}
		if n < 0 || n > len(b) || (n == 0 && fd.wire != wireBytes) {
			return errTruncated
		}
		b = b[n:]
		if err := f(fd); err != nil {
			return err
		}
	}
	return nil
}

// ints appends the integers of f, one or a packed run of them.
func (f field) ints(to []int64) ([]int64, error) {
	if f.wire == wireVarint {
		return append(to, int64(f.x)), nil
	}
	if f.wire != wireBytes {
		return to, errWire
	}
	for b := f.b; len(b) > 0; {
		x, n := binary.Uvarint(b)
		if n <= 0 {
			return to, errTruncated
		}
		to = append(to, int64(x))
		b = b[n:]
	}
	return to, nil
}

func parsePair(b []byte) (p Property, err error) {
	err = fields(b, func(f field) error {
		switch f.num {
		case 1:
			p.Key = string(f.b)
		case 2:
			p.Value = string(f.b)
		}
		return nil
	})
	return p, err
}

func (g *Graph) parse(b []byte) error {
	return fields(b, func(f field) error {
		switch f.num {
		case 1:
			n, err := parseNode(f.b)
			g.Nodes = append(g.Nodes, n)
			return err
		case 2:
			g.Name = string(f.b)
		case 5:
			t, err := parseTensor(f.b)
			g.Inits = append(g.Inits, t)
			return err
		case 11:
			v, err := parseInfo(f.b)
			g.Inputs = append(g.Inputs, v)
			return err
		case 12:
			v, err := parseInfo(f.b)
			g.Outputs = append(g.Outputs, v)
			return err
		}
		return nil
	})
}

func parseNode(b []byte) (n Node, err error) {
	err = fields(b, func(f field) error {
		switch f.num {
		case 1:
			n.In = append(n.In, string(f.b))
		case 2:
			n.Out = append(n.Out, string(f.b))
		case 3:
			n.Name = string(f.b)
		case 4:
			n.Op = string(f.b)
		case 5:
			a, err := parseAttr(f.b)
			n.Attrs = append(n.Attrs, a)
			return err
		case 7:
			n.Domain = string(f.b)
		}
		return nil
	})
	return n, err
}

func parseAttr(b []byte) (a Attr, err error) {
	var (
		i      int64
		x      float32
		s      string
		is     []int64
		xs     []float32
		t      Tensor
		values = map[int64]func() any{
			attrInt:    func() any { return i },
			attrFloat:  func() any { return x },
			attrString: func() any { return s },
			attrInts:   func() any { return is },
			attrFloats: func() any { return xs },
			attrTensor: func() any { return t },
		}
	)
	err = fields(b, func(f field) (err error) {
		switch f.num {
		case 1:
			a.Name = string(f.b)
		case 2:
			x = math.Float32frombits(uint32(f.x))
		case 3:
			i = int64(f.x)
		case 4:
			s = string(f.b)
		case 5:
			t, err = parseTensor(f.b)
		case 7:
			if f.wire == wireFixed32 {
				xs = append(xs, math.Float32frombits(uint32(f.x)))
			} else {
				for b := f.b; len(b) >= 4; b = b[4:] {
					xs = append(xs, math.Float32frombits(binary.LittleEndian.Uint32(b)))
				}
			}
		case 8:
			is, err = f.ints(is)
		case 20:
			if get := values[int64(f.x)]; get != nil {
				a.Value = get()
			}
		}
		return err
	})
	return a, err
}

func parseTensor(b []byte) (t Tensor, err error) {
	err = fields(b, func(f field) (err error) {
		switch f.num {
		case 1:
			t.Dims, err = f.ints(t.Dims)
		case 2:
			t.DType = DType(f.x)
		case 4, 5, 6, 7, 10, 11:
			return fmt.Errorf("tensor %q: data in typed field %d: only raw data is read", t.Name, f.num)
		case 8:
			t.Name = string(f.b)
		case 9:
			t.Raw = f.b
		case 13:
			return t.external(f.b)
		}
		return err
	})
	return t, err
}

// external reads one entry of a tensor's external data.
func (t *Tensor) external(b []byte) error {
	p, err := parsePair(b)
	if err != nil {
		return err
	}
	if t.External == nil {
		t.External = &External{}
	}
	switch p.Key {
	case "location":
		t.External.Location = p.Value
	case "offset":
		t.External.Offset, err = strconv.ParseInt(p.Value, 10, 64)
	case "length":
		t.External.Length, err = strconv.ParseInt(p.Value, 10, 64)
	}
	if err != nil {
		return fmt.Errorf("tensor %q: external %s: %w", t.Name, p.Key, err)
	}
	return nil
}

func parseInfo(b []byte) (v ValueInfo, err error) {
	err = fields(b, func(f field) error {
		switch f.num {
		case 1:
			v.Name = string(f.b)
		case 2:
			return fields(f.b, func(f field) error {
				if f.num != 1 {
					return nil
				}
				return fields(f.b, v.parseType)
			})
		}
		return nil
	})
	return v, err
}

// parseType reads one field of a tensor type.
func (v *ValueInfo) parseType(f field) error {
	switch f.num {
	case 1:
		v.DType = DType(f.x)
	case 2:
		return fields(f.b, func(f field) error {
			var d Dim
			err := fields(f.b, func(f field) error {
				switch f.num {
				case 1:
					d.Size = int64(f.x)
				case 2:
					d.Name = string(f.b)
				}
				return nil
			})
			v.Shape = append(v.Shape, d)
			return err
		})
	}
	return nil
}
