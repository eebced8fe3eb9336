// Package onnx writes and reads ONNX models: the protocol buffer messages that
// a runtime accepts as bytes.
//
// The writer covers what this module's graph builder needs (tensor inputs with
// static or symbolic dimensions, nodes with plain attributes, initialisers
// inline or in an external file) and nothing of sub-graphs, sequences, sparse
// tensors or training information. The reader is for checks and tools: it reads
// what the writer writes and skips fields that it does not know.
//
// Field numbers are those of the format's onnx.proto, IR version 9.
package onnx
