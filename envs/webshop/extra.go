package webshop

import (
	"errors"
	"math/rand/v2"
	"strings"

	"stepgym/envs/webshop/schema"
)

// Most products of a catalogue have attributes but no instruction, so nobody
// ever asks for them: of the small catalogue's 1,000 products 400 are of that
// kind, against 415 that have goals. Extra goals ask for them, in the manner of
// the synthetic instructions, and belong to the split train alone: a policy
// learns from twice as many products, and what it is tested on stays as it is.
//
// Differs: the original has no such goals. They come after its own, whose
// numbers they do not change, and no weighted draw gives one.

// extraStream tells the generator of the extra goals apart.
const extraStream = 0x6578747261 // "extra"

// errExtraPacked is returned for extra goals of a packed catalogue.
var errExtraPacked = errors.New("webshop: extra_goals needs the catalogue's own files: a packed catalogue has enough goals without")

// addExtra appends the extra goals: at most o.ExtraGoals for each product that
// has attributes and no goal. texts are what the wishes say; they are returned
// with those of the extra goals. An instruction that an ordinary goal has is
// left out, so that none of dev or test is met in train.
func (c *Catalog) addExtra(d *schema.Data, products []Product, texts []wishText, known *joiner) []wishText {
	asked := make([]bool, len(products))
	for _, w := range c.wishes {
		asked[w.product] = true
	}
	for i := range products {
		p := &products[i]
		attributes := d.Attributes[p.ASIN].Attributes
		combos := combinations(p.Options)
		if asked[i] || len(attributes) == 0 || combos == 0 {
			continue
		}
		rng := rand.New(rand.NewPCG(c.options.Seed^extraStream, uint64(i)))
		for range min(c.options.ExtraGoals, 4*combos) {
			t := extraText(rng, p.Query, attributes)
			combo := rng.IntN(min(combos, maxGoals))
			if known.has(t.text, settings(p.Options, combo)) {
				continue
			}
			c.refs = append(c.refs, ref{int32(len(c.wishes)), int32(combo)})
			c.wishes = append(c.wishes, wish{product: int32(i), combos: int32(min(combos, maxGoals)), upper: extraUpper(rng, p.Price)})
			texts = append(texts, t)
		}
	}
	return texts
}

// extraText asks for one to four of the attributes: "Find me A, B QUERY with C, D".
func extraText(rng *rand.Rand, query string, attributes []string) wishText {
	n := 1 + rng.IntN(min(4, len(attributes)))
	wanted := make([]string, n)
	for i, k := range rng.Perm(len(attributes))[:n] {
		wanted[i] = attributes[k]
	}
	before := 1 + rng.IntN(min(2, n))
	text := "Find me " + strings.Join(wanted[:before], ", ") + " " + query
	if before < n {
		text += " with " + strings.Join(wanted[before:], ", ")
	}
	return wishText{text: text, attributes: wanted}
}

// extraUpper draws an upper price as drawUpper does, with a generator of its own.
func extraUpper(rng *rand.Rand, price float64) float64 {
	above := pricesAbove(price)
	if len(above) < 2 {
		return noLimit
	}
	s := rng.Perm(len(above))
	return above[max(s[0], s[1])]
}

// has reports whether an ordinary goal has this instruction.
func (j *joiner) has(text string, options []Setting) bool {
	j.buf = appendText(j.buf[:0], text, options)
	_, ok := j.first[hashText(j.buf)]
	return ok
}
