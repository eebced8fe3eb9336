package webshop

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"os"
	"path/filepath"

	"github.com/zeebo/xxh3"

	"stepgym/envs/webshop/schema"
)

// PackCatalog writes a packed catalogue of the rows of an items file, in their
// order, to path. It holds one row at a time, and some hundred bytes for each.
// The file is written aside and renamed when it is whole. It returns the number
// of products.
func PackCatalog(path string, rows iter.Seq2[schema.Row, error]) (int, error) {
	n, err := packAside(path, rows)
	if err != nil {
		return 0, fmt.Errorf("webshop: pack %s: %w", path, err)
	}
	return n, nil
}

func packAside(path string, rows iter.Seq2[schema.Row, error]) (n int, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return 0, err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	w := newPackWriter(f)
	number := 0
	for row, err := range rows {
		if err != nil {
			return 0, err
		}
		if err := w.add(number, &row); err != nil {
			return 0, fmt.Errorf("item %d: %w", number, err)
		}
		number++
	}
	if err := w.finish(); err != nil {
		return 0, err
	}
	if err := f.Chmod(0o644); err != nil {
		return 0, err
	}
	if err := f.Close(); err != nil {
		return 0, err
	}
	return len(w.row), os.Rename(f.Name(), path)
}

// packWriter gathers the sections of a packed catalogue and writes the records
// as they come.
type packWriter struct {
	file io.WriteSeeker
	w    *bufio.Writer
	at   uint64 // where the next byte of the file goes
	head header

	records    *xxh3.Hasher
	buf        []byte
	recordAt   []uint64
	row        []uint32
	price      []float64
	price2     []float64
	asins      map[string]uint32
	queries    groups
	categories groups

	wishProduct  []int32
	wishCombos   []int32
	wishAttrAt   []uint32
	wishAttr     []uint32
	attrNumber   map[string]uint32
	join         *joiner
	humanProduct []int32
	humanJoin    *joiner
}

func newPackWriter(f io.WriteSeeker) *packWriter {
	w := &packWriter{
		file: f, w: bufio.NewWriterSize(f, 1<<20), records: xxh3.New(), recordAt: []uint64{0}, wishAttrAt: []uint32{0},
		asins: make(map[string]uint32), attrNumber: make(map[string]uint32), join: newJoiner(), humanJoin: newJoiner(),
		queries: newGroups(), categories: newGroups(),
	}
	w.head.flags = flagNouns
	w.write(make([]byte, headerSize)) // its place
	return w
}

// write appends bytes to the file; an error stays in w.w until finish.
func (w *packWriter) write(b []byte) {
	n, _ := w.w.Write(b)
	w.at += uint64(n)
}

// add takes one row of the items file.
func (w *packWriter) add(number int, row *schema.Row) error {
	if _, again := w.asins[row.Item.ASIN]; again {
		return nil
	}
	p, guessed, ok, err := packable(row)
	if err != nil || !ok {
		return err
	}
	if guessed {
		w.head.flags &^= flagNouns
	}
	at := len(w.row)
	if at == math.MaxInt32 {
		return errors.New("these are more products than can be counted")
	}
	w.asins[p.ASIN] = uint32(at)
	w.row = append(w.row, uint32(number))
	w.price = append(w.price, p.Prices[0])
	second := math.NaN()
	if len(p.Prices) > 1 {
		second = p.Prices[1]
	}
	w.price2 = append(w.price2, second)
	w.queries.add(p.Query, int32(at))
	w.categories.add(p.Category, int32(at))
	synthetic, human := wishTexts(row.Attributes, nil, false), wishTexts(schema.Attributes{}, row.Human, true)
	if err := w.addWishes(int32(at), &p, synthetic, human); err != nil {
		return err
	}
	w.buf = appendRecord(w.buf[:0], &p, synthetic, human)
	w.write(w.buf)
	w.records.Write(w.buf) // a hash takes everything
	w.recordAt = append(w.recordAt, w.recordAt[at]+uint64(len(w.buf)))
	return nil
}

// addWishes takes what is wanted of the product with number at.
func (w *packWriter) addWishes(at int32, p *Product, synthetic, human []wishText) error {
	for _, t := range synthetic {
		n := combinations(p.Options)
		if n > maxGoals {
			return tooMany(p.ASIN)
		}
		w.wishProduct = append(w.wishProduct, at)
		w.wishCombos = append(w.wishCombos, int32(n))
		for _, a := range t.attributes {
			number, ok := w.attrNumber[a]
			if !ok {
				number = uint32(len(w.attrNumber))
				w.attrNumber[a] = number
			}
			w.wishAttr = append(w.wishAttr, number)
		}
		w.wishAttrAt = append(w.wishAttrAt, uint32(len(w.wishAttr)))
		w.join.add(at, p, t, false)
	}
	for _, t := range human {
		w.humanProduct = append(w.humanProduct, at)
		w.humanJoin.add(at, p, t, true)
	}
	return nil
}

// finish writes the sections behind the records, and the header.
func (w *packWriter) finish() error {
	w.head.products = uint64(len(w.row))
	w.head.sections[secRecords] = section{headerSize, w.at - headerSize, w.records.Sum64()}
	writeColumn(w, secRecordAt, w.recordAt)
	writeColumn(w, secRow, w.row)
	writeColumn(w, secPrice, w.price)
	writeColumn(w, secPrice2, w.price2)
	writeColumn(w, secSlots, w.slots())
	w.writeGroups(&w.queries, secQueries, secQueryAt, secQueryList)
	w.writeGroups(&w.categories, secCategories, secCategoryAt, secCategoryList)
	writeColumn(w, secWishProduct, w.wishProduct)
	writeColumn(w, secWishCombos, w.wishCombos)
	writeColumn(w, secWishAttrAt, w.wishAttrAt)
	writeColumn(w, secWishAttr, w.wishAttr)
	writeColumn(w, secEdges, flat(w.join.edges))
	writeColumn(w, secHumanProduct, w.humanProduct)
	writeColumn(w, secHumanEdges, flat(w.humanJoin.edges))
	w.head.size = w.at
	if err := w.w.Flush(); err != nil {
		return err
	}
	if _, err := w.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err := w.file.Write(w.head.encode())
	return err
}

// slots is the hash table of the ASINs: at most half full, a product lies at
// its hash or in the next free slot.
func (w *packWriter) slots() []uint32 {
	size := 2
	for size < 2*len(w.row) {
		size *= 2
	}
	table := make([]uint32, size)
	byNumber := make([]string, len(w.row))
	for asin, i := range w.asins {
		byNumber[i] = asin
	}
	for i, asin := range byNumber {
		at := xxh3.HashString(asin) & uint64(size-1)
		for table[at] != 0 {
			at = (at + 1) & uint64(size-1)
		}
		table[at] = uint32(i) + 1
	}
	return table
}

// groups lists the products of each of some texts.
type groups struct {
	number map[string]int
	texts  []string
	lists  [][]int32
}

func newGroups() groups { return groups{number: make(map[string]int)} }

func (g *groups) add(text string, product int32) {
	n, ok := g.number[text]
	if !ok {
		n = len(g.texts)
		text = string([]byte(text)) // a copy, so that the row can go
		g.number[text] = n
		g.texts = append(g.texts, text)
		g.lists = append(g.lists, nil)
	}
	g.lists[n] = append(g.lists[n], product)
}

// writeGroups writes the three sections of groups.
func (w *packWriter) writeGroups(g *groups, texts, at, list int) {
	writeColumn(w, texts, packTexts(nil, g.texts))
	starts := []uint32{0}
	var all []int32
	for _, l := range g.lists {
		all = append(all, l...)
		starts = append(starts, uint32(len(all)))
	}
	writeColumn(w, at, starts)
	writeColumn(w, list, all)
}

func flat(edges []edge) []int32 {
	out := make([]int32, 0, 2*len(edges))
	for _, e := range edges {
		out = append(out, e.a, e.b)
	}
	return out
}

// writeColumn writes one section of numbers or bytes.
func writeColumn[T cell](w *packWriter, id int, column []T) {
	w.write(make([]byte, -w.at&7))
	start := w.at
	sum := xxh3.New()
	const chunk = 1 << 14
	var b []byte
	for len(column) > 0 {
		n := min(chunk, len(column))
		b, _ = binary.Append(b[:0], binary.LittleEndian, column[:n]) // fails only for types of no fixed size
		sum.Write(b)
		w.write(b)
		column = column[n:]
	}
	w.head.sections[id] = section{start, w.at - start, sum.Sum64()}
}
