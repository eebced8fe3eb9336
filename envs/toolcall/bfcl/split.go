package bfcl

import (
	"hash/fnv"
	"slices"
	"strings"
)

// Names of splits.
const (
	splitTrain = "train"
	splitDev   = "dev"
	splitTest  = "test"
	splitAll   = "all"
)

// families gives every entry the name of its family: the smallest number among
// the scenarios that are joined by an equal initial state or an equal first
// request. The four variants of a problem have one number and so one family,
// and so have the few problems that are posed twice. Splitting by entry, as is
// usual, trains on the base variant of what is tested.
func families(entries []*Entry) map[*Entry]string {
	group := newAlike(numeric)
	for _, e := range entries {
		for _, mark := range []string{string(e.initial), e.opening()} {
			if mark != "" {
				group.mark(e.Scenario(), mark)
			}
		}
	}
	out := make(map[*Entry]string, len(entries))
	for _, e := range entries {
		out[e] = "scenario " + group.first(e.Scenario())
	}
	return out
}

// opening is the first request of the entry.
func (e *Entry) opening() string {
	var b strings.Builder
	for _, m := range e.Question[0] {
		b.WriteString(m.Content)
	}
	return b.String()
}

// numeric reports whether a comes before b as a number.
func numeric(a, b string) bool {
	if len(a) != len(b) {
		return len(a) < len(b)
	}
	return a < b
}

// splitOf returns train, dev or test for a family: by a hash, so that it is the
// same whichever categories are read. About 60, 15 and 25 percent.
func splitOf(family, salt string) string {
	switch n := hashed(family, salt) % 100; {
	case n < 25:
		return splitTest
	case n < 40:
		return splitDev
	}
	return splitTrain
}

// hashed is a hash of a name.
func hashed(name, salt string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(salt + "\x00" + name))
	x := h.Sum64()
	x ^= x >> 33 // FNV spreads the last bytes over the low bits only
	x *= 0xff51afd7ed558ccd
	return x ^ x>>33
}

func splits() []string { return []string{splitTrain, splitDev, splitTest, splitAll} }

func isSplit(name string) bool { return slices.Contains(splits(), name) }
