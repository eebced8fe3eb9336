package alfworld

import (
	"container/list"
	"encoding/binary"
	"math/rand/v2"
	"sync"

	"github.com/zeebo/xxh3"

	"stepgym/envs/alfworld/engine"
	"stepgym/envs/alfworld/games"
	"stepgym/envs/alfworld/grammar"
	"stepgym/envs/alfworld/pddl"
	"stepgym/envs/alfworld/plan"
)

// home is a game that is loaded: what all episodes of a task share. It is
// immutable.
type home struct {
	saying
	id   string
	game *engine.Game

	// isPlace tells of each entity whether it is a receptacle with a place in
	// the room, as against a thing that can be carried.
	isPlace []bool

	spots []spot // by entity: what observations tell of receptacles

	print uint64 // of the problem, its rules and its sentence

	speech  func() *speech       // for the friendly variant
	planner func() *plan.Planner // for hints
}

// spot is what is told of a receptacle that is in focus.
type spot struct {
	name   string
	opened engine.Fact
	place  bool // it is one
	opens  bool // it is open or closed, as against a surface
}

// newHome loads a game.
func newHome(s saying, r *rules, shuffle *rand.Rand) (*home, error) {
	text, err := s.game.Problem.Bytes()
	if err != nil {
		return nil, err
	}
	problem, err := r.names.ParseProblem(s.game.Source+": pddl_problem", text)
	if err != nil {
		return nil, err
	}
	game, err := r.rules.Load(problem, s.sentence(), engine.Options{Shuffle: shuffle})
	if err != nil {
		return nil, err
	}
	h := &home{saying: s, id: s.id(), game: game, isPlace: make([]bool, game.NumEntities())}
	canOpen := make([]bool, len(h.isPlace))
	for predicate, of := range map[string][]bool{"receptacleatlocation": h.isPlace, "openable": canOpen} {
		game.Start().Each(predicate, func(args []int) bool {
			of[args[0]] = true
			return true
		})
	}
	h.spots = make([]spot, len(h.isPlace))
	for i := range h.spots {
		if h.isPlace[i] {
			h.spots[i] = spot{name: game.Name(i), opened: game.Fact("opened", i), place: true, opens: canOpen[i]}
		}
	}
	h.print = fingerprint(s, text)
	h.speech = sync.OnceValue(func() *speech { return newSpeech(h) })
	h.planner = sync.OnceValue(func() *plan.Planner { return plan.New(game) })
	return h, nil
}

// fingerprint is a hash of what makes a game.
func fingerprint(s saying, problem []byte) uint64 {
	b := []byte(s.id() + "\n" + s.sentence() + "\n")
	pair := s.game.Pair
	for _, hash := range []uint64{xxh3.Hash(problem), xxh3.HashString(pair.Domain.Text), xxh3.HashString(pair.Grammar.Text)} {
		b = binary.LittleEndian.AppendUint64(b, hash)
	}
	return xxh3.Hash(b)
}

// bytes is about the memory that a loaded game takes.
func (h *home) bytes() int { return h.game.Bytes() + 25*len(h.isPlace) + 256 }

// key names a loaded game: a task and, if numbers are drawn, their seed.
type key struct {
	id   string
	seed uint64
}

// homes loads games and keeps those that were used last. It is safe for
// concurrent use.
type homes struct {
	limit int // bytes

	mu    sync.Mutex
	bytes int
	byKey map[key]*list.Element // of *entry
	used  list.List             // the last one first
	rules map[*games.Pair]*rules
}

type entry struct {
	key  key
	once sync.Once
	home *home
	err  error
}

// rules are compiled when they are first needed.
type rules struct {
	once  sync.Once
	rules *engine.Rules
	names *pddl.Names // of all problems that are played by them
	err   error
}

func newHomes(limit int) *homes {
	return &homes{limit: limit, byKey: map[key]*list.Element{}, rules: map[*games.Pair]*rules{}}
}

// get returns a loaded game, or nil.
func (h *homes) get(k key) *home {
	h.mu.Lock()
	defer h.mu.Unlock()
	at := h.byKey[k]
	if at == nil {
		return nil
	}
	h.used.MoveToFront(at)
	return at.Value.(*entry).home
}

// load returns a game that is loaded, or loads it. Of several goroutines that want
// the same game one loads it and the others wait.
func (h *homes) load(k key, s saying, shuffled bool) (*home, error) {
	h.mu.Lock()
	at := h.byKey[k]
	if at == nil {
		at = h.used.PushFront(&entry{key: k})
		h.byKey[k] = at
	}
	h.mu.Unlock()
	e := at.Value.(*entry)
	e.once.Do(func() {
		var r *rules
		if r, e.err = h.rulesOf(s.game.Pair); e.err != nil {
			h.drop(at)
			return
		}
		var shuffle *rand.Rand
		if shuffled {
			shuffle = rand.New(rand.NewPCG(k.seed, shuffleStream))
		}
		loaded, err := newHome(s, r, shuffle)
		if e.err = err; err != nil {
			h.drop(at)
			return
		}
		h.keep(at, loaded)
	})
	return e.home, e.err
}

// shuffleStream is the stream of the generator that draws numbers of things.
const shuffleStream = 0x616c66

// drop forgets an entry that could not be loaded.
func (h *homes) drop(at *list.Element) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.used.Remove(at)
	delete(h.byKey, at.Value.(*entry).key)
}

// keep counts a loaded game in, and forgets the ones that were not used for
// longest if there are too many.
func (h *homes) keep(at *list.Element, loaded *home) {
	h.mu.Lock()
	defer h.mu.Unlock()
	at.Value.(*entry).home = loaded
	h.bytes += loaded.bytes()
	for last := h.used.Back(); last != nil && h.bytes > h.limit; {
		e, before := last.Value.(*entry), last.Prev()
		if e.home != nil && last != at {
			h.bytes -= e.home.bytes()
			h.used.Remove(last)
			delete(h.byKey, e.key)
		}
		last = before
	}
}

// rulesOf compiles a pair, once.
func (h *homes) rulesOf(p *games.Pair) (*rules, error) {
	h.mu.Lock()
	r := h.rules[p]
	if r == nil {
		r = &rules{names: pddl.NewNames()}
		h.rules[p] = r
	}
	h.mu.Unlock()
	r.once.Do(func() {
		domain, err := r.names.ParseDomain(p.Domain.Source, []byte(p.Domain.Text))
		if err != nil {
			r.err = err
			return
		}
		words, err := grammar.Parse(p.Grammar.Source, []byte(p.Grammar.Text))
		if err != nil {
			r.err = err
			return
		}
		r.rules, r.err = engine.Compile(domain, words)
	})
	return r, r.err
}
