package webshop

import (
	"errors"
	"sync"

	"stepgym/internal/python"
)

// CatalogOptions says what is made of the data files.
type CatalogOptions struct {
	// Goals is "synthetic" (the default), made from the attribute file, or
	// "human", written by people.
	Goals string

	// Seed is what random.seed gets just before the prices are drawn. The
	// original leaves the generator unseeded there.
	Seed uint64

	// ShuffleSeed is what random.seed gets before the goals are shuffled. The
	// original uses [DefaultShuffleSeed], verl-agent its environment seed.
	ShuffleSeed uint64

	NumProducts int // only the first rows of the items file; 0 for all
	LimitGoals  int // a weighted draw of so many goals; 0 or less for all

	// Compat reproduces the original's faults. Without it
	//
	//   - LimitGoals and RandomGoal draw every goal with its own weight; with
	//     it goal 0 is never drawn and the others with their neighbour's weight;
	//   - the reward compares options by value and reduces whole colour words
	//     only, so that buying what is wanted always gets the full reward; with
	//     it some goals are out of reach (458 of the small catalogue's 6,910).
	Compat bool
}

// DefaultShuffleSeed is the seed of the original's goal order.
const DefaultShuffleSeed = 233

// DefaultCatalogOptions returns the original's settings: synthetic goals,
// seed 0 for the prices, 233 for the order of goals, faults included.
func DefaultCatalogOptions() CatalogOptions {
	return CatalogOptions{Goals: "synthetic", ShuffleSeed: DefaultShuffleSeed, Compat: true}
}

// Catalog is the products, their prices and the goals: everything but search
// and pages. It is immutable and safe for concurrent use.
type Catalog struct {
	options   CatalogOptions
	shelf     shelf
	wishes    []wish
	refs      []ref   // goals in order
	family    []int32 // for each product, the one that stands for its family
	rand      python.Rand
	nounsData bool
	memo      *memo

	cumWeights func() []float64
}

// shelf holds the products and what is said of them: in memory, or in a file
// that is mapped.
type shelf interface {
	len() int
	product(i int) *Product
	goal(c *Catalog, i int) *Goal
	asin(i int) string
	byASIN(asin string) (int, bool)
	byQuery(query string) []int32
	byCategory(category string) []int32
	close() error
}

// finish orders the goals, once the wishes are weighed and their upper prices
// drawn from c.rand.
func (c *Catalog) finish() error {
	total := 0
	for _, w := range c.wishes {
		if int(w.combos) > maxGoals-total {
			return tooMany(c.shelf.asin(int(w.product)))
		}
		total += int(w.combos)
	}
	if total == 0 {
		return errors.New("webshop: the catalogue has no goals: its files hold no instruction for any product that is loaded")
	}
	r := &c.rand
	c.refs = refs(c.wishes, r, c.options.ShuffleSeed)
	c.refs = limit(r, c.wishes, c.refs, c.options.LimitGoals, c.options.Compat)
	c.cumWeights = sync.OnceValue(func() []float64 { return cumulate(c.wishes, c.refs) })
	c.memo = new(memo)
	return nil
}

// Len returns the number of products.
func (c *Catalog) Len() int { return c.shelf.len() }

// Product returns product i, 0 <= i < Len(), in catalogue order. It must not
// be modified. Of a catalogue in a file, two calls may return two copies.
func (c *Catalog) Product(i int) *Product { return c.shelf.product(i) }

// ByASIN returns the place of the product with this exact ASIN.
func (c *Catalog) ByASIN(asin string) (int, bool) { return c.shelf.byASIN(asin) }

// ByQuery returns the products whose query equals q, in catalogue order, as
// the search for "<q> ..." lists them. The slice must not be modified.
func (c *Catalog) ByQuery(q string) []int32 { return c.shelf.byQuery(q) }

// ByCategory returns the products of a category, in catalogue order, as the
// search for "<c> ..." lists them. The slice must not be modified.
func (c *Catalog) ByCategory(category string) []int32 { return c.shelf.byCategory(category) }

// NumGoals returns the number of goals.
func (c *Catalog) NumGoals() int { return len(c.refs) }

// Goal returns goal i, 0 <= i < NumGoals(). It must not be modified. Of a
// catalogue in a file, two calls may return two copies.
func (c *Catalog) Goal(i int) *Goal { return c.shelf.goal(c, i) }

// goalProduct returns the place of the product of goal i.
func (c *Catalog) goalProduct(i int) int32 { return c.wishes[c.refs[i].wish].product }

// NounsAreData reports whether the nouns of the product names came with the
// data. If not, a heuristic made them, and rewards can differ from the
// original's in the part called r_type.
func (c *Catalog) NounsAreData() bool { return c.nounsData }

// Options returns the options that the catalogue was made with.
func (c *Catalog) Options() CatalogOptions { return c.options }

// Rand returns a copy of the random generator as the original has it when its
// server is ready. Sessions and the search for "<r>" draw from there on; the
// first session is one without a name that the environment's constructor opens:
// ten choices for the name and one RandomGoal.
func (c *Catalog) Rand() python.Rand { return c.rand }

// CumWeights returns 0 and the running sums of the goals' weights, which
// RandomGoal draws from. The slice must not be modified.
func (c *Catalog) CumWeights() []float64 { return c.cumWeights() }

// Close releases a catalogue file. Products, goals and their strings must not
// be used afterwards. A catalogue in memory has nothing to release.
func (c *Catalog) Close() error { return c.shelf.close() }
