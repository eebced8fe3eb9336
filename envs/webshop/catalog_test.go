package webshop

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs/webshop/schema"
	"stepgym/internal/testdata"
)

// oneItem is a catalogue with one product and one goal, to be changed by tests.
func oneItem() *schema.Data {
	return &schema.Data{
		Items: []schema.Item{{
			ASIN: "B000000001", Name: "Red Chair", FullDescription: "A chair.", Pricing: "$10.00$20.00", Bullets: []string{"Sturdy"},
			ProductCategory: "Home › Chairs", Category: "garden", Query: " Chairs ",
			Options: []schema.Option{{Name: "Size", Values: []schema.Value{{Value: "S/M "}, {Value: "L"}}}, {Name: "Color", Values: []schema.Value{{Value: "Red"}}}},
		}},
		Attributes: map[string]schema.Attributes{
			"B000000001": {Attributes: []string{"solid wood"}, Instruction: "Find me chairs", InstructionAttributes: []string{"solid wood"}},
		},
		Nouns: map[string][]string{"B000000001": {"red", "chair"}},
	}
}

func TestCatalogSmall(t *testing.T) {
	c, err := NewCatalog(oneItem(), DefaultCatalogOptions())
	if err != nil {
		t.Fatal(err)
	}
	want := Product{
		ASIN: "B000000001", Title: "Red Chair", Description: "A chair.", Bullets: []string{"Sturdy"}, Category: "garden", Query: "chairs",
		Path: "Home › Chairs", Attributes: []string{"solid wood"}, PriceTag: "$10.0 to $20.0", Prices: []float64{10, 20}, Price: 18.444218515250483,
		Nouns: []string{"red", "chair"},
		Options: []Option{
			{Name: "size", Values: []string{"s | m", "l"}, Images: []string{"", ""}},
			{Name: "color", Values: []string{"red"}, Images: []string{""}},
		},
	}
	if d := cmp.Diff(*c.Product(0), want); d != "" {
		t.Errorf("got - want +\n%s", d)
	}
	texts := map[string]bool{}
	for i := range c.NumGoals() {
		texts[textOf(c.Goal(i))] = true
	}
	if d := cmp.Diff(texts, map[string]bool{
		"Find me chairs with color: red, and size: s | m": true,
		"Find me chairs with color: red, and size: l":     true,
	}); d != "" {
		t.Errorf("got - want +\n%s", d)
	}
	if i, ok := c.ByASIN("B000000001"); !ok || i != 0 {
		t.Error("ByASIN does not find the product")
	}
	if _, ok := c.ByASIN("B000000002"); ok {
		t.Error("ByASIN finds what is not there")
	}
	if len(c.ByQuery("chairs")) != 1 || len(c.ByCategory("garden")) != 1 || c.ByQuery("x") != nil {
		t.Error("look-ups by query and category are wrong")
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

// TestCatalogRows checks which rows count: not "nan", no long and no repeated
// ASIN, only the first ones if so many are wanted.
func TestCatalogRows(t *testing.T) {
	d := oneItem()
	for _, asin := range []string{"nan", "B0000000011", "B000000001", "B000000002", "B000000003"} {
		it := d.Items[0]
		it.ASIN = asin
		it.Pricing = ""
		d.Items = append(d.Items, it)
	}
	o := DefaultCatalogOptions()
	o.NumProducts = 5
	c, err := NewCatalog(d, o)
	if err != nil {
		t.Fatal(err)
	}
	if c.Len() != 2 || c.Product(1).ASIN != "B000000002" {
		t.Fatalf("%d products", c.Len())
	}
	p := c.Product(1)
	if p.PriceTag != "$100.0" || p.Price != 100 || p.Attributes[0] != "DUMMY_ATTR" {
		t.Errorf("an item without price or attributes became %+v", p)
	}
	if c.NounsAreData() {
		t.Error("the nouns of the second product were not data")
	}
	if len(c.ByQuery("chairs")) != 2 {
		t.Error("both products were collected with one query")
	}
}

func TestCatalogErrors(t *testing.T) {
	change := func(f func(d *schema.Data, o *CatalogOptions)) (*schema.Data, CatalogOptions) {
		d, o := oneItem(), DefaultCatalogOptions()
		f(d, &o)
		return d, o
	}
	for _, c := range []struct {
		name, want string
		f          func(d *schema.Data, o *CatalogOptions)
	}{
		{"goals", "want \"synthetic\" or \"human\"", func(_ *schema.Data, o *CatalogOptions) { o.Goals = "x" }},
		{"products", "number of products", func(_ *schema.Data, o *CatalogOptions) { o.NumProducts = -1 }},
		{"no goals", "no goals", func(d *schema.Data, _ *CatalogOptions) { d.Attributes = nil }},
		{"no human goals", "no goals", func(_ *schema.Data, o *CatalogOptions) { o.Goals = "human" }},
		{"empty", "no goals", func(d *schema.Data, _ *CatalogOptions) { d.Items = nil }},
		{"price", "item 0: asin B000000001: pricing \"12\" has no", func(d *schema.Data, _ *CatalogOptions) { d.Items[0].Pricing = "12" }},
		{"price text", "has \" \" where a number", func(d *schema.Data, _ *CatalogOptions) { d.Items[0].Pricing = "$1$ " }},
		{"combinations", "too many combinations", func(d *schema.Data, _ *CatalogOptions) {
			many := schema.Option{Values: make([]schema.Value, 2000)}
			d.Items[0].Options = nil
			for _, n := range []string{"a", "b", "c", "d", "e", "f", "g"} {
				many.Name = n
				d.Items[0].Options = append(d.Items[0].Options, many)
			}
		}},
	} {
		if _, err := NewCatalog(change(c.f)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
	if _, err := LoadCatalog(filepath.Join(t.TempDir(), "none"), DefaultCatalogOptions()); !os.IsNotExist(unwrapAll(err)) {
		t.Errorf("a missing folder gives %v", err)
	}
}

func unwrapAll(err error) error {
	for {
		u, ok := err.(interface{ Unwrap() error })
		if !ok {
			return err
		}
		err = u.Unwrap()
	}
}

func TestPricing(t *testing.T) {
	for _, c := range []struct {
		field, tag string
		prices     []float64
	}{
		{"", "$100.0", []float64{100}}, {"$36.00", "$36.0", []float64{36}}, {"$1,049.00", "$1049.0", []float64{1049}},
		{"$10.5 - $20", "$10.5 to $20.0", []float64{10.5, 20}}, {"now $5$6$7", "$5.0 to $6.0", []float64{5, 6}},
		{"$٣.٥", "$3.5", []float64{3.5}}, {"$20000000000000000", "$2e+16", []float64{2e16}},
	} {
		prices, tag, err := parsePricing(c.field)
		if err != nil || tag != c.tag {
			t.Errorf("%q: tag %q, %v; want %q", c.field, tag, err, c.tag)
		}
		if d := cmp.Diff(prices, c.prices); d != "" {
			t.Errorf("%q: got - want +\n%s", c.field, d)
		}
	}
}

func FuzzPricing(f *testing.F) {
	f.Add("$1,049.00 - $2")
	f.Add("٣$٣")
	f.Fuzz(func(t *testing.T, field string) {
		prices, tag, err := parsePricing(field)
		if err == nil && (len(prices) < 1 || len(prices) > 2 || tag == "") {
			t.Errorf("parsePricing(%q) = %v, %q", field, prices, tag)
		}
	})
}

// TestCatalogConcurrent uses one catalogue from many goroutines, for the race
// detector and for the memory of affinities.
func TestCatalogConcurrent(t *testing.T) {
	c, err := LoadCatalog("testdata/synth59", DefaultCatalogOptions())
	if err != nil {
		t.Fatal(err)
	}
	want := make([]Reward, c.NumGoals())
	for i := range want {
		g := c.Goal(i)
		copied := *g // not the catalogue's own: computed every time
		want[i] = c.Reward(&copied, c.Product(i%c.Len()), g.Options, 10)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range want {
				g := c.Goal(i)
				for range 2 {
					if got := c.Reward(g, c.Product(i%c.Len()), g.Options, 10); got != want[i] {
						t.Errorf("goal %d: got %+v, want %+v", i, got, want[i])
					}
				}
			}
		})
	}
	wg.Wait()
}

func BenchmarkLoad1k(b *testing.B) {
	path := testdata.Shared(b, "webshop/real")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := LoadCatalog(path, DefaultCatalogOptions()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkReward buys the wanted product and its neighbours, which is the
// costly case: a policy that has learned something.
func BenchmarkReward(b *testing.B) {
	for _, known := range []bool{true, false} {
		name := "known"
		if !known {
			name = "new"
		}
		b.Run(name, func(b *testing.B) {
			c, err := LoadCatalog(testdata.Shared(b, "webshop/real"), DefaultCatalogOptions())
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				g := c.Goal(i % c.NumGoals())
				at, _ := c.ByASIN(g.ASIN)
				p := c.Product((at + i%3) % c.Len())
				if !known {
					copied := *g
					g = &copied
				}
				c.Reward(g, p, g.Options, p.Price)
				i++
			}
		})
	}
}
