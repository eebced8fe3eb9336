package ort

// tinyModel returns an ONNX model of one operator (opset 18): output out of the
// inputs, all tensors of type t and of any shape. Checks and copies use it, so
// that this package needs no model builder.
func tinyModel(operator string, t ElementType, out string, inputs ...string) []byte {
	// Field numbers are those of onnx.proto: NodeProto{input 1, output 2,
	// op_type 4}, ValueInfoProto{name 1, type 2}, TypeProto{tensor_type 1},
	// TypeProto.Tensor{elem_type 1}, GraphProto{node 1, name 2, input 11,
	// output 12}, ModelProto{ir_version 1, graph 7, opset_import 8}.
	var node, graph []byte
	for _, in := range inputs {
		node = field(node, 1, []byte(in))
	}
	node = field(node, 2, []byte(out))
	node = field(node, 4, []byte(operator))
	graph = field(graph, 1, node)
	graph = field(graph, 2, []byte("tiny"))
	for _, in := range inputs {
		graph = field(graph, 11, valueInfo(in, t))
	}
	graph = field(graph, 12, valueInfo(out, t))
	model := []byte{1 << 3, 8} // ir_version 8
	model = field(model, 7, graph)
	return field(model, 8, []byte{2 << 3, 18}) // OperatorSetIdProto{version 2}
}

func valueInfo(name string, t ElementType) []byte {
	tensor := field(nil, 1, []byte{1 << 3, byte(t)})
	return field(field(nil, 1, []byte(name)), 2, tensor)
}

// field appends a protobuf field of bytes; number is below 16 and the length
// below 128, so that each takes one byte, or the length two.
func field(b []byte, number int, value []byte) []byte {
	b = append(b, byte(number<<3|2))
	if n := len(value); n < 0x80 {
		b = append(b, byte(n))
	} else {
		b = append(b, byte(n&0x7f|0x80), byte(n>>7))
	}
	return append(b, value...)
}
