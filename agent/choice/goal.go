package choice

import (
	"math/bits"
	"math/rand/v2"
	"strings"
)

// maxGoal is the number of tokens of a goal that count. Findings are sets of
// places in the goal, one bit each, so that all of matching and memory is
// arithmetic on single words of the machine.
const maxGoal = 64

// tokenFeatures is the number of floats that describe a token of the goal
// beside its embedding: idf, presence, is a number, is punctuation, stands in
// a clause with a colon, is boilerplate.
const tokenFeatures = 6

// A goal is what is asked, prepared for matching. It is immutable but for its
// cache of matches, and shared by all players of tasks with the same words.
type goal struct {
	text string
	n    int // tokens, maxGoal at most

	ids   [maxGoal]int32 // rows of the embedding, 0 for words without one
	facts [maxGoal * tokenFeatures]float32

	mask    uint64           // the n low bits
	content uint64           // tokens that say something: no punctuation, splitter or boilerplate
	weight  [maxGoal]float32 // idf where content, else 0
	total   float32          // sum of weight

	colons  uint64 // the ":" of settings asked for ("color: red")
	closing uint64 // tokens followed by a comma or the end of the goal

	starts, ends uint64             // of clauses, boilerplate in front left out
	named        uint64             // ends of clauses that hold a colon
	inClause     uint64             // tokens in clauses
	clause       [maxGoal]uint64    // by end: the tokens of the clause
	limit        limit              // what it may cost
	loose        []looseWord        // words that match parts of words; see loosen
	keys         [4 * maxGoal]token // open addressing; 0 is free
	places       [4 * maxGoal]uint64
	cache        *matches
}

// newGoal prepares a goal with the words and statistics of v.
func newGoal(text string, v *vocab) *goal {
	g := &goal{text: text, limit: parseLimit(text), cache: &matches{}}
	toks := tokens(make([]token, 0, maxGoal), text, maxGoal)
	g.n = len(toks)
	if g.n == maxGoal {
		g.mask = ^uint64(0)
	} else {
		g.mask = 1<<g.n - 1
	}
	var common uint64
	for i, t := range toks {
		g.put(t, 1<<i)
		if v.common(t) {
			common |= 1 << i
		}
		if t == colon {
			g.colons |= 1 << i
		}
		if i+1 == g.n || toks[i+1] == comma {
			g.closing |= 1 << i
		}
	}
	g.split(toks, common)
	g.describe(toks, common, v, text)
	return g
}

// joinPairs has two neighbouring words of the goal match as one, too: "coffee
// machine" the name "coffeemachine".
func (g *goal) joinPairs() {
	before := ""
	for i, at := 0, 0; i < g.n; i++ {
		_, start, end := scan(g.text, at)
		at = end
		word := g.text[start:end]
		if word == "," || word == ":" {
			before = ""
			continue
		}
		if before != "" {
			if joined := tokens(nil, before+word, 2); len(joined) == 1 {
				g.put(joined[0], 3<<(i-1))
			}
		}
		before = word
	}
}

// A looseWord is a word of the goal, in lower case, its stem, and its place.
type looseWord struct {
	word, stem string
	place      uint64
}

// minEnd and minBegin are the letters that a word of the goal has at least to
// match the end and the beginning of another: compounds say at their end what
// they are ("armchair"), and many short words begin like others ("pot", "potato").
const (
	minEnd   = 3
	minBegin = 4
)

// loosen has the content of the goal match parts of words, too.
func (g *goal) loosen() {
	for i, at := 0, 0; i < g.n; i++ {
		t, start, end := scan(g.text, at)
		at = end
		word := g.text[start:end]
		if stem := stemText(word, t); g.content>>i&1 != 0 && len(stem) >= minEnd {
			g.loose = append(g.loose, looseWord{strings.ToLower(word), stem, 1 << i})
		}
	}
}

// parts returns the places of the words that are parts of words of text.
func (g *goal) parts(text string) (set uint64) {
	for at := 0; ; {
		t, start, end := scan(text, at)
		if t == 0 {
			return set
		}
		at = end
		if end-start <= minEnd {
			continue
		}
		word := strings.ToLower(text[start:end])
		stem := stemText(word, t)
		for _, l := range g.loose { // the stem of "diningtable" has lost the one of "table"
			if strings.HasSuffix(stem, l.stem) || strings.HasSuffix(word, l.word) || len(l.stem) >= minBegin && strings.HasPrefix(word, l.stem) {
				set |= l.place
			}
		}
	}
}

// masked returns a copy of g in which a share of the words has no embedding.
// Which ones follows from the goal and way. The copy shares g's cache, which
// does not depend on embeddings.
func (g *goal) masked(share float64, way uint64) *goal {
	m := *g
	rng := rand.New(rand.NewPCG(way, uint64(tokenOf(g.text))))
	for i := range m.ids {
		if rng.Float64() < share {
			m.ids[i] = 0
		}
	}
	return &m
}

// split finds the clauses: the stretches between ",", "with", "for" and "and".
// Words that nearly all goals begin a clause with ("find me") are left out in
// front, because no text repeats them.
func (g *goal) split(toks []token, common uint64) {
	for from := 0; from < g.n; {
		to, named := from, false
		for to < g.n && !isSplitter(toks[to]) {
			named = named || toks[to] == colon
			to++
		}
		start := from
		for !named && start < to && common>>start&1 != 0 {
			start++
		}
		if start < to {
			end := to - 1
			g.starts |= 1 << start
			g.ends |= 1 << end
			if named {
				g.named |= 1 << end
			}
			g.clause[end] = span(start, to)
			g.inClause |= g.clause[end]
		}
		from = to + 1
	}
}

// describe fills in what the net reads of each token.
func (g *goal) describe(toks []token, common uint64, v *vocab, text string) {
	var named uint64
	for end := g.named; end != 0; end &= end - 1 {
		named |= g.clause[bits.TrailingZeros64(end)]
	}
	at := 0
	for i, t := range toks {
		_, start, end := scan(text, at)
		at = end
		idf := v.idf(t)
		mark := t == comma || t == colon
		bit := uint64(1) << i
		if !mark && !isSplitter(t) && common&bit == 0 {
			g.content |= bit
			g.weight[i] = idf
			g.total += idf
		}
		g.ids[i] = v.row(t)
		f := g.facts[i*tokenFeatures : (i+1)*tokenFeatures]
		f[0], f[1] = idf, 1
		f[2] = truth(isDigit(text[start]))
		f[3] = truth(mark)
		f[4] = truth(named&bit != 0)
		f[5] = truth(common&bit != 0)
	}
}

// put adds places to those of t.
func (g *goal) put(t token, place uint64) {
	i := slot(t)
	for g.keys[i] != 0 && g.keys[i] != t {
		i = (i + 1) % uint(len(g.keys))
	}
	g.keys[i] = t
	g.places[i] |= place
}

// find returns the places of t in the goal, one bit each.
func (g *goal) find(t token) uint64 {
	for i := slot(t); ; i = (i + 1) % uint(len(g.keys)) {
		switch g.keys[i] {
		case t:
			return g.places[i]
		case 0:
			return 0
		}
	}
}

// coverage is the share of what the goal says that the tokens of set say,
// weighted by rarity; 0 for a goal without content.
func (g *goal) coverage(set uint64) float32 {
	if g.total == 0 {
		return 0
	}
	var sum float32
	for set &= g.content; set != 0; set &= set - 1 {
		sum += g.weight[bits.TrailingZeros64(set)]
	}
	return sum / g.total
}

// asked is the number of settings that the goal names ("color: red").
func (g *goal) asked() int { return bits.OnesCount64(g.colons) }

// settings is the number of the settings asked for that set holds.
func (g *goal) settings(set uint64) int { return bits.OnesCount64(set & g.colons) }

// slot is where the search for t in a goal's table begins.
func slot(t token) uint { return uint(t^t>>32) % (4 * maxGoal) }

// span returns the bits from (inclusive) to to (exclusive), to <= 64.
func span(from, to int) uint64 {
	if to == 64 {
		return ^uint64(0) << from
	}
	return (1<<to - 1) &^ (1<<from - 1)
}

var (
	tokenWith = tokenOf("with")
	tokenFor  = tokenOf("for")
	tokenAnd  = tokenOf("and")
)

// isSplitter reports whether t separates clauses.
func isSplitter(t token) bool {
	return t == comma || t == tokenWith || t == tokenFor || t == tokenAnd
}

// truth is 1 for true and 0 for false.
func truth(b bool) float32 {
	if b {
		return 1
	}
	return 0
}
