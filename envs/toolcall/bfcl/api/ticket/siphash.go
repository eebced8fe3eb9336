package ticket

import (
	"encoding/binary"
	"math"
	"math/bits"
	"unicode/utf8"
)

// hashStr is SipHash-1-3 with the key 0 over the characters of s as CPython
// stores them: one, two or four bytes each, as the widest of them needs.
func hashStr(s string) uint64 {
	if s == "" {
		return 0
	}
	h := sip13(stored(s))
	if h == math.MaxUint64 {
		h--
	}
	return h
}

// stored returns the characters of s in little-endian code units of one width.
func stored(s string) []byte {
	var runes []rune
	widest := rune(0)
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 && i+2 < len(s) { // a lone surrogate in three bytes
			r, n = rune(s[i]&0x0f)<<12|rune(s[i+1]&0x3f)<<6|rune(s[i+2]&0x3f), 3
		}
		runes, widest, i = append(runes, r), max(widest, r), i+n
	}
	var b []byte
	for _, r := range runes {
		switch {
		case widest < 1<<8:
			b = append(b, byte(r))
		case widest < 1<<16:
			b = binary.LittleEndian.AppendUint16(b, uint16(r))
		default:
			b = binary.LittleEndian.AppendUint32(b, uint32(r))
		}
	}
	return b
}

// sip13 is SipHash with one round a block and three at the end (Aumasson and
// Bernstein, "SipHash: a fast short-input PRF"), key 0.
func sip13(b []byte) uint64 {
	v := [4]uint64{0x736f6d6570736575, 0x646f72616e646f6d, 0x6c7967656e657261, 0x7465646279746573}
	last := uint64(len(b)) << 56
	for ; len(b) >= 8; b = b[8:] {
		m := binary.LittleEndian.Uint64(b)
		v[3] ^= m
		sipRound(&v)
		v[0] ^= m
	}
	for i, c := range b {
		last |= uint64(c) << (8 * i)
	}
	v[3] ^= last
	sipRound(&v)
	v[0] ^= last
	v[2] ^= 0xff
	for range 3 {
		sipRound(&v)
	}
	return v[0] ^ v[1] ^ v[2] ^ v[3]
}

func sipRound(v *[4]uint64) {
	v[0] += v[1]
	v[2] += v[3]
	v[1] = bits.RotateLeft64(v[1], 13) ^ v[0]
	v[3] = bits.RotateLeft64(v[3], 16) ^ v[2]
	v[0] = bits.RotateLeft64(v[0], 32)
	v[2] += v[1]
	v[0] += v[3]
	v[1] = bits.RotateLeft64(v[1], 17) ^ v[2]
	v[3] = bits.RotateLeft64(v[3], 21) ^ v[0]
	v[2] = bits.RotateLeft64(v[2], 32)
}
