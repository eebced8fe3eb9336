package schema

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"stepgym/internal/python"
)

// Row is one product and all that the data files say of it.
type Row struct {
	Item       Item
	Attributes Attributes
	Human      []Instruction // nil for most
	Nouns      []string      // of the name, lower-case, in order
}

// WriteRows writes the files of a catalogue of n products into folder dir, which
// it makes if need be, holding one product at a time. at returns the product
// with number i; it is called once for each, in order, and written, if not nil,
// after each thousandth. An error of written ends the writing and is returned.
//
// The files appear under their names when all of them are whole; after an error
// none of them is there, and what was there before is untouched.
func WriteRows(dir string, n int, at func(i int) Row, written func(n int) error) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("schema: %w", err)
	}
	w, err := newRowWriter(dir)
	if err == nil {
		err = w.rows(n, at, written)
	}
	return errors.Join(err, w.close(err == nil))
}

// rowWriter holds the four files that are being written.
type rowWriter struct {
	items, attributes, human, nouns part
	parts                           []*part
}

// part is one file: entries between brackets.
type part struct {
	path     string // where it ends up
	brackets string
	file     *os.File
	w        *bufio.Writer
	n        int
	line     []byte
}

func newRowWriter(dir string) (*rowWriter, error) {
	w := &rowWriter{}
	w.items.brackets, w.attributes.brackets, w.human.brackets, w.nouns.brackets = "[]", "{}", "{}", "{}"
	for _, p := range []struct {
		name string
		part *part
	}{
		{"items_shuffle.json", &w.items}, {"items_ins_v2.json", &w.attributes},
		{"items_human_ins.json", &w.human}, {"nouns.json", &w.nouns},
	} {
		f, err := os.CreateTemp(dir, p.name+".*")
		if err != nil {
			return w, fmt.Errorf("schema: %w", err)
		}
		p.part.path, p.part.file, p.part.w = filepath.Join(dir, p.name), f, bufio.NewWriterSize(f, 1<<18)
		w.parts = append(w.parts, p.part)
		p.part.w.WriteString(p.part.brackets[:1]) // errors stay in w until it is flushed
	}
	return w, nil
}

func (w *rowWriter) rows(n int, at func(i int) Row, written func(n int) error) error {
	for i := range n {
		row := at(i)
		key := row.Item.ASIN
		w.items.write("", func(b []byte) []byte { return appendItem(b, &row.Item) })
		w.attributes.write(key, func(b []byte) []byte { return appendAttributes(b, row.Attributes) })
		w.nouns.write(key, func(b []byte) []byte { return appendList(b, row.Nouns) })
		if row.Human != nil {
			w.human.write(key, func(b []byte) []byte { return appendHuman(b, row.Human) })
		}
		if written != nil && (i+1)%1000 == 0 {
			if err := written(i + 1); err != nil {
				return err
			}
		}
	}
	return nil
}

// write adds an entry, with its key if there is one.
func (p *part) write(key string, appendValue func([]byte) []byte) {
	b := p.line[:0]
	if p.n > 0 {
		b = append(b, ',')
	}
	p.n++
	b = append(b, '\n')
	if key != "" {
		b = append(python.AppendJSONString(b, key), ": "...)
	}
	p.line = appendValue(b)
	p.w.Write(p.line)
}

// close ends the files and gives them their names, or removes them.
func (w *rowWriter) close(keep bool) error {
	var errs []error
	for _, p := range w.parts {
		p.w.WriteString("\n" + p.brackets[1:] + "\n")
		err := errors.Join(p.w.Flush(), p.file.Chmod(0o644), p.file.Close())
		if keep && err != nil {
			errs = append(errs, fmt.Errorf("schema: write %s: %w", p.path, err))
		}
	}
	for _, p := range w.parts {
		if keep && len(errs) == 0 {
			if err := os.Rename(p.file.Name(), p.path); err != nil {
				errs = append(errs, fmt.Errorf("schema: %w", err))
			}
		}
		if err := os.Remove(p.file.Name()); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, fmt.Errorf("schema: %w", err))
		}
	}
	return errors.Join(errs...)
}
