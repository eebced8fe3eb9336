package schema

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// ErrMissing is wrapped when a file that a catalogue needs is not there.
var ErrMissing = errors.New("file is missing")

// Files are the paths of the files of a catalogue; "" for one that is absent.
type Files struct{ Items, Attributes, Human, Nouns string }

// Find looks for the files of a catalogue in a folder, each plain or with the
// ending .gz: items_shuffle*.json (or another items_*.json), items_ins_v2*.json,
// items_human_ins*.json and nouns*.json. Where a folder holds several sets, path
// may be the items file itself: the others are then those with its ending, such
// as "_1000". Items and attributes must be there; an error that wraps
// [ErrMissing] says which is not.
func Find(path string) (Files, error) {
	info, err := os.Stat(path)
	if err != nil {
		return Files{}, fmt.Errorf("schema: %w", err)
	}
	dir, suffix := path, ""
	var f Files
	if !info.IsDir() {
		dir = filepath.Dir(path)
		f.Items = path
		suffix = setName(filepath.Base(path))
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return Files{}, fmt.Errorf("schema: %w", err)
	}
	for _, want := range []struct {
		path   *string
		what   string
		prefix []string
		needed bool
	}{
		{&f.Items, "items", []string{"items_shuffle", "items_"}, true},
		{&f.Attributes, "attributes", []string{"items_ins_v2"}, true},
		{&f.Human, "human instructions", []string{"items_human_ins"}, false},
		{&f.Nouns, "nouns", []string{"nouns"}, false},
	} {
		if *want.path != "" {
			continue
		}
		found, err := pick(entries, want.prefix, suffix)
		if err != nil {
			return Files{}, fmt.Errorf("schema: %s: %w", dir, err)
		}
		if found == "" && want.needed {
			return Files{}, fmt.Errorf("schema: %s has no %s file (%s*.json or .json.gz): %w: copy it there from the WebShop data, or name another folder",
				dir, want.what, want.prefix[0], ErrMissing)
		}
		if found != "" {
			*want.path = filepath.Join(dir, found)
		}
	}
	return f, nil
}

// trimJSON removes .json or .json.gz, and reports whether there was one.
func trimJSON(name string) (string, bool) {
	return strings.CutSuffix(strings.TrimSuffix(name, ".gz"), ".json")
}

// setName is what tells the sets of one folder apart: "_1000" in
// items_shuffle_1000.json.
func setName(name string) string {
	name, _ = trimJSON(name)
	if s, ok := strings.CutPrefix(name, "items_shuffle"); ok {
		return s
	}
	return ""
}

// pick returns the entry with the first of the prefixes that has one. Among
// several it takes the one that ends in suffix, then the one without any.
func pick(entries []fs.DirEntry, prefixes []string, suffix string) (string, error) {
	for _, prefix := range prefixes {
		var found []string
		for _, e := range entries {
			rest, ok := strings.CutPrefix(e.Name(), prefix)
			rest, isJSON := trimJSON(rest)
			if !ok || !isJSON || e.IsDir() || prefix == "items_" && (strings.HasPrefix(rest, "ins") || strings.HasPrefix(rest, "human")) {
				continue
			}
			if suffix != "" && rest == suffix {
				return e.Name(), nil
			}
			found = append(found, e.Name())
		}
		if len(found) > 1 && prefix == "items_ins_v2" && suffix == "" {
			return "", fmt.Errorf("has %s: give the path of the items file instead of the folder", strings.Join(found, " and "))
		}
		if len(found) > 1 && strings.HasPrefix(prefix, "items_") && prefix != "items_human_ins" {
			return "", fmt.Errorf("has %s: give the path of the one you mean, or move the others away", strings.Join(found, " and "))
		}
		if len(found) > 0 {
			return found[0], nil
		}
	}
	return "", nil
}

// Open opens a data file; one that is compressed with gzip is read through, and
// a byte order mark is left out. What is no file, such as a pipe, is an error:
// nothing here waits for somebody to write. Errors name the path.
func Open(path string) (io.ReadCloser, error) {
	r, err := open(path)
	var at *fs.PathError
	if err != nil && !errors.As(err, &at) {
		err = fmt.Errorf("%s: %w", path, damaged(err))
	}
	return r, err
}

func open(path string) (io.ReadCloser, error) {
	if info, err := os.Stat(path); err != nil {
		return nil, err
	} else if !info.Mode().IsRegular() {
		return nil, errors.New("is no regular file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	br := bufio.NewReaderSize(f, 1<<16)
	magic, err := br.Peek(2)
	if err == nil && string(magic) == "\x1f\x8b" {
		var zr *gzip.Reader
		if zr, err = gzip.NewReader(br); err == nil {
			br = bufio.NewReaderSize(zr, 1<<16)
		}
	}
	if err == nil || err == io.EOF {
		err = skipMark(br)
	}
	if err != nil {
		f.Close() // only read from
		return nil, err
	}
	return readCloser{br, f}, nil
}

// skipMark skips the byte order mark that some editors put before UTF-8.
func skipMark(r *bufio.Reader) error {
	start, err := r.Peek(3)
	if string(start) == "\ufeff" {
		_, err = r.Discard(3)
	}
	if err == io.EOF {
		err = nil // a file this short is for the reader to judge
	}
	return err
}

// damaged says what to do about a compressed file that cannot be read.
func damaged(err error) error {
	var corrupt flate.CorruptInputError
	if errors.As(err, &corrupt) || errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || err == io.ErrUnexpectedEOF {
		return fmt.Errorf("the compressed file is damaged: fetch it again: %w", err)
	}
	return err
}

// readCloser reads from one thing and closes another.
type readCloser struct {
	io.Reader
	io.Closer
}

// ReadOptions says which part of a catalogue is read.
type ReadOptions struct {
	NumItems int  // the first rows only; 0 for all
	Human    bool // the instructions written by people are needed
}

// ReadDir reads the catalogue at path, a folder or an items file; see [Find].
// Human instructions are read only if they are asked for.
func ReadDir(path string, o ReadOptions) (*Data, error) {
	f, err := Find(path)
	if err != nil {
		return nil, err
	}
	if o.Human && f.Human == "" {
		return nil, fmt.Errorf("schema: %s has no human instructions (items_human_ins*.json): %w: copy them there, or use synthetic goals", path, ErrMissing)
	}
	if !o.Human {
		f.Human = ""
	}
	d := new(Data)
	if err := d.readBeside(f); err != nil {
		return nil, err
	}
	err = readFile(f.Items, func(r io.Reader) error {
		return ReadItems(r, o.NumItems, func(_ int, it *Item) error { d.Items = append(d.Items, *it); return nil })
	})
	if err != nil {
		return nil, err
	}
	return d, nil
}

// ReadRows reads the catalogue at path like [ReadDir], human instructions
// included where there are any, and calls f for each item in turn with what the
// other files say of it. Only these are held in memory.
func ReadRows(path string, f func(i int, r *Row) error) error {
	files, err := Find(path)
	if err != nil {
		return err
	}
	d := new(Data)
	if err := d.readBeside(files); err != nil {
		return err
	}
	return readFile(files.Items, func(r io.Reader) error {
		return ReadItems(r, 0, func(i int, it *Item) error {
			return f(i, &Row{Item: *it, Attributes: d.Attributes[it.ASIN], Human: d.Human[it.ASIN], Nouns: d.Nouns[it.ASIN]})
		})
	})
}

// readBeside reads the files beside the items.
func (d *Data) readBeside(f Files) error {
	d.Attributes = make(map[string]Attributes)
	err := readFile(f.Attributes, func(r io.Reader) error {
		return ReadAttributes(r, func(asin string, a Attributes) error { d.Attributes[asin] = a; return nil })
	})
	if err == nil && f.Human != "" {
		d.Human = make(map[string][]Instruction)
		err = readFile(f.Human, func(r io.Reader) error {
			return ReadHuman(r, func(asin string, l []Instruction) error { d.Human[asin] = l; return nil })
		})
	}
	if err == nil && f.Nouns != "" {
		d.Nouns = make(map[string][]string)
		err = readFile(f.Nouns, func(r io.Reader) error {
			return ReadNouns(r, func(asin string, n []string) error { d.Nouns[asin] = n; return nil })
		})
	}
	return err
}

// readFile opens path, lets read have it, and names it in errors.
func readFile(path string, read func(io.Reader) error) error {
	r, err := Open(path)
	if err != nil {
		return fmt.Errorf("schema: %w", err)
	}
	defer r.Close()
	if err := read(r); err != nil {
		return fmt.Errorf("schema: %s: %w", path, damaged(err))
	}
	return nil
}
