package house

import "math/rand/v2"

// purpose keeps apart what is drawn for different things.
type purpose uint64

const (
	forLayout purpose = iota + 1
	forTasks
	forFamily
	forWords
	forScene
	forTrial
)

// draw returns the source of chance for a purpose. Equal arguments give equal
// draws, whatever else was drawn.
func draw(seed uint64, p purpose, a, b int) *rand.Rand {
	return rand.New(rand.NewPCG(mix(seed^mix(uint64(p))), mix(uint64(a)<<32|uint64(uint32(b)))))
}

// mix spreads the bits of x (the finalizer of splitmix64, Steele and others
// 2014), so that neighbours have nothing in common.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// yes is true in chance of 100 cases.
func yes(rng *rand.Rand, chance int) bool { return rng.IntN(100) < chance }

// pick returns one of list, which is not empty.
func pick[T any](rng *rand.Rand, list []T) T { return list[rng.IntN(len(list))] }

// weighted returns an index of weights, in proportion to them; their sum is
// positive.
func weighted(rng *rand.Rand, weights []int) int {
	sum := 0
	for _, w := range weights {
		sum += w
	}
	at := rng.IntN(sum)
	for i, w := range weights {
		if at -= w; at < 0 {
			return i
		}
	}
	return len(weights) - 1
}
