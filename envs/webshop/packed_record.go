package webshop

import (
	"encoding/binary"
	"strings"
	"unsafe"

	"stepgym/envs/webshop/schema"
)

// A record holds the texts of one product: numbers are uvarints, a text is its
// length and its bytes, a list its length and its elements.

// appendRecord appends the record of a product and of what is wanted of it.
func appendRecord(b []byte, p *Product, synthetic, human []wishText) []byte {
	for _, s := range []string{p.ASIN, p.Title, p.Description, p.Category, p.Query, p.Path, p.Image, p.PriceTag} {
		b = packText(b, s)
	}
	b = packTexts(b, p.Bullets)
	b = packTexts(b, p.Attributes)
	b = packTexts(b, p.Nouns)
	b = binary.AppendUvarint(b, uint64(len(p.Options)))
	for _, o := range p.Options {
		b = packText(b, o.Name)
		b = packTexts(b, o.Values)
		b = packTexts(b, o.Images)
	}
	for _, list := range [][]wishText{synthetic, human} {
		b = binary.AppendUvarint(b, uint64(len(list)))
		for _, t := range list {
			b = packText(b, t.text)
			b = packTexts(b, t.attributes)
			b = packTexts(b, t.values)
		}
	}
	return b
}

func packText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func packTexts(b []byte, list []string) []byte {
	b = binary.AppendUvarint(b, uint64(len(list)))
	for _, s := range list {
		b = packText(b, s)
	}
	return b
}

// recordReader reads a record. The texts it returns are views of the bytes. In
// a damaged record it finds empty texts and lists.
type recordReader struct{ b []byte }

// count reads a number that can be no greater than the bytes that are left.
func (r *recordReader) count() int {
	n, used := binary.Uvarint(r.b)
	if used <= 0 || n > uint64(len(r.b)-used) {
		r.b = nil
		return 0
	}
	r.b = r.b[used:]
	return int(n)
}

func (r *recordReader) string() string {
	n := r.count()
	s := unsafe.String(unsafe.SliceData(r.b), n)
	r.b = r.b[n:]
	return s
}

func (r *recordReader) strings() []string {
	n := r.count()
	list := make([]string, n)
	for i := range list {
		list[i] = r.string()
	}
	return list
}

// product reads the part of the record that is the product; prices are left
// open.
func (r *recordReader) product() Product {
	var p Product
	for _, s := range []*string{&p.ASIN, &p.Title, &p.Description, &p.Category, &p.Query, &p.Path, &p.Image, &p.PriceTag} {
		*s = r.string()
	}
	p.Bullets = r.strings()
	p.Attributes = r.strings()
	p.Nouns = r.strings()
	if n := r.count(); n > 0 {
		p.Options = make([]Option, n)
	}
	for i := range p.Options {
		o := &p.Options[i]
		o.Name = r.string()
		o.Values = r.strings()
		if o.Images = r.strings(); len(o.Images) != len(o.Values) {
			o.Images = make([]string, len(o.Values))
		}
	}
	return p
}

// wishes reads the two lists behind the product.
func (r *recordReader) wishes() (synthetic, human []wishText) {
	for _, list := range []*[]wishText{&synthetic, &human} {
		*list = make([]wishText, r.count())
		for i := range *list {
			(*list)[i] = wishText{text: r.string(), attributes: r.strings(), values: r.strings()}
		}
	}
	return synthetic, human
}

// packable returns the product of a row, with nouns, or ok == false for a row
// that the shop leaves out.
func packable(row *schema.Row) (p Product, guessed, ok bool, err error) {
	if !usable(row.Item.ASIN) {
		return Product{}, false, false, nil
	}
	p, err = cleanProduct(&row.Item, row.Attributes)
	if err != nil {
		return Product{}, false, false, err
	}
	if p.Nouns = row.Nouns; p.Nouns == nil {
		p.Nouns = titleNouns(p.Title)
		guessed = true
	}
	p.ASIN = strings.Clone(p.ASIN) // it outlives the row
	return p, guessed, true, nil
}
