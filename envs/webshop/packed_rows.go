package webshop

import (
	"iter"

	"stepgym/envs/webshop/schema"
)

// Rows yields the items of d, in file order, with what the other files say of
// them, as [PackCatalog] takes them.
func Rows(d *schema.Data) iter.Seq2[schema.Row, error] {
	return func(yield func(schema.Row, error) bool) {
		for i := range d.Items {
			it := &d.Items[i]
			if !yield(schema.Row{Item: *it, Attributes: d.Attributes[it.ASIN], Human: d.Human[it.ASIN], Nouns: d.Nouns[it.ASIN]}, nil) {
				return
			}
		}
	}
}

// DirRows yields the items of the catalogue at path, a folder or an items file,
// with what the other files say of them. The items are read one at a time, the
// other files are held in memory.
func DirRows(path string) iter.Seq2[schema.Row, error] {
	return func(yield func(schema.Row, error) bool) {
		stopped := false
		err := schema.ReadRows(path, func(_ int, r *schema.Row) error {
			if !yield(*r, nil) {
				stopped = true
				return schema.ErrStop
			}
			return nil
		})
		if err != nil && !stopped {
			yield(schema.Row{}, err)
		}
	}
}
