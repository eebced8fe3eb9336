package alfworld

import (
	"hash/maphash"
	"sync/atomic"

	"stepgym/envs"
)

// lists makes the lists of observations out of the engine's where they differ,
// and keeps some of them: most states share a list with others. It is safe for
// concurrent use.
type lists struct {
	seed  maphash.Seed // decides which are kept, and nothing that is seen
	slots [keptLists]atomic.Pointer[listed]
}

// keptLists bounds what is kept, at some 400 bytes each.
const keptLists = 1 << 15

// listed is a list of the engine, which is the same for as long as it is in
// use, and what was made of it. It depends on the place and on what can be
// done there, as the engine's does.
type listed struct {
	from **envs.Choice // where it begins
	made []*envs.Choice
}

func newLists() *lists { return &lists{seed: maphash.MakeSeed()} }

// of returns the list of the episode's present state, of which list is the
// engine's.
func (l *lists) of(e *Episode, list []*envs.Choice) []*envs.Choice {
	slot := &l.slots[maphash.Comparable(l.seed, &list[0])%keptLists]
	if k := slot.Load(); k != nil && k.from == &list[0] {
		return k.made
	}
	made := make([]*envs.Choice, 0, len(list)+4)
	for _, c := range list {
		if c.Kind != "help" || e.env.config.Help {
			made = append(made, c)
		}
	}
	if e.env.config.Friendly {
		made = e.withNeighbours(made)
	}
	made = made[:len(made):len(made)]
	slot.Store(&listed{&list[0], made})
	return made
}
