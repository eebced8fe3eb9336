package webshop

import (
	"fmt"
	"strings"
	"sync"

	"github.com/zeebo/xxh3"

	"stepgym/envs/webshop/search"
	"stepgym/internal/python"
)

// contents is the text that a product is found by: title, description, first
// bullet point and options, lower-case.
func contents(p *Product) string {
	var b strings.Builder
	b.WriteString(p.Title)
	b.WriteByte(' ')
	b.WriteString(p.Description)
	b.WriteByte(' ')
	if len(p.Bullets) > 0 {
		b.WriteString(p.Bullets[0])
	}
	b.WriteByte(' ')
	for i, o := range p.Options {
		if i > 0 {
			b.WriteString(", and ")
		}
		b.WriteString(o.Name)
		b.WriteString(": ")
		b.WriteString(strings.Join(o.Values, ", "))
	}
	return python.Lower(b.String())
}

// engine is the search engine over a catalogue: documents are numbered as the
// products are.
type engine struct {
	index   *search.Index
	scratch sync.Pool // of *engineScratch
}

type engineScratch struct {
	hits  []search.Hit
	space search.Scratch
}

// newEngine indexes the products of c in memory.
func newEngine(c *Catalog) (*engine, error) {
	b := search.NewBuilder()
	b.Label = indexLabel(c)
	for i := range c.Len() {
		p := c.Product(i)
		b.Add(p.ASIN, contents(p))
	}
	index, err := b.Build()
	if err != nil {
		return nil, fmt.Errorf("webshop: search index: %w", err)
	}
	return &engine{index: index}, nil
}

// indexLabel is the label of an index of c's products: it tells a file that
// belongs to another catalogue from one that belongs to c.
func indexLabel(c *Catalog) string {
	h := xxh3.New()
	for i := range c.Len() {
		if i%997 == 0 || i == c.Len()-1 {
			p := c.Product(i)
			h.WriteString(p.ASIN)
			h.WriteString(p.Title)
		}
	}
	return fmt.Sprintf("webshop %d %016x", c.Len(), h.Sum64())
}

// Find implements finder.
func (e *engine) Find(query string, k int) ([]int32, error) {
	s, _ := e.scratch.Get().(*engineScratch)
	if s == nil {
		s = new(engineScratch)
	}
	defer e.scratch.Put(s)
	hits, err := e.index.SearchInto(s.hits[:0], query, k, &s.space)
	if err != nil {
		return nil, err
	}
	s.hits = hits
	ids := make([]int32, len(hits))
	for i, h := range hits {
		ids[i] = h.Doc
	}
	return ids, nil
}
