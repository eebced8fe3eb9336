package generate_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs/webshop/generate"
)

func TestPrefix(t *testing.T) {
	small, large := generate.Catalogue(50, 3), generate.Catalogue(200, 3)
	if d := cmp.Diff(small.Items, large.Items[:50]); d != "" {
		t.Errorf("a small catalogue is not the beginning of a large one:\n%s", d)
	}
	if d := cmp.Diff(small, generate.Catalogue(50, 3)); d != "" {
		t.Errorf("two calls differ:\n%s", d)
	}
	if cmp.Equal(small.Items, generate.Catalogue(50, 4).Items) {
		t.Error("the seed has no effect")
	}
}

func TestProductsAreUsable(t *testing.T) {
	const n = 100_000
	g := generate.New(1)
	seen := make(map[string]bool, n)
	var asked, priced, human int
	for i := range n {
		p := g.Product(i)
		if a := p.Item.ASIN; len(a) != 10 || seen[a] {
			t.Fatalf("product %d: ASIN %q is repeated or not 10 characters", i, a)
		}
		seen[p.Item.ASIN] = true
		if len(p.Attributes.Attributes) < 3 || len(p.Item.Bullets) == 0 || p.Item.FullDescription == "" || len(p.Nouns) < 3 {
			t.Fatalf("product %d is incomplete: %+v", i, p)
		}
		goals := 1
		for _, o := range p.Item.Options {
			goals *= len(o.Values)
		}
		if goals < 1 || goals > 24 {
			t.Fatalf("product %d: %d combinations of options", i, goals)
		}
		if p.Attributes.HasInstruction() {
			asked++
		}
		if p.Item.Pricing != "" {
			priced++
		}
		if p.Human != nil {
			human++
		}
	}
	for _, c := range []struct {
		what     string
		n        int
		low, top float64
	}{{"instructions", asked, .45, .55}, {"prices", priced, .98, 1}, {"human instructions", human, .17, .23}} {
		if share := float64(c.n) / n; share < c.low || share > c.top {
			t.Errorf("%s: %.3f of the products, want %.2f to %.2f", c.what, share, c.low, c.top)
		}
	}
}

func BenchmarkCatalogue1k(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		generate.Catalogue(1000, 1)
	}
}
