package webshop

import (
	"fmt"
	"slices"
	"strings"

	"stepgym/envs/webshop/schema"
	"stepgym/internal/python"
)

// maxGoals bounds the number of goals; a hundred times the full catalogue's.
const maxGoals = 1 << 28

// wish is what all goals of one instruction have in common: a synthetic
// instruction with all combinations of the product's options, or one that a
// person wrote.
type wish struct {
	product int32 // whose goal it is
	combos  int32 // number of goals: combinations of option values, or 1
	human   bool
	upper   float64 // upper price
	weight  float64 // of each goal
}

// wishText is the rest of a wish: what its goals say.
type wishText struct {
	text       string   // the instruction without options and price
	attributes []string // what it asks for
	values     []string // options of a human instruction
}

// wishTexts are the instructions for a product that goals are made of. Human
// ones that ask for no attribute are left out.
func wishTexts(a schema.Attributes, people []schema.Instruction, human bool) []wishText {
	if !human {
		if !a.HasInstruction() {
			return nil
		}
		return []wishText{{text: a.Instruction, attributes: a.InstructionAttributes}}
	}
	var list []wishText
	for _, in := range people {
		if len(in.Wanted) > 0 {
			list = append(list, wishText{text: strings.Trim(in.Instruction, "."), attributes: in.Wanted, values: in.Options})
		}
	}
	return list
}

// combinations is the number of ways to choose one value of each option; it
// stops counting above maxGoals.
func combinations(options []Option) int {
	n := 1
	for _, o := range options {
		if len(o.Values) == 0 {
			return 0
		}
		if n *= len(o.Values); n > maxGoals {
			n = maxGoals + 1
		}
	}
	return n
}

// tooMany is the error for a product whose goals cannot be counted.
func tooMany(asin string) error {
	return fmt.Errorf("webshop: asin %s: its options have too many combinations: leave this product out", asin)
}

// weigh sets the weight of every goal: that of a human one is 1, that of a
// synthetic one the mean over its attributes of 1 / (goals with the attribute).
// attributes returns those of a wish, as anything that can be told apart.
func weigh[K comparable](list []wish, attributes func(i int) []K) {
	count := make(map[K]int)
	for i, w := range list {
		for _, a := range attributes(i) {
			count[a] += int(w.combos)
		}
	}
	for i := range list {
		w := &list[i]
		if w.human {
			w.weight = 1
			continue
		}
		sum := 0.0
		wanted := attributes(i)
		for _, a := range wanted {
			sum += 1 / float64(count[a])
		}
		w.weight = sum / float64(len(wanted))
	}
}

// goal makes the goal of w with combination number combo, 0 <= combo <
// w.combos, of the options of its product. The last of the option names in
// alphabetical order varies fastest.
func (w *wish) goal(t wishText, p *Product, combo int) Goal {
	g := Goal{
		ASIN:       p.ASIN,
		Category:   p.Category,
		Query:      p.Query,
		Name:       p.Title,
		Path:       p.Path,
		Attributes: t.attributes,
		PriceUpper: w.upper,
		Human:      w.human,
		Weight:     w.weight,
		Nouns:      p.Nouns,
	}
	if w.human {
		g.Options = make([]Setting, len(t.values))
		for i, v := range t.values {
			g.Options[i].Value = v
		}
		g.Instruction = t.text + priceClause(w.upper)
		return g
	}
	g.Options = settings(p.Options, combo)
	g.Instruction = string(append(appendText(nil, t.text, g.Options), priceClause(w.upper)...))
	return g
}

// appendText appends a synthetic instruction for these options, without the
// price clause.
func appendText(b []byte, text string, options []Setting) []byte {
	b = append(b, text...)
	for i, s := range options {
		if i == 0 {
			b = append(b, " with "...)
		} else {
			b = append(b, ", and "...)
		}
		b = append(append(append(b, s.Name...), ": "...), s.Value...)
	}
	return b
}

// settings returns combination number combo of the options' values, by name.
func settings(options []Option, combo int) []Setting {
	if len(options) == 0 {
		return nil
	}
	sorted := options
	if !slices.IsSortedFunc(options, compareNames) {
		sorted = slices.Clone(options)
		slices.SortFunc(sorted, compareNames)
	}
	out := make([]Setting, len(sorted))
	for i := len(sorted) - 1; i >= 0; i-- {
		o := &sorted[i]
		out[i] = Setting{Name: o.Name, Value: o.Values[combo%len(o.Values)]}
		combo /= len(o.Values)
	}
	return out
}

func compareNames(a, b Option) int { return strings.Compare(a.Name, b.Name) }

// ref is one goal before it is made: a wish and a combination of options.
type ref struct{ wish, combo int32 }

// refs lists the goals in the order of the original after its shuffle, for
// which r is seeded anew.
func refs(list []wish, r *python.Rand, seed uint64) []ref {
	n := 0
	for _, w := range list {
		n += int(w.combos)
	}
	out := make([]ref, 0, n)
	for i, w := range list {
		for combo := range w.combos {
			out = append(out, ref{int32(i), combo})
		}
	}
	r.Seed(seed)
	r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}
