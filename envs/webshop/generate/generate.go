package generate

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"stepgym/envs/webshop/schema"
)

const (
	blockSize = 6  // products that are made to resemble each other
	maxGoals  = 24 // combinations of option values of one product
)

// Generator makes the products of one catalogue. It is immutable and safe for
// concurrent use.
type Generator struct {
	seed  uint64
	order []place // which kind a block is of, repeated
}

// place is a kind's address in the tables.
type place struct{ category, kind int }

// New returns the generator of the catalogue with the given seed.
func New(seed uint64) *Generator {
	g := &Generator{seed: seed}
	for c := range categories {
		for k := range categories[c].kinds {
			g.order = append(g.order, place{c, k})
		}
	}
	rng := rand.New(rand.NewPCG(seed, 0))
	rng.Shuffle(len(g.order), func(i, j int) { g.order[i], g.order[j] = g.order[j], g.order[i] })
	return g
}

// Catalogue returns the first n products of the catalogue with the given seed.
func Catalogue(n int, seed uint64) *schema.Data {
	g := New(seed)
	d := &schema.Data{
		Items:      make([]schema.Item, n),
		Attributes: make(map[string]schema.Attributes, n),
		Human:      map[string][]schema.Instruction{},
		Nouns:      make(map[string][]string, n),
	}
	for i := range n {
		p := g.Product(i)
		d.Items[i] = p.Item
		d.Attributes[p.Item.ASIN] = p.Attributes
		d.Nouns[p.Item.ASIN] = p.Nouns
		if p.Human != nil {
			d.Human[p.Item.ASIN] = p.Human
		}
	}
	return d
}

// block is what the products of one block have in common.
type block struct {
	category *category
	kind     *kind
	brands   [2]string
	attrs    []string // each product has most of them
	price    float64  // around which the products' prices lie
	values   [][]schema.Value
}

func (g *Generator) block(n int) block {
	rng := rand.New(rand.NewPCG(g.seed, 1+uint64(n)))
	at := g.order[n%len(g.order)]
	c := &categories[at.category]
	b := block{category: c, kind: &c.kinds[at.kind]}
	for i := range b.brands {
		b.brands[i] = pick(rng, brandStart) + pick(rng, brandEnd)
	}
	b.attrs = draw(rng, slices.Concat(b.kind.attrs, c.attrs), 5)
	b.price = b.kind.low * math.Pow(b.kind.high/b.kind.low, rng.Float64())
	for _, name := range b.kind.options {
		all := values[name].all
		var vs []schema.Value
		for _, v := range drawOrdered(rng, all, max(3, len(all)*3/4)) {
			vs = append(vs, schema.Value{Value: v})
		}
		b.values = append(b.values, vs)
	}
	return b
}

// Product returns the i-th product, i >= 0.
func (g *Generator) Product(i int) schema.Row {
	b := g.block(i / blockSize)
	rng := rand.New(rand.NewPCG(g.seed^0x9e3779b97f4a7c15, uint64(i)))
	var p schema.Row
	attrs := b.ownAttributes(rng)
	w := words{block: &b, rng: rng, brand: b.brands[i%2], attrs: attrs}
	p.Item = schema.Item{
		ASIN:            asin(g.seed, i),
		Pricing:         b.pricing(rng),
		ProductCategory: b.category.path + " › " + b.kind.path,
		Options:         b.options(rng, i),
		Category:        b.category.name,
		Query:           b.kind.query,
		Page:            1 + i%25,
	}
	p.Item.Images = []string{"https://images.example/" + p.Item.ASIN + ".jpg"}
	p.Item.Name, p.Nouns = w.title()
	p.Item.Bullets, p.Item.FullDescription = w.texts()
	p.Attributes = schema.Attributes{Attributes: attrs}
	if rng.Float64() < 0.5 {
		p.Attributes.InstructionAttributes = draw(rng, attrs, 1+rng.IntN(min(4, len(attrs))))
		p.Attributes.Instruction = instruction(b.kind.query, p.Attributes.InstructionAttributes)
	}
	if rng.Float64() < 0.2 {
		p.Human = w.human(p.Item)
	}
	return p
}

// ownAttributes keeps most of the block's attributes and adds others of the
// category: 3 to 6 in all.
func (b *block) ownAttributes(rng *rand.Rand) []string {
	var own []string
	for _, a := range b.attrs {
		if rng.Float64() < 0.7 {
			own = append(own, a)
		}
	}
	for _, a := range draw(rng, b.category.attrs, 5) {
		if len(own) < 3 || len(own) < 6 && rng.Float64() < 0.25 {
			if !slices.Contains(own, a) {
				own = append(own, a)
			}
		}
	}
	return own
}

// pricing returns a price as the data files write it: mostly one, sometimes a
// range, rarely none.
func (b *block) pricing(rng *rand.Rand) string {
	price := b.price * math.Exp(0.35*rng.NormFloat64())
	price = min(max(price, b.kind.low), b.kind.high)
	switch u := rng.Float64(); {
	case u < 0.01:
		return ""
	case u < 0.10:
		return dollars(price) + " - " + dollars(price*(1.2+rng.Float64()))
	}
	return dollars(price)
}

// options draws what can be chosen: some of the block's values under each
// option name, no more than maxGoals combinations.
func (b *block) options(rng *rand.Rand, i int) []schema.Option {
	var out []schema.Option
	room := maxGoals
	for k, name := range b.kind.options {
		most := min(8, room)
		if most < 2 || rng.Float64() < 0.12 {
			continue
		}
		var vs []schema.Value
		for _, v := range b.values[k] {
			if rng.Float64() < 0.6 && len(vs) < most {
				v.Image = "https://images.example/" + asin(uint64(i), k) + "-" + strings.Fields(v.Value)[0] + ".jpg"
				vs = append(vs, v)
			}
		}
		if len(vs) == 0 {
			continue
		}
		room /= len(vs)
		out = append(out, schema.Option{Name: values[name].shown, Values: vs})
	}
	return out
}

func pick(rng *rand.Rand, from []string) string { return from[rng.IntN(len(from))] }

// draw returns n different entries of from in random order.
func draw(rng *rand.Rand, from []string, n int) []string {
	out := make([]string, 0, n)
	for _, i := range rng.Perm(len(from))[:min(n, len(from))] {
		out = append(out, from[i])
	}
	return out
}

// drawOrdered returns n different entries of from in their own order.
func drawOrdered(rng *rand.Rand, from []string, n int) []string {
	at := rng.Perm(len(from))[:min(n, len(from))]
	slices.Sort(at)
	out := make([]string, 0, n)
	for _, i := range at {
		out = append(out, from[i])
	}
	return out
}
