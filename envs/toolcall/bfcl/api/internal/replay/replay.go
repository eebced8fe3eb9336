// Package replay compares a class of tools with what the original answered: in
// the recorded runs of the benchmark's entries, and in golden files of random
// calls on scenarios of our own. It is for tests.
package replay

import (
	"bufio"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
	"stepgym/internal/testdata"
)

// Subject is the class that is compared.
type Subject struct {
	Class *toolcall.Class
	Load  func(scenario, long *py.Dict) toolcall.State
}

// private is a state with attributes that no checker compares.
type private interface {
	AppendPrivate(attrs []toolcall.Attr) []toolcall.Attr
}

// State returns the attributes of s as {"public": {...}, "private": {...}}.
func State(s toolcall.State) *py.Dict {
	d := py.D("public", dict(s.AppendAttrs(nil)), "private", py.Of())
	if p, ok := s.(private); ok {
		d.SetStr("private", dict(p.AppendPrivate(nil)))
	}
	return d
}

// dict returns attributes as a dict.
func dict(attrs []toolcall.Attr) *py.Dict {
	d := py.NewDict(nil, len(attrs))
	for _, a := range attrs {
		d.SetStr(a.Name, a.Value)
	}
	return d
}

// Text is v with the types of all numbers, and the keys of dicts in order if
// sorted is set.
func Text(v py.Value, sorted bool) string { return py.Repr(arranged(v, sorted)) }

func arranged(v py.Value, sorted bool) py.Value {
	switch v := v.(type) {
	case *py.List:
		return py.NewList(all(v.Items, func(x py.Value) py.Value { return arranged(x, sorted) })...)
	case *py.Dict:
		items := slices.Clone(v.Items())
		if sorted {
			slices.SortFunc(items, func(a, b py.Pair) int { return strings.Compare(py.Repr(a.Key), py.Repr(b.Key)) })
		}
		for i := range items {
			items[i].Value = arranged(items[i].Value, sorted)
		}
		return py.Of(items...)
	}
	return v
}

// all returns f of all items.
func all(items []py.Value, f func(py.Value) py.Value) []py.Value {
	out := make([]py.Value, len(items))
	for i, v := range items {
		out[i] = f(v)
	}
	return out
}

// Lines calls f with every line of a file, read as JSON; a name that ends in
// .gz is unpacked.
func Lines(t testing.TB, path string, f func(n int, line *py.Dict)) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var r io.Reader = file
	if filepath.Ext(path) == ".gz" {
		if r, err = gzip.NewReader(file); err != nil {
			t.Fatal(err)
		}
	}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<26)
	for n := 1; lines.Scan(); n++ {
		if len(lines.Bytes()) == 0 {
			continue
		}
		v, err := py.FromJSON(slices.Clone(lines.Bytes()))
		if err != nil {
			t.Fatalf("%s, line %d: %v", path, n, err)
		}
		f(n, v.(*py.Dict))
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
}

// decode turns {"__tuple__": []}, {"__set__": []}, {"__pairs__": [[k, v]]} and
// {"__ellipsis__": true} into what they stand for.
func decode(v py.Value) py.Value {
	switch v := v.(type) {
	case *py.List:
		return py.NewList(all(v.Items, decode)...)
	case *py.Dict:
		if l, ok := v.GetStr("__tuple__"); ok {
			return py.Tuple(all(l.(*py.List).Items, decode))
		}
		if l, ok := v.GetStr("__set__"); ok {
			return py.NewSet(nil, all(l.(*py.List).Items, decode)...)
		}
		if _, ok := v.GetStr("__ellipsis__"); ok {
			return py.Ellipsis{}
		}
		d := py.NewDict(nil, v.Len())
		if l, ok := v.GetStr("__pairs__"); ok {
			for _, p := range l.(*py.List).Items {
				kv := all(p.(*py.List).Items, decode)
				d.Set(kv[0], kv[1])
			}
			return d
		}
		for _, it := range v.Items() {
			d.Set(it.Key, decode(it.Value))
		}
		return d
	}
	return v
}

// Long returns the literals of the long context, or skips the test.
func Long(t testing.TB) *py.Dict {
	t.Helper()
	b, err := os.ReadFile(testdata.Shared(t, "bfcl/data/long_context.json"))
	if err != nil {
		t.Fatal(err)
	}
	v, err := py.FromJSON(b)
	if err != nil {
		t.Fatal(err)
	}
	return decode(v).(*py.Dict)
}

// list returns the items of an item that is a list, or nothing.
func list(d *py.Dict, key string) []py.Value {
	l, ok := d.Or(key, nil).(*py.List)
	if !ok {
		return nil
	}
	return l.Items
}

// sub returns an item that is a dict; nil if d is nil or has none.
func sub(d *py.Dict, key string) *py.Dict {
	if d == nil {
		return nil
	}
	s, _ := d.Or(key, nil).(*py.Dict)
	return s
}
