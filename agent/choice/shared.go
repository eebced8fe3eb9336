package choice

import "sync"

// shared is what all players of a policy use together. It is safe for
// concurrent use; what it holds does not depend on who asked first.
type shared struct {
	kinds, places *symbols
	classes       *symbols // of things; see classOf
	docs          docs
	goals         goals
}

func newShared(kinds, places, classes int) *shared {
	return &shared{kinds: newSymbols(kinds), places: newSymbols(places), classes: newSymbols(classes)}
}

// docs keeps texts that were read, by the text. It is bounded by the number of
// tokens: what was not asked for while half of the room was filled is dropped.
type docs struct {
	mu       sync.RWMutex
	young    map[string]*doc
	old      map[string]*doc
	toks     int // tokens of young
	capacity int // 0 means docTokens
}

// docTokens bounds the tokens of half of the cache: 8 bytes each, so 32 MB in
// all, and about as much again for the texts, which the environment may share.
const docTokens = 2 << 20

// docCost stands for the fixed part of an entry, in tokens.
const docCost = 16

// get returns the document of text.
func (c *docs) get(text string) *doc {
	c.mu.RLock()
	d := c.young[text]
	c.mu.RUnlock()
	if d != nil {
		return d
	}
	c.mu.Lock()
	d = c.old[text]
	c.mu.Unlock()
	if d == nil {
		d = newDoc(text)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	limit := c.capacity
	if limit == 0 {
		limit = docTokens
	}
	if c.young == nil || c.toks > limit {
		c.old, c.young, c.toks = c.young, map[string]*doc{}, 0
	}
	if _, ok := c.young[text]; !ok {
		c.young[text] = d
		c.toks += len(d.toks) + docCost
	}
	return d
}

// goals keeps the goals that are played, by their words. It is bounded as docs
// is: players hold their goal anyway, so dropping one only costs time.
type goals struct {
	joined bool // see goal.joinPairs
	loose  bool // see goal.loosen
	mu     sync.Mutex
	young  map[string]*views
	old    map[string]*views
}

// views are a goal and its masked copies, made when they are first asked for.
type views struct {
	whole  *goal
	masked []*goal // of the latest version asked for
	from   int     // that version
}

// maxGoals bounds the goals of half of the cache.
const maxGoals = 256

// get returns the views of a goal, seen with vocabulary v. The caller holds c.mu.
func (c *goals) get(text string, v *vocab) *views {
	g := c.young[text]
	if g != nil {
		return g
	}
	if g = c.old[text]; g == nil {
		g = &views{whole: newGoal(text, v)}
		if c.joined {
			g.whole.joinPairs()
		}
		if c.loose {
			g.whole.loosen()
		}
	}
	if c.young == nil || len(c.young) >= maxGoals {
		c.old, c.young = c.young, map[string]*views{}
	}
	c.young[text] = g
	return g
}

// whole returns the goal of text as it is.
func (c *goals) whole(text string, v *vocab) *goal {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.get(text, v).whole
}

// masked returns the goal of text with a share of its words left out. There are
// so many ways to do it, others in every version of the policy.
func (c *goals) masked(text string, v *vocab, share float64, version, way, ways int) *goal {
	c.mu.Lock()
	defer c.mu.Unlock()
	g := c.get(text, v)
	if g.masked == nil || g.from != version {
		g.masked, g.from = make([]*goal, ways), version
	}
	if g.masked[way] == nil {
		g.masked[way] = g.whole.masked(share, uint64(version*ways+way))
	}
	return g.masked[way]
}

// clear forgets all goals, because the vocabulary changed.
func (c *goals) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.young, c.old = nil, nil
}
