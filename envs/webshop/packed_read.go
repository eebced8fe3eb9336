package webshop

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"sort"
	"unsafe"

	"github.com/zeebo/xxh3"
)

// cell is what a section can be a column of.
type cell interface {
	byte | int32 | uint32 | uint64 | float64
}

// packed is a shelf in a file that is mapped.
type packed struct {
	data    []byte
	unmap   func() error
	head    *header
	n       int       // products in use, those of the first rows
	drawn   []float64 // price of each
	first   []int32   // for each product with wishes, the first of them
	records []byte

	recordAt    []uint64
	slots       []uint32
	queryLists  map[string][]int32
	categoryIDs map[string][]int32

	products cache[Product]
	goals    cache[Goal]
}

// mapPacked maps the file and checks everything but the records.
func mapPacked(path string) (*packed, error) {
	data, unmap, err := mapFile(path)
	if err != nil {
		return nil, err
	}
	p := &packed{data: data, unmap: unmap}
	if err := p.check(); err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

// check reads the header and checks the columns.
func (p *packed) check() error {
	var err error
	if p.head, err = decodeHeader(p.data, uint64(len(p.data))); err != nil {
		return err
	}
	for id := secRecords + 1; id < numSections; id++ {
		if err := p.verify(id); err != nil {
			return err
		}
	}
	n := p.head.products
	for id, want := range map[int]uint64{secRecordAt: 8 * (n + 1), secRow: 4 * n, secPrice: 8 * n, secPrice2: 8 * n, secQueryList: 4 * n, secCategoryList: 4 * n} {
		if n >= math.MaxInt32 || p.head.sections[id].length != want {
			return fmt.Errorf("section %d has %d bytes, want %d: %w", id, p.head.sections[id].length, want, ErrPacked)
		}
	}
	return p.checkNumbers(int(n))
}

// checkNumbers checks that no number leads out of its range, so that nothing
// else has to. The checksums exclude accidents; this excludes tricks.
func (p *packed) checkNumbers(n int) error {
	at := column[uint64](p, secRecordAt)
	attrAt := column[uint32](p, secWishAttrAt)
	wishes := len(column[int32](p, secWishProduct))
	slots := column[uint32](p, secSlots)
	ok := slices.IsSorted(at) && at[0] == 0 && at[n] == p.head.sections[secRecords].length &&
		slices.IsSorted(column[uint32](p, secRow)) &&
		len(column[int32](p, secWishCombos)) == wishes && len(attrAt) == wishes+1 && slices.IsSorted(attrAt) &&
		int(attrAt[wishes]) == len(column[uint32](p, secWishAttr)) &&
		len(slots) >= 2*n && len(slots)&(len(slots)-1) == 0
	for _, id := range []int{secWishProduct, secHumanProduct} {
		ok = ok && slices.IsSorted(column[int32](p, id))
	}
	for _, id := range []int{secQueryList, secCategoryList, secWishProduct, secEdges, secHumanProduct, secHumanEdges} {
		for _, i := range column[int32](p, id) {
			ok = ok && i >= 0 && int(i) < n
		}
	}
	free := false
	for _, s := range slots {
		ok = ok && int(s) <= n
		free = free || s == 0
	}
	for _, c := range column[int32](p, secWishCombos) {
		ok = ok && c >= 0 && c <= maxGoals
	}
	if !ok || !free {
		return fmt.Errorf("its numbers contradict each other: %w", ErrPacked)
	}
	return nil
}

// verify checks a section against its checksum.
func (p *packed) verify(id int) error {
	if s := p.head.sections[id]; xxh3.Hash(p.bytes(id)) != s.checksum {
		return fmt.Errorf("section %d is damaged: copy the file again or pack anew: %w", id, ErrPacked)
	}
	return nil
}

// bytes returns a section.
func (p *packed) bytes(id int) []byte {
	s := p.head.sections[id]
	return p.data[s.at : s.at+s.length : s.at+s.length]
}

// column returns a section as numbers: a view of the file where the machine
// stores numbers as the file does, else a copy.
func column[T cell](p *packed, id int) []T {
	b := p.bytes(id)
	size := int(unsafe.Sizeof(*new(T)))
	if len(b) < size {
		return nil
	}
	if binary.NativeEndian.Uint16([]byte{1, 0}) == 1 && uintptr(unsafe.Pointer(&b[0]))%uintptr(size) == 0 {
		return unsafe.Slice((*T)(unsafe.Pointer(&b[0])), len(b)/size)
	}
	out := make([]T, len(b)/size)
	if _, err := binary.Decode(b, binary.LittleEndian, out); err != nil {
		return nil // cannot be: out has the length of b
	}
	return out
}

// fill makes the rest of c from the file: prices, wishes, goals, families.
func (p *packed) fill(c *Catalog) error {
	p.records = p.bytes(secRecords)
	p.recordAt = column[uint64](p, secRecordAt)
	p.slots = column[uint32](p, secSlots)
	p.n = int(p.head.products)
	if limit := c.options.NumProducts; limit > 0 {
		rows := column[uint32](p, secRow)
		p.n = sort.Search(len(rows), func(i int) bool { return int(rows[i]) >= limit })
	}
	var err error
	if p.queryLists, err = p.groups(secQueries, secQueryAt, secQueryList); err != nil {
		return err
	}
	if p.categoryIDs, err = p.groups(secCategories, secCategoryAt, secCategoryList); err != nil {
		return err
	}
	c.rand.Seed(c.options.Seed)
	p.drawn = make([]float64, p.n)
	low, high := column[float64](p, secPrice), column[float64](p, secPrice2)
	for i := range p.drawn {
		if p.drawn[i] = low[i]; high[i] == high[i] { // not NaN
			p.drawn[i] = c.rand.Uniform(low[i], high[i])
		}
	}
	p.addWishes(c)
	if err := c.finish(); err != nil {
		return err
	}
	c.family = families(p.n, p.edges(c.options.human()), p.asin)
	p.products = newCache[Product](1<<16, p.n)
	p.goals = newCache[Goal](1<<14, c.NumGoals())
	return nil
}

// addWishes lists the wishes of the products in use, and draws their upper
// prices.
func (p *packed) addWishes(c *Catalog) {
	owner := column[int32](p, secWishProduct)
	combos := column[int32](p, secWishCombos)
	attrAt, attrs := column[uint32](p, secWishAttrAt), column[uint32](p, secWishAttr)
	if c.options.human() {
		owner = column[int32](p, secHumanProduct)
	}
	owner = owner[:sort.Search(len(owner), func(i int) bool { return int(owner[i]) >= p.n })]
	c.wishes = make([]wish, len(owner))
	p.first = make([]int32, p.n)
	for i := len(owner) - 1; i >= 0; i-- {
		p.first[owner[i]] = int32(i)
	}
	for i, product := range owner {
		w := wish{product: product, combos: 1, human: c.options.human(), upper: drawUpper(&c.rand, p.drawn[product])}
		if !w.human {
			w.combos = combos[i]
		}
		c.wishes[i] = w
	}
	weigh(c.wishes, func(i int) []uint32 {
		if c.options.human() {
			return nil
		}
		return attrs[attrAt[i]:attrAt[i+1]]
	})
}

// edges returns the edges between the products in use.
func (p *packed) edges(human bool) []edge {
	id := secEdges
	if human {
		id = secHumanEdges
	}
	numbers := column[int32](p, id)
	var out []edge
	for i := 0; i+1 < len(numbers); i += 2 {
		if e := (edge{numbers[i], numbers[i+1]}); int(e.a) < p.n && int(e.b) < p.n {
			out = append(out, e)
		}
	}
	return out
}

// groups reads the lists of products by text, cut to the products in use.
func (p *packed) groups(texts, at, list int) (map[string][]int32, error) {
	r := recordReader{p.bytes(texts)}
	names := r.strings()
	starts := column[uint32](p, at)
	all := column[int32](p, list)
	m := make(map[string][]int32, len(names))
	if len(starts) != len(names)+1 || !slices.IsSorted(starts) || int(starts[len(names)]) != len(all) {
		return nil, fmt.Errorf("webshop: section %d does not fit its texts: %w", at, ErrPacked)
	}
	for i, name := range names {
		l := all[starts[i]:starts[i+1]]
		if l = l[:sort.Search(len(l), func(j int) bool { return int(l[j]) >= p.n })]; len(l) > 0 {
			m[name] = l
		}
	}
	return m, nil
}

func (p *packed) len() int                       { return p.n }
func (p *packed) byQuery(query string) []int32   { return p.queryLists[query] }
func (p *packed) byCategory(name string) []int32 { return p.categoryIDs[name] }
func (p *packed) close() error                   { return p.unmap() }

// record returns a reader of the record of product i.
func (p *packed) record(i int) recordReader {
	return recordReader{p.records[p.recordAt[i]:p.recordAt[i+1]]}
}

// asin returns the ASIN of product i, the first text of its record.
func (p *packed) asin(i int) string {
	r := p.record(i)
	return r.string()
}

// byASIN looks in the hash table, which has free slots.
func (p *packed) byASIN(asin string) (int, bool) {
	mask := uint64(len(p.slots) - 1)
	for at := xxh3.HashString(asin) & mask; p.slots[at] != 0; at = (at + 1) & mask {
		if i := int(p.slots[at] - 1); p.asin(i) == asin {
			return i, i < p.n
		}
	}
	return 0, false
}

// product returns product i, from the cache or from its record.
func (p *packed) product(i int) *Product {
	return p.products.get(i, func() Product {
		r := p.record(i)
		product := r.product()
		product.Prices = []float64{column[float64](p, secPrice)[i]}
		if second := column[float64](p, secPrice2)[i]; second == second { // not NaN
			product.Prices = append(product.Prices, second)
		}
		product.Price = p.drawn[i]
		return product
	})
}

// goal returns goal i of c, from the cache or from the record of its product.
func (p *packed) goal(c *Catalog, i int) *Goal {
	return p.goals.get(i, func() Goal {
		at := c.refs[i]
		w := &c.wishes[at.wish]
		product := p.product(int(w.product))
		r := p.record(int(w.product))
		r.product()
		texts, human := r.wishes()
		if w.human {
			texts = human
		}
		var t wishText
		if k := int(at.wish - p.first[w.product]); k < len(texts) { // always, but in a damaged record
			t = texts[k]
		}
		combo := int(at.combo)
		if !w.human && combo >= combinations(product.Options) { // likewise
			return Goal{Index: i, ASIN: product.ASIN, Instruction: t.text, PriceUpper: w.upper, Attributes: t.attributes}
		}
		g := w.goal(t, product, combo)
		g.Index = i
		return g
	})
}
