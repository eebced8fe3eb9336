package world

import (
	"encoding/binary"

	"github.com/zeebo/xxh3"
)

// Reseal returns the bytes with a right checksum in place of their last eight.
func Reseal(b []byte) []byte {
	if len(b) < 8 {
		return b
	}
	b = b[: len(b)-8 : len(b)-8]
	return binary.LittleEndian.AppendUint64(b, xxh3.Hash(b))
}
