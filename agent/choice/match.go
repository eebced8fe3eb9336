package choice

import (
	"math/bits"
	"sync"
)

// A doc is a text made ready for matching. It is immutable.
type doc struct {
	toks  []token
	words int // tokens that are no punctuation
	value int // where the value of "name: value" begins: behind the first colon, else 0
	price price
	text  string
}

// newDoc reads text.
func newDoc(text string) *doc {
	d := &doc{price: parsePrice(text), text: text}
	d.toks = tokens(make([]token, 0, min(len(text)/4+4, maxDoc)), text, maxDoc)
	for i, t := range d.toks {
		switch t {
		case comma:
		case colon:
			if d.value == 0 {
				d.value = i + 1
			}
		default:
			d.words++
		}
	}
	return d
}

// Findings are the parts of a goal that a text holds, one bit per token.
type findings struct {
	words   uint64 // the token
	pairs   uint64 // the token together with its neighbour
	clauses uint64 // the whole clause, or the whole text standing in the goal
}

// join returns the findings of both.
func (f findings) join(o findings) findings {
	return findings{f.words | o.words, f.pairs | o.pairs, f.clauses | o.clauses}
}

// A match is what comes of holding a text against a goal. It is immutable.
type match struct {
	findings
	price price

	share     float32 // of the text's words that the goal has
	pairShare float32 // of the text's neighbouring tokens that are neighbours in the goal
	words     int32   // of the text

	whole      bool // the goal holds the text as one stretch
	exact      bool // and the stretch ends at a comma or with the goal
	wholeValue bool // the same two for what stands behind the text's colon
	exactValue bool
}

// newMatch holds d against g. It costs a few nanoseconds a token of d: the
// clauses are found by all of them marching through the text at once, as bits
// (Shift-And of Baeza-Yates and Gonnet 1992).
func newMatch(g *goal, d *doc) *match {
	m := &match{price: d.price, words: int32(d.words)}
	var (
		last    uint64 // places of the token before
		run     uint64 // clauses that have matched up to here, by their place
		pending uint64 // ended clauses that hold only if a comma follows
		stretch = ^uint64(0)
		value   = ^uint64(0)
		hits    int
		pairs   int
	)
	for i, t := range d.toks {
		if pending != 0 && t == comma {
			m.close(g, pending)
		}
		at := g.find(t)
		if at != 0 && t != comma && t != colon {
			hits++
		}
		m.findings.words |= at
		if two := last << 1 & at; two != 0 {
			m.pairs |= two | two>>1
			pairs++
		}
		run = (run<<1 | g.starts) & at & g.inClause
		ended := run & g.ends
		m.close(g, ended&^g.named)
		pending = ended & g.named
		stretch = step(stretch, at, i == 0)
		if i >= d.value {
			value = step(value, at, i == d.value)
		}
		last = at
	}
	m.close(g, pending)
	if d.words > 0 {
		m.share = float32(hits) / float32(d.words)
	}
	m.pairShare = m.share
	if n := len(d.toks); n > 1 {
		m.pairShare = float32(pairs) / float32(n-1)
	}
	m.stretches(g, d, stretch, value)
	if len(g.loose) > 0 {
		m.findings.words |= g.parts(d.text)
	}
	return m
}

// step goes on with the stretches of the goal that equal the text so far; bits
// stand at their last tokens.
func step(run, at uint64, first bool) uint64 {
	if first {
		return at
	}
	return run << 1 & at
}

// close adds the clauses that end at the bits of ended.
func (m *match) close(g *goal, ended uint64) {
	for ; ended != 0; ended &= ended - 1 {
		m.clauses |= g.clause[bits.TrailingZeros64(ended)]
	}
}

// stretches fills in what is known of the whole text, given the places where
// it and its value end in the goal.
func (m *match) stretches(g *goal, d *doc, whole, value uint64) {
	if d.words == 0 {
		return
	}
	m.whole, m.exact = whole != 0, whole&g.closing != 0
	if d.value > 0 && d.value < len(d.toks) {
		m.wholeValue, m.exactValue = value != 0, value&g.closing != 0
	} else if d.value == 0 {
		m.wholeValue, m.exactValue = m.whole, m.exact
	}
	for ends := whole & g.closing; ends != 0; ends &= ends - 1 {
		end := bits.TrailingZeros64(ends) + 1
		m.clauses |= span(end-len(d.toks), end)
	}
}

// matches is a goal's memory of what it was held against, by the text. It is
// safe for concurrent use and bounded: a full one is emptied.
type matches struct {
	mu sync.RWMutex
	m  map[string]*match
}

// maxMatches bounds the entries of a goal's cache, about 200 bytes each.
const maxMatches = 1024

// lookup appends to dst the matches of texts, nil where there is none yet, and
// reports whether all were there.
func (c *matches) lookup(dst []*match, texts []string) ([]*match, bool) {
	all := true
	c.mu.RLock()
	defer c.mu.RUnlock()
	for _, t := range texts {
		m := c.m[t]
		all = all && m != nil
		dst = append(dst, m)
	}
	return dst, all
}

// store remembers the match of text.
func (c *matches) store(text string, m *match) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.m == nil || len(c.m) >= maxMatches {
		c.m = make(map[string]*match, 64)
	}
	c.m[text] = m
}
