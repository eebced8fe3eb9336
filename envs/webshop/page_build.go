package webshop

import (
	"math/rand/v2"
	"strings"

	"stepgym/envs"
	"stepgym/internal/python"
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
// sub-page. What leaves the shop with an observation is copied: the texts of a
// packed catalogue end with its file, and observations may be kept for longer.
func (w *world) buildItem(id int32, at place) *page {
	compat := w.config.Compat
	product := w.catalog.Product(int(id))
	p := &page{place: at, product: id, asin: strings.Clone(product.ASIN)}
	p.button("back to search", "", "", compat)
	p.button("< prev", "", "", compat)
	switch at {
	case placeItem:
		p.button("description", "", p.asin, compat)
		p.button("features", "", p.asin, compat)
		p.button("reviews", "", p.asin, compat)
		if w.config.ShowAttributes {
			p.button("attributes", "", p.asin, compat)
		}
		p.button("buy now", product.Title+" "+product.PriceTag, p.asin, compat)
		p.addOptions(product, compat)
		p.body = itemBody(product)
	case placeDescription:
		p.body = strings.Clone(product.Description)
	case placeFeatures:
		p.body = strings.Clone(strings.Join(product.Bullets, "\n"))
	case placeAttributes:
		p.body = strings.Clone(strings.Join(product.Attributes, "\n"))
	}
	w.finish(p)
	return p
}

// addOptions appends the option values of product. A value that is also the
// text of a button does what the button does, and one that two options share
// sets the last of them.
func (p *page) addOptions(product *Product, compat bool) {
	for i, o := range product.Options {
		name := strings.Clone(o.Name)
		for j, v := range o.Values {
			t := target{arg: v, kind: targetOption, product: -1, option: int32(i), value: int32(j)}
			c := &envs.Choice{
				Action: envs.Action{Text: "click[" + v + "]"},
				Desc:   name + ": " + v,
				Ref:    p.asin,
				Slot:   name,
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
// Random agents see most of these pages once, so this is put together from
// parts that are made once.
func (w *world) buildResults(query string, no int32, hits []int32) *page {
	p := &page{place: placeResults, product: -1, query: query, no: no, total: len(hits)}
	// Page 0, which only a misrouted "< prev" reaches, is empty in the original.
	if first := (int(no) - 1) * resultsPerPage; first >= 0 && first < len(hits) {
		p.ids = hits[first:min(first+resultsPerPage, len(hits))]
	}
	buttons := w.buttons[min(max(no, 1), 2)-1]
	n := len(buttons.targets) + len(p.ids)
	p.choices = append(make([]*envs.Choice, 0, n), buttons.choices...)
	p.targets = append(make([]target, 0, n), buttons.targets...)
	p.links = make([]*link, len(p.ids))
	for i, id := range p.ids {
		l := w.link(id)
		p.links[i] = l
		if l.plain { // no other result and no button has its text
			p.targets, p.choices = append(p.targets, l.target), append(p.choices, l.choice)
		} else {
			own := *l.choice
			p.add(l.target, &own, w.config.Compat)
		}
	}
	w.finish(p)
	return p
}

// resultButtons makes the buttons of the first page of results, and those of
// the others.
func (w *world) resultButtons() [2]*page {
	var out [2]*page
	for i := range out {
		p := &page{place: placeResults, product: -1}
		p.button("back to search", "", "", w.config.Compat)
		if i == 1 {
			p.button("< prev", "", "", w.config.Compat)
		}
		p.button("next >", "", "", w.config.Compat)
		out[i] = p
	}
	return out
}

// buildLink makes the entry of a product in lists of results.
func (w *world) buildLink(id int32) *link {
	product := w.catalog.Product(int(id))
	arg := python.Lower(product.ASIN)
	l := &link{
		id:     id,
		target: target{arg: arg, kind: targetOpen, product: -1},
		choice: &envs.Choice{
			Action: envs.Action{Text: "click[" + arg + "]"},
			Kind:   targetOpen.String(),
			Desc:   product.Title + " " + product.PriceTag,
			Ref:    strings.Clone(product.ASIN),
		},
	}
	// A click looks the upper-case text up, which names nothing or another
	// product if the data has lower-case letters there.
	if i, ok := w.catalog.ByASIN(strings.ToUpper(arg)); ok {
		l.target.product = int32(i)
	}
	kind, sub, routed := routed(arg)
	switch {
	case routed:
		l.target.kind, l.target.sub = kind, sub
	case arg == "next >":
		l.target.kind = targetNext
	default:
		l.plain = l.target.product == id && clickable(arg, w.config.Compat)
	}
	var array [3]node
	l.text = w.renderTail(resultNodes(array[:0], product))
	return l
}

// finish renders the part of p that all customers see alike.
func (w *world) finish(p *page) {
	p.choices, p.targets = p.choices[:len(p.choices):len(p.choices)], p.targets[:len(p.targets):len(p.targets)]
	var array [48]node
	p.tail = w.renderTail(w.fixedNodes(array[:0], p))
}

// renderTail renders nodes in the modes text and text_rich, with nothing marked.
func (w *world) renderTail(nodes []node) (text string) {
	switch w.config.Observation {
	case ModeText:
		return textTail(nodes)
	case ModeRich:
		text, _ = richTail(nodes, nil, nil)
	}
	return text
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
