package search

import (
	"encoding/binary"
	"unsafe"
)

// view returns p as a slice of fixed-size numbers or of structs of such. On a
// little-endian machine, where p is aligned, it shares p's memory; elsewhere it
// is a copy. Bytes at the end that are no whole element are left out.
func view[T any](p []byte) []T {
	size := int(unsafe.Sizeof(*new(T)))
	n := len(p) / size
	if n == 0 {
		return nil
	}
	if littleEndian() && uintptr(unsafe.Pointer(unsafe.SliceData(p)))%unsafe.Alignof(*new(T)) == 0 {
		return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(p))), n)
	}
	out := make([]T, n)
	if _, err := binary.Decode(p, binary.LittleEndian, out); err != nil {
		return nil // only for a T of no fixed size, which none is
	}
	return out
}

// bytesOf returns the little-endian bytes of v, which share its memory where
// they can.
func bytesOf[T any](v []T) []byte {
	if len(v) == 0 {
		return nil
	}
	if littleEndian() {
		return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(v))), len(v)*int(unsafe.Sizeof(v[0])))
	}
	out, err := binary.Append(nil, binary.LittleEndian, v)
	if err != nil {
		return nil // as in view
	}
	return out
}

func littleEndian() bool {
	return binary.NativeEndian.Uint16([]byte{1, 0}) == 1
}
