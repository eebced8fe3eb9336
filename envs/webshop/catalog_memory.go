package webshop

import (
	"fmt"

	"stepgym/envs/webshop/schema"
)

// memory is a shelf in memory: all products and goals are made at the start.
type memory struct {
	products []Product
	goals    []Goal
	asins    map[string]int32
	queries  map[string][]int32
	category map[string][]int32
}

func (m *memory) len() int                       { return len(m.products) }
func (m *memory) product(i int) *Product         { return &m.products[i] }
func (m *memory) goal(_ *Catalog, i int) *Goal   { return &m.goals[i] }
func (m *memory) asin(i int) string              { return m.products[i].ASIN }
func (m *memory) byQuery(query string) []int32   { return m.queries[query] }
func (m *memory) byCategory(name string) []int32 { return m.category[name] }
func (m *memory) close() error                   { return nil }

func (m *memory) byASIN(asin string) (int, bool) {
	i, ok := m.asins[asin]
	return int(i), ok
}

// NewCatalog makes the catalogue of d in the original's order of steps and
// random draws: products, prices, upper prices of goals, shuffle, limit. It
// keeps strings and lists of d, which must not be modified afterwards.
func NewCatalog(d *schema.Data, o CatalogOptions) (*Catalog, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	m := new(memory)
	c := &Catalog{options: o, shelf: m}
	nounsData, err := m.addProducts(d, o.NumProducts)
	if err != nil {
		return nil, err
	}
	c.nounsData = nounsData
	c.rand.Seed(o.Seed)
	for i := range m.products {
		p := &m.products[i]
		p.Price = drawPrice(&c.rand, p.Prices)
	}
	texts := c.addWishes(d, m.products)
	weigh(c.wishes, func(i int) []string { return texts[i].attributes })
	if err := c.finish(); err != nil {
		return nil, err
	}
	join := newJoiner()
	for i, w := range c.wishes {
		join.add(w.product, &m.products[w.product], texts[i], w.human)
	}
	c.family = families(len(m.products), join.edges, m.asin)
	m.goals = make([]Goal, len(c.refs))
	for i, g := range c.refs {
		w := &c.wishes[g.wish]
		m.goals[i] = w.goal(texts[g.wish], &m.products[w.product], int(g.combo))
		m.goals[i].Index = i
	}
	return c, nil
}

// addProducts makes the products of the usable items among the first n, or all
// for n == 0, and the look-ups. It reports whether all nouns came with d.
func (m *memory) addProducts(d *schema.Data, n int) (nounsData bool, err error) {
	items := d.Items
	if n > 0 && n < len(items) {
		items = items[:n]
	}
	m.products = make([]Product, 0, len(items))
	m.asins = make(map[string]int32, len(items))
	m.queries = make(map[string][]int32)
	m.category = make(map[string][]int32)
	nounsData = d.Nouns != nil
	for i := range items {
		it := &items[i]
		if _, again := m.asins[it.ASIN]; again || !usable(it.ASIN) {
			continue
		}
		p, err := cleanProduct(it, d.Attributes[it.ASIN])
		if err != nil {
			return false, fmt.Errorf("webshop: item %d: %w", i, err)
		}
		nouns, ok := d.Nouns[it.ASIN]
		if !ok {
			nouns = titleNouns(it.Name)
			nounsData = false
		}
		p.Nouns = nouns
		at := int32(len(m.products))
		m.asins[p.ASIN] = at
		m.queries[p.Query] = append(m.queries[p.Query], at)
		m.category[p.Category] = append(m.category[p.Category], at)
		m.products = append(m.products, p)
	}
	return nounsData, nil
}

// addWishes lists the wishes in the order of the original, draws their upper
// prices, and returns what they say.
func (c *Catalog) addWishes(d *schema.Data, products []Product) []wishText {
	var texts []wishText
	for i := range products {
		p := &products[i]
		for _, t := range wishTexts(d.Attributes[p.ASIN], d.Human[p.ASIN], c.options.human()) {
			w := wish{product: int32(i), combos: 1, human: c.options.human()}
			if !w.human {
				w.combos = int32(combinations(p.Options))
			}
			w.upper = drawUpper(&c.rand, p.Price)
			c.wishes = append(c.wishes, w)
			texts = append(texts, t)
		}
	}
	return texts
}
