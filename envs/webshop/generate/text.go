package generate

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"stepgym/envs/webshop/schema"
)

// forAttributes follow "for" in an instruction, where others follow "with".
var forAttributes = []string{
	"living room", "dining room", "home office", "dry skin", "oily skin", "sensitive skin", "damaged hair", "thick hair",
	"daily wear", "everyday wear", "hair growth", "fine lines", "wet hair", "cold weather",
}

// words writes the texts of one product.
type words struct {
	block *block
	rng   *rand.Rand
	brand string
	attrs []string
}

// title returns the name of the product and the nouns in it: the brand, the
// words of the kind, the last word of each attribute, the occasion.
func (w *words) title() (string, []string) {
	var parts, nouns []string
	add := func(text string, n ...string) {
		parts, nouns = append(parts, text), append(nouns, n...)
	}
	lastWord := func(s string) string { return s[strings.LastIndexByte(s, ' ')+1:] }
	add(w.brand, strings.ToLower(w.brand))
	if w.rng.Float64() < 0.5 {
		add(pick(w.rng, details))
	}
	shown := 1 + w.rng.IntN(2)
	for k, a := range w.attrs {
		if k < shown {
			add(titleCase(a), lastWord(a))
		}
	}
	add(titleCase(w.block.kind.name), strings.Fields(w.block.kind.name)...)
	if len(w.attrs) > shown && w.rng.Float64() < 0.5 {
		a := w.attrs[shown]
		add("with "+titleCase(a), lastWord(a))
	}
	occasion := pick(w.rng, occasions)
	add("for "+occasion, strings.Fields(strings.ToLower(occasion))...)
	return strings.Join(parts, " "), nouns
}

// texts returns bullets and description. Every attribute stands in one of
// them; a third of them only in the description, which takes a click to read.
func (w *words) texts() ([]string, string) {
	var bullets, deep []string
	for _, a := range w.attrs {
		if w.rng.Float64() < 0.67 {
			bullets = append(bullets, capital(fmt.Sprintf(pick(w.rng, bulletForms), a)))
		} else {
			deep = append(deep, a)
		}
	}
	bullets = append(bullets, draw(w.rng, fillers, 1+w.rng.IntN(3))...)
	w.rng.Shuffle(len(bullets), func(i, j int) { bullets[i], bullets[j] = bullets[j], bullets[i] })
	sentences := []string{fmt.Sprintf(pick(w.rng, openings), w.block.kind.name)}
	for _, a := range deep {
		sentences = append(sentences, fmt.Sprintf("You asked for %s, and %s it is.", a, a))
	}
	sentences = append(sentences, draw(w.rng, closings, 1+w.rng.IntN(3))...)
	return bullets, strings.Join(sentences, " ")
}

// instruction returns the synthetic instruction, without options and price:
// "Find me A, B SHELF with C for D".
func instruction(shelf string, attrs []string) string {
	var before, with, fit []string
	for i, a := range attrs {
		switch {
		case slices.Contains(forAttributes, a):
			fit = append(fit, a)
		case i < 2:
			before = append(before, a)
		default:
			with = append(with, a)
		}
	}
	var b strings.Builder
	b.WriteString("Find me ")
	if len(before) > 0 {
		b.WriteString(strings.Join(before, ", ") + " ")
	}
	b.WriteString(shelf)
	if len(with) > 0 {
		b.WriteString(" with " + strings.Join(with, ", "))
	}
	if len(fit) > 0 {
		b.WriteString(" for " + strings.Join(fit, ", "))
	}
	return b.String()
}

// human returns one or two instructions as a person might write them.
func (w *words) human(item schema.Item) []schema.Instruction {
	var out []schema.Instruction
	for k := range 1 + w.rng.IntN(2) {
		wanted := draw(w.rng, w.attrs, 1+w.rng.IntN(2))
		var chosen, texts []string
		tail := ""
		for _, o := range item.Options {
			v := o.Values[w.rng.IntN(len(o.Values))].Value
			texts = append(texts, strings.ToLower(o.Name)+": "+v)
			if w.rng.Float64() < 0.6 {
				shown := strings.ToLower(strings.ReplaceAll(v, "/", " | "))
				chosen = append(chosen, shown)
				tail += fmt.Sprintf(" in %s", shown)
			}
		}
		what := strings.Join(wanted, " and ") + " " + w.block.kind.query
		out = append(out, schema.Instruction{
			ASIN: item.ASIN, Instruction: fmt.Sprintf(pick(w.rng, humanForms), what, tail) + ".",
			Wanted: wanted, Options: chosen, Attributes: w.attrs, OptionTexts: texts,
			AssignmentID: fmt.Sprintf("%s-%d", item.ASIN, k), WorkerID: fmt.Sprintf("w%d", w.rng.IntN(40)),
		})
	}
	return out
}

func titleCase(s string) string {
	fields := strings.Fields(s)
	for i, f := range fields {
		fields[i] = capital(f)
	}
	return strings.Join(fields, " ")
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
