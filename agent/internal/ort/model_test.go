package ort_test

import (
	"encoding/binary"
	"fmt"
	"math"

	"stepgym/agent/internal/ort"
)

// chain returns a model y = W...W x of n matrix products in a row, x and y of
// shape [N, width] and W of [width, width], an input of the model.
func chain(n int, width int64) []byte {
	var graph []byte
	last := "x"
	for i := range n {
		out := fmt.Sprint("h", i)
		if i == n-1 {
			out = "y"
		}
		var node []byte
		node = ort.Field(node, 1, []byte(last))
		node = ort.Field(node, 1, []byte("w"))
		node = ort.Field(node, 2, []byte(out))
		node = ort.Field(node, 4, []byte("MatMul"))
		graph = ort.Field(graph, 1, node)
		last = out
	}
	graph = ort.Field(graph, 2, []byte("chain"))
	graph = ort.Field(graph, 11, matrixInfo("x", -1, width))
	graph = ort.Field(graph, 11, matrixInfo("w", width, width))
	graph = ort.Field(graph, 12, matrixInfo("y", -1, width))
	return modelOf(graph)
}

// matrixInfo is a ValueInfoProto of a float matrix; -1 leaves a dimension open.
func matrixInfo(name string, dims ...int64) []byte {
	var shape []byte
	for _, d := range dims {
		var dim []byte
		if d < 0 {
			dim = ort.Field(nil, 2, []byte("N")) // dim_param
		} else {
			dim = binary.AppendUvarint([]byte{1 << 3}, uint64(d)) // dim_value
		}
		shape = ort.Field(shape, 1, dim)
	}
	tensor := ort.Field([]byte{1 << 3, byte(ort.Float32)}, 2, shape)
	return ort.Field(ort.Field(nil, 1, []byte(name)), 2, ort.Field(nil, 1, tensor))
}

// externalModel returns y = a + b, where a and b are initialisers of three floats
// in the external files a.bin and b.bin.
func externalModel() []byte {
	var graph, node []byte
	for _, in := range []string{"a", "b"} {
		node = ort.Field(node, 1, []byte(in))
	}
	node = ort.Field(node, 2, []byte("y"))
	node = ort.Field(node, 4, []byte("Add"))
	graph = ort.Field(graph, 1, node)
	graph = ort.Field(graph, 2, []byte("external"))
	for _, name := range []string{"a", "b"} {
		location := ort.Field(ort.Field(nil, 1, []byte("location")), 2, []byte(name+".bin"))
		length := ort.Field(ort.Field(nil, 1, []byte("length")), 2, []byte("12"))
		tensor := []byte{1 << 3, 3, 2 << 3, byte(ort.Float32)} // dims, data_type
		tensor = ort.Field(tensor, 8, []byte(name))
		tensor = ort.Field(tensor, 13, location)
		tensor = ort.Field(tensor, 13, length)
		tensor = append(tensor, 14<<3, 1) // data_location: external
		graph = ort.Field(graph, 5, tensor)
	}
	graph = ort.Field(graph, 12, ort.ValueInfo("y", ort.Float32))
	return modelOf(graph)
}

// modelOf wraps a GraphProto of any size.
func modelOf(graph []byte) []byte {
	model := []byte{1 << 3, 8, 7<<3 | 2}
	model = binary.AppendUvarint(model, uint64(len(graph)))
	model = append(model, graph...)
	return ort.Field(model, 8, []byte{2 << 3, 18})
}

func floatBytes(numbers ...float32) []byte {
	var b []byte
	for _, x := range numbers {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	return b
}
