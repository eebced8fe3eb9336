package onnx

import "fmt"

// DType is an element type, numbered as in TensorProto.DataType.
type DType int32

// The element types that this module uses.
const (
	Float32  DType = 1
	Uint8    DType = 2
	Int8     DType = 3
	Int32    DType = 6
	Int64    DType = 7
	Bool     DType = 9
	Float16  DType = 10
	Float64  DType = 11
	BFloat16 DType = 16
)

// Size is the number of bytes of one element; 0 for an unknown type.
func (d DType) Size() int {
	switch d {
	case Uint8, Int8, Bool:
		return 1
	case Float16, BFloat16:
		return 2
	case Float32, Int32:
		return 4
	case Int64, Float64:
		return 8
	}
	return 0
}

// String is the type's lower-case name, such as "float32".
func (d DType) String() string {
	switch d {
	case Float32:
		return "float32"
	case Uint8:
		return "uint8"
	case Int8:
		return "int8"
	case Int32:
		return "int32"
	case Int64:
		return "int64"
	case Bool:
		return "bool"
	case Float16:
		return "float16"
	case Float64:
		return "float64"
	case BFloat16:
		return "bfloat16"
	}
	return fmt.Sprintf("dtype(%d)", int32(d))
}

// Model is a ModelProto: one graph and the operator sets that it is written in.
type Model struct {
	IR       int64  // version of the format; 0 writes 9
	Producer string // name of the program that made the model
	Opsets   []Opset
	Graph    Graph
	Metadata []Property // free-form facts about the model, in order
}

// Opset names an operator set. The domain of the standard operators is "".
type Opset struct {
	Domain  string
	Version int64
}

// Property is one entry of a model's metadata.
type Property struct{ Key, Value string }

// Graph is a GraphProto. Nodes are in an order in which they can be run.
type Graph struct {
	Name    string
	Nodes   []Node
	Inits   []Tensor
	Inputs  []ValueInfo // without the initialisers
	Outputs []ValueInfo
}

// Node is one operator application. An empty input name is an absent optional
// input.
type Node struct {
	Name, Op, Domain string
	In, Out          []string
	Attrs            []Attr
}

// Attr is a node's attribute. Value is an int64, float32, string, []int64,
// []float32 or Tensor; the reader leaves nil for attributes of other types.
type Attr struct {
	Name  string
	Value any
}

// ValueInfo is the name, element type and shape of an input or output.
type ValueInfo struct {
	Name  string
	DType DType
	Shape []Dim
}

// Dim is one dimension: a size, or a name where the size is known only at run
// time. The name wins if both are set.
type Dim struct {
	Size int64
	Name string
}

// Tensor is a named constant. Its data is Raw, little-endian and row-major, or
// lies in the file that External names.
type Tensor struct {
	Name     string
	DType    DType
	Dims     []int64
	Raw      []byte
	External *External
}

// External says where a tensor's data lies outside the model file.
type External struct {
	Location       string // path relative to the model file
	Offset, Length int64  // bytes
}
