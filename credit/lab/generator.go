package lab

import "math/bits"

// Generator is a source of random numbers whose streams equal those of NumPy's
// default generator (PCG64, O'Neill 2014, seeded through SeedSequence), so that
// experiments of others can be repeated number by number. It is used by one
// goroutine.
type Generator struct {
	hi, lo       uint64 // state
	incHi, incLo uint64
	half         uint32 // upper half of the last number that was split
	split        bool
}

// NewGenerator returns the generator that NumPy calls default_rng(seed).
func NewGenerator(seed uint64) *Generator {
	s := seedWords(seed)
	g := &Generator{incHi: s[2]<<1 | s[3]>>63, incLo: s[3]<<1 | 1}
	g.step()
	var carry uint64
	g.lo, carry = bits.Add64(g.lo, s[1], 0)
	g.hi, _ = bits.Add64(g.hi, s[0], carry)
	g.step()
	return g
}

// seedWords spreads a seed over four words.
func seedWords(seed uint64) (out [4]uint64) {
	entropy := []uint32{uint32(seed)}
	if seed>>32 != 0 {
		entropy = append(entropy, uint32(seed>>32))
	}
	constant := uint32(0x43b0d7e5)
	hash := func(x uint32) uint32 {
		x ^= constant
		constant *= 0x931e8875
		x *= constant
		return x ^ x>>16
	}
	var pool [4]uint32
	for i := range pool {
		x := uint32(0)
		if i < len(entropy) {
			x = entropy[i]
		}
		pool[i] = hash(x)
	}
	for from := range pool {
		for to := range pool {
			if from != to {
				x := 0xca01f9dd*pool[to] - 0x4973f715*hash(pool[from])
				pool[to] = x ^ x>>16
			}
		}
	}
	constant = 0x8b51f9dd
	for i := range 2 * len(out) {
		x := pool[i%len(pool)] ^ constant
		constant *= 0x58f38ded
		x *= constant
		x ^= x >> 16
		out[i/2] |= uint64(x) << (32 * (i % 2))
	}
	return out
}

// step advances the state, state·a + inc modulo 2^128.
func (g *Generator) step() {
	const aHi, aLo = 0x2360ed051fc65da4, 0x4385df649fccf645
	hi, lo := bits.Mul64(g.lo, aLo)
	hi += g.hi*aLo + g.lo*aHi
	var carry uint64
	g.lo, carry = bits.Add64(lo, g.incLo, 0)
	g.hi, _ = bits.Add64(hi, g.incHi, carry)
}

// Uint64 returns 64 random bits.
func (g *Generator) Uint64() uint64 {
	g.step()
	return bits.RotateLeft64(g.hi^g.lo, -int(g.hi>>58))
}

// Uint32 returns 32 random bits; two calls share 64.
func (g *Generator) Uint32() uint32 {
	if g.split {
		g.split = false
		return g.half
	}
	x := g.Uint64()
	g.half, g.split = uint32(x>>32), true
	return uint32(x)
}

// Float64 returns a number in [0, 1).
func (g *Generator) Float64() float64 { return float64(g.Uint64()>>11) / (1 << 53) }

// Perm returns a permutation of 0 … n-1, n below 2^32.
func (g *Generator) Perm(n int) []int {
	p := make([]int, n)
	for i := range p {
		p[i] = i
	}
	for i := n - 1; i > 0; i-- {
		j := int(g.upTo(uint32(i)))
		p[i], p[j] = p[j], p[i]
	}
	return p
}

// upTo returns a number in [0, n]: random bits until they are not too many.
func (g *Generator) upTo(n uint32) uint32 {
	mask := uint32(1)<<bits.Len32(n) - 1
	for {
		if x := g.Uint32() & mask; x <= n {
			return x
		}
	}
}

// Choice draws an index with the probabilities p.
func (g *Generator) Choice(p []float64) int {
	sum := 0.0
	for _, x := range p {
		sum += x
	}
	u, run := g.Float64(), 0.0
	for i, x := range p {
		if run += x; u < run/sum {
			return i
		}
	}
	return len(p) - 1
}
