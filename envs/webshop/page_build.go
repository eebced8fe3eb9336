package webshop

import (
	"math/rand/v2"
	"strings"

	"stepgym/envs"
)

// buildSearch makes the page with the search bar. Goals differ in its
// instruction and forms alone.
func (w *world) buildSearch() *page {
	p := &page{place: placeSearch, product: -1}
	p.button("search", "", "", w.config.Compat)
	w.finish(p)
	return p
}

// buildItem makes the page at of a product, which must be an item page or a
// sub-page.
func (w *world) buildItem(id int32, at place) *page {
	compat := w.config.Compat
	p := &page{place: at, product: id}
	product := w.catalog.Product(int(id))
	p.button("back to search", "", "", compat)
	p.button("< prev", "", "", compat)
	switch at {
	case placeItem:
		p.button("description", "", product.ASIN, compat)
		p.button("features", "", product.ASIN, compat)
		p.button("reviews", "", product.ASIN, compat)
		if w.config.ShowAttributes {
			p.button("attributes", "", product.ASIN, compat)
		}
		p.button("buy now", product.Title+" "+product.PriceTag, product.ASIN, compat)
		p.addOptions(product, compat)
		p.body = itemBody(product)
	case placeDescription:
		p.body = product.Description
	case placeFeatures:
		p.body = strings.Join(product.Bullets, "\n")
	case placeAttributes:
		p.body = strings.Join(product.Attributes, "\n")
	}
	w.finish(p)
	return p
}

// addOptions appends the option values of product. A value that is also the
// text of a button does what the button does, and one that two options share
// sets the last of them.
func (p *page) addOptions(product *Product, compat bool) {
	for i, o := range product.Options {
		for j, v := range o.Values {
			t := target{arg: v, kind: targetOption, product: -1, option: int32(i), value: int32(j)}
			c := envs.Choice{
				Action: envs.Action{Text: "click[" + v + "]"},
				Desc:   o.Name + ": " + v,
				Ref:    product.ASIN,
				Slot:   o.Name,
			}
			if kind, sub, ok := routed(v); ok {
				t.kind, t.sub = kind, sub
				c.Desc, c.Slot = "", ""
			}
			p.add(t, c, compat)
		}
	}
}

// itemBody is title, option values and price of a product, each value under its
// option's name so that "color: red" is found whatever its place in the list.
func itemBody(product *Product) string {
	var b strings.Builder
	b.WriteString(product.Title)
	for _, o := range product.Options {
		for j, v := range o.Values {
			b.WriteString([]string{"\n", ", "}[min(j, 1)])
			b.WriteString(o.Name)
			b.WriteString(": ")
			b.WriteString(v)
		}
	}
	b.WriteString("\nPrice: ")
	b.WriteString(product.PriceTag)
	return b.String()
}

// buildResults makes page no of the results of query, all of which are in hits.
func (w *world) buildResults(query string, no int32, hits []int32) *page {
	compat := w.config.Compat
	p := &page{place: placeResults, product: -1, query: query, no: no, total: len(hits)}
	// Page 0, which only a misrouted "< prev" reaches, is empty in the original.
	if first := (int(no) - 1) * resultsPerPage; first >= 0 && first < len(hits) {
		p.ids = hits[first:min(first+resultsPerPage, len(hits))]
	}
	n := 3 + len(p.ids)
	p.choices, p.targets = make([]envs.Choice, 0, n), make([]target, 0, n)
	p.button("back to search", "", "", compat)
	if no > 1 {
		p.button("< prev", "", "", compat)
	}
	p.button("next >", "", "", compat)
	for _, id := range p.ids {
		l := w.link(id)
		t := l.target
		if kind, sub, ok := routed(t.arg); ok || t.arg == "next >" {
			t.kind, t.sub = kind, sub
			if !ok {
				t.kind = targetNext
			}
		}
		p.add(t, l.choice, compat)
	}
	w.finish(p)
	return p
}

// finish renders the part of p that all customers see alike.
func (w *world) finish(p *page) {
	p.choices, p.targets = p.choices[:len(p.choices):len(p.choices)], p.targets[:len(p.targets):len(p.targets)]
	var array [48]node
	switch w.config.Observation {
	case ModeText:
		p.tail = textTail(w.tailNodes(array[:0], p))
	case ModeRich:
		p.tail, _ = richTail(w.tailNodes(array[:0], p), nil, nil)
	}
}

// randomProducts are the results of a search for "<r>": 50 products, or nil
// where the catalogue has fewer and the original raises an exception.
//
// Differs: the original draws from the process-wide generator. Here the draw
// follows from the episode's seed and the number of such searches before.
func (w *world) randomProducts(seed uint64, draw uint32) []int32 {
	n := w.catalog.Len()
	if n < maxResults {
		return nil
	}
	rng := rand.New(rand.NewPCG(seed, uint64(draw)))
	taken := make(map[int32]bool, maxResults)
	out := make([]int32, 0, maxResults)
	for len(out) < maxResults {
		id := int32(rng.IntN(n))
		if !taken[id] {
			taken[id] = true
			out = append(out, id)
		}
	}
	return out
}
