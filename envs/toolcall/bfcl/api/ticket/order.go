package ticket

import (
	"math"
	"math/big"
	"math/bits"

	"stepgym/envs/toolcall/py"
)

// The original subtracts two sets and joins what is left, so the order of a
// text is that of CPython's hash table. It is the same on every machine where
// the hash seed is 0 (PYTHONHASHSEED=0), and that order is given here. None and
// Ellipsis, which CPython hashes by address, count as 0.

// difference returns the keys that are not in a set of nvalid others, in the
// order of set(keys) - others.
func difference(keys []py.Value, valid func(key py.Value) bool, nvalid int) []py.Value {
	t := newHashTable(8)
	for _, k := range keys {
		t.add(slot{key: k, hash: hash(k)})
	}
	if len(keys)>>2 > nvalid { // a large set is copied whole and then made smaller
		return t.copy().keys(func(key py.Value) bool { return !valid(key) })
	}
	left := newHashTable(8)
	for _, s := range t.slots {
		if s.key != nil && !valid(s.key) {
			left.add(s)
		}
	}
	return left.keys(func(py.Value) bool { return true })
}

// hashTable is CPython 3.11's set of keys that are all different.
type hashTable struct {
	slots []slot
	used  int
}

type slot struct {
	key  py.Value // nil: free
	hash uint64
}

// newHashTable returns an empty table of a power of two of slots.
func newHashTable(size int) *hashTable { return &hashTable{slots: make([]slot, size)} }

// add puts s into the table, which grows when it is three fifths full.
func (t *hashTable) add(s slot) {
	t.insert(s)
	if t.used*5 < (len(t.slots)-1)*3 {
		return
	}
	*t = *t.resized(t.used * 4)
}

// resized returns a table of more than least slots with the keys of t.
func (t *hashTable) resized(least int) *hashTable {
	size := 8
	for size <= least {
		size *= 2
	}
	r := newHashTable(size)
	for _, s := range t.slots {
		if s.key != nil {
			r.insert(s)
		}
	}
	return r
}

// copy returns a copy, which may have less slots.
func (t *hashTable) copy() *hashTable {
	if c := t.resized(t.used * 2); len(c.slots) != len(t.slots) {
		return c
	}
	return t
}

// keys returns the keys that are wanted in the order of the table.
func (t *hashTable) keys(wanted func(key py.Value) bool) []py.Value {
	var keys []py.Value
	for _, s := range t.slots {
		if s.key != nil && wanted(s.key) {
			keys = append(keys, s.key)
		}
	}
	return keys
}

// insert probes ten slots in a row, or one where there are no ten, and then
// goes on elsewhere.
func (t *hashTable) insert(s slot) {
	const inRow, shift = 9, 5
	t.used++
	mask := uint64(len(t.slots) - 1)
	i, perturb := s.hash&mask, s.hash
	for {
		row := uint64(0)
		if i+inRow <= mask {
			row = inRow
		}
		for j := i; j <= i+row; j++ {
			if t.slots[j].key == nil {
				t.slots[j] = s
				return
			}
		}
		perturb >>= shift
		i = (i*5 + 1 + perturb) & mask
	}
}

// hash is hash(v) with the hash seed 0.
func hash(v py.Value) uint64 {
	switch v := v.(type) {
	case py.Str:
		return hashStr(string(v))
	case py.Bool:
		if v {
			return 1
		}
	case py.Int:
		return hashInt(big.NewInt(int64(v)))
	case *py.Big:
		return hashInt(v.X)
	case py.Float:
		return uint64(py.HashFloat(float64(v)))
	case py.Tuple:
		return hashTuple(v)
	}
	return 0
}

// modulus is the prime 2^61 - 1 that numbers are hashed by.
const modulus = 1<<61 - 1

func hashInt(x *big.Int) uint64 {
	m := new(big.Int).Mod(new(big.Int).Abs(x), big.NewInt(modulus)).Uint64()
	return signed(m, x.Sign() < 0)
}

// signed negates a hash; -1 is never one.
func signed(h uint64, negative bool) uint64 {
	if negative {
		h = -h
	}
	if h == math.MaxUint64 {
		h--
	}
	return h
}

// hashTuple is CPython's variant of xxHash.
func hashTuple(t py.Tuple) uint64 {
	const p1, p2, p5 = 11400714785074694791, 14029467366897019727, 2870177450012600261
	acc := uint64(p5)
	for _, v := range t {
		acc = bits.RotateLeft64(acc+hash(v)*p2, 31) * p1
	}
	acc += uint64(len(t)) ^ (p5 ^ 3527539)
	if acc == math.MaxUint64 {
		return 1546275796
	}
	return acc
}
