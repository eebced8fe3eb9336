package python

import (
	"math"
	"math/bits"
)

const (
	words  = 624 // size of the state
	middle = 397 // distance of the word that is mixed in
)

// Rand is CPython's random.Random: the Mersenne Twister MT19937 (Matsumoto and
// Nishimura 1998) with CPython's seeding and its ways to draw. The zero value
// must be seeded before use. A Rand is used by one goroutine at a time; copying
// the value copies the state.
type Rand struct {
	mt [words]uint32
	at int // next word to hand out; words when the state must be renewed
}

// NewRand returns a generator seeded with seed.
func NewRand(seed uint64) *Rand {
	r := new(Rand)
	r.Seed(seed)
	return r
}

// Seed does what random.seed(seed) does for a whole number that is not
// negative.
func (r *Rand) Seed(seed uint64) {
	key := [2]uint32{uint32(seed), uint32(seed >> 32)}
	n := 1
	if key[1] != 0 {
		n = 2
	}
	r.seedArray(key[:n])
}

// seedArray is init_by_array of the authors' reference implementation.
func (r *Rand) seedArray(key []uint32) {
	mt := &r.mt
	mt[0] = 19650218
	for i := 1; i < words; i++ {
		mt[i] = 1812433253*(mt[i-1]^mt[i-1]>>30) + uint32(i)
	}
	i, j := 1, 0
	for range max(words, len(key)) {
		mt[i] = (mt[i] ^ (mt[i-1]^mt[i-1]>>30)*1664525) + key[j] + uint32(j)
		if i++; i == words {
			mt[0], i = mt[words-1], 1
		}
		if j++; j == len(key) {
			j = 0
		}
	}
	for range words - 1 {
		mt[i] = (mt[i] ^ (mt[i-1]^mt[i-1]>>30)*1566083941) - uint32(i)
		if i++; i == words {
			mt[0], i = mt[words-1], 1
		}
	}
	mt[0] = 1 << 31
	r.at = words
}

// Clone returns an independent generator in the same state.
func (r *Rand) Clone() *Rand {
	c := *r
	return &c
}

// State returns the 624 words of the state and the position in them, as
// random.getstate()[1] lists them.
func (r *Rand) State() (state [624]uint32, position int) { return r.mt, r.at }

// renew computes the next 624 words.
func (r *Rand) renew() {
	mt := &r.mt
	twist := func(k, next, from int) {
		y := mt[k]&(1<<31) | mt[next]&(1<<31-1)
		mt[k] = mt[from] ^ y>>1 ^ -(y&1)&0x9908b0df
	}
	for k := range words - middle {
		twist(k, k+1, k+middle)
	}
	for k := words - middle; k < words-1; k++ {
		twist(k, k+1, k+middle-words)
	}
	twist(words-1, 0, middle-1)
	r.at = 0
}

// Uint32 returns the next 32 random bits.
func (r *Rand) Uint32() uint32 {
	if r.at >= words {
		r.renew()
	}
	y := r.mt[r.at]
	r.at++
	y ^= y >> 11
	y ^= y << 7 & 0x9d2c5680
	y ^= y << 15 & 0xefc60000
	return y ^ y>>18
}

// Random returns a number in [0, 1) with 53 random bits, as random.random().
func (r *Rand) Random() float64 {
	a, b := r.Uint32()>>5, r.Uint32()>>6
	return (float64(a)*(1<<26) + float64(b)) / (1 << 53) // exact products
}

// Uniform returns a number between a and b, as random.uniform(a, b).
func (r *Rand) Uniform(a, b float64) float64 { return Uniform(a, b, r.Random()) }

// GetRandBits returns k random bits, 0 <= k <= 64, as random.getrandbits(k).
func (r *Rand) GetRandBits(k int) uint64 {
	switch {
	case k <= 0:
		return 0
	case k <= 32:
		return uint64(r.Uint32() >> (32 - k))
	}
	low := uint64(r.Uint32())
	high := uint64(r.Uint32() >> (64 - min(k, 64)))
	return high<<32 | low
}

// RandBelow returns a number in [0, n) as random._randbelow(n), or 0 without a
// draw for n == 0. It is what random.randrange(n) and random.choice draw with.
func (r *Rand) RandBelow(n uint64) uint64 {
	if n == 0 {
		return 0
	}
	k := bits.Len64(n)
	for {
		if x := r.GetRandBits(k); x < n {
			return x
		}
	}
}

// IntN returns a number in [0, n), as random.randrange(n); 0 when n < 1.
func (r *Rand) IntN(n int) int { return int(r.RandBelow(uint64(max(n, 0)))) }

// Sample returns the places, in [0, n), of random.sample(population, k) for a
// population of n; k above n is cut to n where Python raises ValueError.
func (r *Rand) Sample(n, k int) []int {
	k = max(0, min(k, n))
	out := make([]int, k)
	if n <= sampleSetSize(k) {
		pool := make([]int, n)
		for i := range pool {
			pool[i] = i
		}
		for i := range out {
			j := r.IntN(n - i)
			out[i] = pool[j]
			pool[j] = pool[n-i-1]
		}
		return out
	}
	taken := make(map[int]struct{}, k)
	for i := range out {
		j := r.IntN(n)
		for {
			if _, ok := taken[j]; !ok {
				break
			}
			j = r.IntN(n)
		}
		taken[j] = struct{}{}
		out[i] = j
	}
	return out
}

// sampleSetSize is the population up to which random.sample copies it instead
// of keeping the set of places taken.
func sampleSetSize(k int) int {
	size := 21
	if k > 5 {
		size += int(math.Pow(4, math.Ceil(math.Log(float64(3*k))/math.Log(4))))
	}
	return size
}

// Shuffle permutes n things in place, as random.shuffle.
func (r *Rand) Shuffle(n int, swap func(i, j int)) {
	for i := n - 1; i >= 1; i-- {
		swap(i, r.IntN(i+1))
	}
}

// Choices returns the k places, in [0, n), of random.choices(population, k=k)
// for a population of n without weights.
func (r *Rand) Choices(n, k int) []int {
	out := make([]int, k)
	for i := range out {
		out[i] = int(math.Floor(r.Random() * float64(n)))
	}
	return out
}

// SeedWords does what random.seed does for a whole number given as its lowest 32
// bits first; it needs one word at least.
func (r *Rand) SeedWords(key []uint32) { r.seedArray(key) }

// Fill computes the next block of numbers if it is due, so that a copy need not.
func (r *Rand) Fill() {
	if r.at >= words {
		r.renew()
	}
}
