package py

import (
	"crypto/sha512"
	"encoding/binary"
	"math/big"
	"unicode/utf8"

	"stepgym/internal/python"
)

// Random is a random.Random that is copied when it is drawn from, like a
// [Dict]: before drawing, ask for one's own with Own.
type Random struct {
	rand  python.Rand
	owner *Owner
}

// NewRandom returns random.Random(seed), owned by nobody, for a seed that is a
// number or a str. It raises TypeError for other seeds, None among them, for
// which CPython takes one from the machine.
func NewRandom(seed Value) *Random {
	r := new(Random)
	r.rand.SeedWords(seedWords(seed))
	r.rand.Fill()
	return r
}

// seedWords returns the absolute value of the seed's int, lowest 32 bits first.
func seedWords(seed Value) []uint32 {
	var x *big.Int
	switch s := seed.(type) {
	case Int, Bool, *Big:
		x = bigOf(seed)
	case Float:
		x = new(big.Int).SetUint64(uint64(HashFloat(float64(s))))
	case Str:
		mustEncode(string(s))
		sum := sha512.Sum512([]byte(s))
		x = new(big.Int).SetBytes(append([]byte(s), sum[:]...))
	default:
		Raise("TypeError", "The only supported seed types are: None,\nint, float, str, bytes, and bytearray.")
	}
	b := new(big.Int).Abs(x).Bytes() // highest first
	words := make([]uint32, max(1, (len(b)+3)/4))
	for i := range words {
		var w [4]byte
		for j := range w {
			if at := len(b) - 1 - 4*i - j; at >= 0 {
				w[j] = b[at]
			}
		}
		words[i] = binary.LittleEndian.Uint32(w[:])
	}
	return words
}

// mustEncode raises for a lone surrogate, as s.encode() does.
func mustEncode(s string) {
	if utf8.ValidString(s) {
		return
	}
	at, end, first := -1, 0, rune(0)
	for i := 0; len(s) > 0; i++ {
		r, n := python.DecodeRune(s)
		s = s[n:]
		switch surrogate := r >= 0xd800 && r < 0xe000; {
		case surrogate && at < 0:
			at, end, first = i, i, r
		case surrogate && end == i-1:
			end = i
		}
	}
	switch {
	case at >= 0 && at == end:
		Raise("UnicodeEncodeError", "'utf-8' codec can't encode character '\\u%x' in position %d: surrogates not allowed", first, at)
	case at >= 0:
		Raise("UnicodeEncodeError", "'utf-8' codec can't encode characters in position %d-%d: surrogates not allowed", at, end)
	}
}

// Own returns r if o owns it, otherwise a copy that o owns and that goes on
// where r is. The caller stores it where r was.
func (r *Random) Own(o *Owner) *Random {
	if r.owner == o && o != nil {
		return r
	}
	return &Random{rand: r.rand, owner: o}
}

// RandInt is r.randint(lo, hi).
func (r *Random) RandInt(lo, hi int64) int64 {
	width := uint64(hi) - uint64(lo) + 1
	if hi < lo {
		Raise("ValueError", "empty range for randrange() (%d, %d, %d)", lo, hi+1, hi+1-lo)
	}
	if width == 0 { // all of 64 bits
		width--
	}
	return int64(uint64(lo) + r.rand.RandBelow(width))
}

// Uniform is r.uniform(a, b).
func (r *Random) Uniform(a, b float64) float64 { return r.rand.Uniform(a, b) }

// Random is r.random().
func (r *Random) Random() float64 { return r.rand.Random() }
