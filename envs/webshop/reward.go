package webshop

import (
	"slices"
	"strings"

	"stepgym/internal/python"
)

// Reward is the value of a purchase and its parts; the comments have the names
// of the parts in the original's verbose report.
type Reward struct {
	Score         float64 // the reward, 0 to 1
	Type          float64 // r_type: 0, 0.1, 0.5 or 1
	Attributes    float64 // r_att: share of the goal's attributes found, 0 if it has none
	AttrWeight    float64 // w_att
	QueryMatch    bool    // query_match: both products were collected with one query
	CategoryMatch bool    // category_match: their category paths share two names
	TitleScore    float64 // title_score: share of the nouns of the wanted name found in the bought one
	HasOptions    bool    // whether the goal has options; else the report lacks the next two
	Options       float64 // r_option: share of the goal's options found
	OptionWeight  float64 // w_option
	Price         bool    // r_price: the price is within the limit
	PriceWeight   float64 // w_price
	AttrMatches   int     // attributes found
	OptionMatches int     // options found
}

// Reward returns the reward for buying p at price, with the given settings in
// the order in which they were first chosen, when g was wanted:
//
//	(attributes found + options found + price is right) /
//	(attributes + options + 1) · r_type
//
// The price is the one of the bought product in this catalogue. Goal and
// product need not be of the catalogue, but are looked up faster if they are.
// Reward is safe for concurrent use.
func (c *Catalog) Reward(g *Goal, p *Product, options []Setting, price float64) Reward {
	f := c.affinityOf(g, p)
	r := Reward{
		QueryMatch:    p.Query == g.Query,
		CategoryMatch: f.category,
		AttrMatches:   f.attributes,
		OptionMatches: optionMatches(g, options, c.options.Compat),
		HasOptions:    len(g.Options) > 0,
		Price:         price <= g.PriceUpper,
	}
	r.TitleScore = 0.2
	if n := len(g.Nouns); n > 0 {
		r.TitleScore = float64(f.nouns) / float64(n)
	}
	r.Type = typeReward(r.QueryMatch || r.CategoryMatch, r.TitleScore)

	attrs, opts := float64(len(g.Attributes)), float64(len(g.Options))
	all := attrs + opts + 1
	found := r.AttrMatches + r.OptionMatches
	if r.Price {
		found++
	}
	r.Score = float64(found) / all * r.Type
	if attrs > 0 {
		r.Attributes = float64(r.AttrMatches) / attrs
	}
	if opts > 0 {
		r.Options = float64(r.OptionMatches) / opts
	}
	r.AttrWeight, r.OptionWeight, r.PriceWeight = attrs/all, opts/all, 1/all
	return r
}

// typeReward is r_type: whether the bought thing is of the wanted kind. A title
// without a common noun gives 0 whatever else matches.
func typeReward(match bool, title float64) float64 {
	switch {
	case title == 0:
		return 0
	case title < 0.1:
		return 0.1
	case match || title > 0.2:
		return 1
	}
	return 0.5
}

// affinity is what a goal and a product have in common whatever options are
// chosen.
type affinity struct {
	attributes int  // the goal's attributes that the product has
	nouns      int  // different nouns in both names
	category   bool // two names or more of the category paths are the same
}

// measure computes the affinity of g and p.
func measure(g *Goal, p *Product) affinity {
	return affinity{
		attributes: attributeMatches(g.Attributes, p),
		nouns:      commonNouns(p.Nouns, g.Nouns),
		category:   commonCategories(p.Path, g.Path) >= 2,
	}
}

// commonNouns counts the different words of a that are in b.
func commonNouns(a, b []string) int {
	n := 0
	for i, w := range a {
		if slices.Contains(b, w) && !slices.Contains(a[:i], w) {
			n++
		}
	}
	return n
}

// commonCategories counts the different names that both category paths have.
func commonCategories(a, b string) int {
	n := 0
	rest, more := a, true
	for more {
		var name string
		start := len(a) - len(rest)
		name, rest, more = strings.Cut(rest, "›")
		name = python.Strip(name)
		if hasCategory(b, name) && (start == 0 || !hasCategory(a[:start-len("›")], name)) {
			n++
		}
	}
	return n
}

// hasCategory reports whether the path has the name.
func hasCategory(path, name string) bool {
	for more := true; more; {
		var s string
		s, path, more = strings.Cut(path, "›")
		if python.Strip(s) == name {
			return true
		}
	}
	return false
}

// attributeMatches counts the wanted attributes that p has: one of its own is
// similar, or its title, features or description contain it.
func attributeMatches(wanted []string, p *Product) int {
	n := 0
	var texts [3]string
	for _, w := range wanted {
		if hasSimilar(p.Attributes, w) {
			n++
			continue
		}
		if texts[0] == "" {
			texts = [3]string{python.Lower(p.Title), python.Lower(strings.Join(p.Bullets, " ")), python.Lower(p.Description)}
		}
		if strings.Contains(texts[0], w) || strings.Contains(texts[1], w) || strings.Contains(texts[2], w) {
			n++
		}
	}
	return n
}

// hasSimilar reports whether one of the list is similar to s.
func hasSimilar(list []string, s string) bool {
	for _, e := range list {
		if e == s && plain(s) || similar(e, s) {
			return true
		}
	}
	return false
}

// plain reports whether s has an ASCII letter or digit, so that it is similar
// to itself.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c|0x20-'a' < 26 || c-'0' < 10 {
			return true
		}
	}
	return false
}

// optionMatches counts the wanted options that one of the chosen values is
// similar to, colours having been reduced to their colour word on both sides.
//
// A fault of the original is that a synthetic goal's option is compared as the
// pair (name, value): as a colour only if name or value is nothing else, and as
// text in the way that Python prints the pair.
//
// Differs: without compat, an option that was chosen exactly as wanted is
// found, goals of all kinds compare by value alone, and only whole words count
// as colours.
func optionMatches(g *Goal, chosen []Setting, compat bool) int {
	n := 0
	var buf [160]byte
	for _, want := range g.Options {
		var text string
		switch {
		case !compat:
			if wordMatch(want, chosen) {
				n++
			}
			continue
		case g.Human:
			text = normalizeColor(want.Value)
		default:
			if text = normalizeColorPair(want.Name, want.Value); text == "" {
				b := python.AppendReprPair(buf[:0], want.Name, want.Value)
				if chosenSimilar(chosen, view(b)) {
					n++
				}
				continue
			}
		}
		if chosenSimilar(chosen, text) {
			n++
		}
	}
	return n
}

// chosenSimilar reports whether a chosen value, its colour reduced, is similar
// to text.
func chosenSimilar(chosen []Setting, text string) bool {
	for _, s := range chosen {
		if similar(normalizeColor(s.Value), text) {
			return true
		}
	}
	return false
}

// wordMatch is the repaired comparison of one wanted option.
func wordMatch(want Setting, chosen []Setting) bool {
	text := normalizeColorWord(want.Value)
	for _, s := range chosen {
		if s.Value == want.Value || similar(normalizeColorWord(s.Value), text) {
			return true
		}
	}
	return false
}
