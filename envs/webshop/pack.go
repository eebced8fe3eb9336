package webshop

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"

	"stepgym/envs/webshop/generate"
	"stepgym/envs/webshop/schema"
	"stepgym/envs/webshop/search"
)

// IndexName is the name of the file of a search index in the folder of its
// packed catalogue.
const IndexName = "search.stepgym"

// Pack writes the rows of a catalogue to folder dir, which it makes if need be,
// in the form that opens at once and needs little memory, whatever its size:
// the products in a file named [PackedName] and the search index in one named
// [IndexName]. Both are mapped by [Open] and shared by the processes that do.
// Each file appears when it is whole. Rows come from [DirRows], [Rows] or
// [GeneratedRows].
//
// progress, if not nil, is called now and then with what is being written,
// "products" or "index", and how many products are done. Pack returns the
// number of products.
func Pack(ctx context.Context, dir string, rows iter.Seq2[schema.Row, error], progress func(stage string, done int)) (int, error) {
	if progress == nil {
		progress = func(string, int) {}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return 0, fmt.Errorf("webshop: pack: %w", err)
	}
	// An index of what was here before must not stay beside other products.
	index := filepath.Join(dir, IndexName)
	if err := os.Remove(index); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("webshop: pack: %w", err)
	}
	path := filepath.Join(dir, PackedName)
	n, err := PackCatalog(path, watched(ctx, rows, func(done int) { progress("products", done) }))
	if err != nil {
		return 0, err
	}
	return n, packIndex(ctx, path, index, func(done int) { progress("index", done) })
}

// watched passes rows on, reports how many there were, and stops with an error
// when ctx ends.
func watched(ctx context.Context, rows iter.Seq2[schema.Row, error], done func(int)) iter.Seq2[schema.Row, error] {
	const often = 1000
	return func(yield func(schema.Row, error) bool) {
		n := 0
		for row, err := range rows {
			if n++; n%often == 0 {
				done(n)
				if err == nil {
					err = ctx.Err()
				}
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
		done(n)
	}
}

// packIndex writes the search index of a packed catalogue.
func packIndex(ctx context.Context, catalog, index string, done func(int)) (err error) {
	c, err := OpenPacked(catalog, DefaultCatalogOptions())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	b := search.NewBuilder()
	b.TempDir, b.Label = filepath.Dir(index), indexLabel(c)
	defer b.Discard()
	for i := range c.Len() {
		if i%1000 == 0 {
			done(i)
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		p := c.Product(i)
		b.Add(p.ASIN, contents(p))
	}
	if err := b.WriteFile(index); err != nil {
		return fmt.Errorf("webshop: pack: %w", err)
	}
	done(c.Len())
	return nil
}

// GeneratedRows yields the generated catalogue of so many products, for [Pack].
func GeneratedRows(products int, seed uint64) iter.Seq2[schema.Row, error] {
	return func(yield func(schema.Row, error) bool) {
		g := generate.New(seed)
		for i := range products {
			if !yield(g.Product(i), nil) {
				return
			}
		}
	}
}
