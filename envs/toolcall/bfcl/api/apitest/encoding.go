package apitest

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"testing"

	"stepgym/envs/toolcall/py"
	"stepgym/internal/testdata"
)

// Decode undoes the encoding of what JSON lacks: {"__pairs__": [[k, v], ...]} is
// a dict whose keys are not all strings, {"__set__": [...]} a set,
// {"__tuple__": [...]} a tuple and {"__ellipsis__": true} the value Ellipsis.
func Decode(v py.Value) py.Value {
	switch v := v.(type) {
	case *py.List:
		return py.NewList(mapped(v.Items, Decode)...)
	case *py.Dict:
		if v.Len() == 1 {
			if w := special(v.At(0)); w != nil {
				return w
			}
		}
		d := py.NewDict(nil, v.Len())
		for _, it := range v.Items() {
			d.Set(it.Key, Decode(it.Value))
		}
		return d
	}
	return v
}

// special returns what a dict of one item stands for; nil for one that is a
// dict.
func special(it py.Pair) py.Value {
	switch it.Key {
	case py.Str("__pairs__"):
		d := py.NewDict(nil, 0)
		for _, p := range py.Iter(it.Value) {
			kv := mapped(py.Iter(p), Decode)
			d.Set(kv[0], kv[1])
		}
		return d
	case py.Str("__set__"):
		return py.NewSet(nil, mapped(py.Iter(it.Value), Decode)...)
	case py.Str("__tuple__"):
		return py.Tuple(mapped(py.Iter(it.Value), Decode))
	case py.Str("__ellipsis__"):
		return py.Ellipsis{}
	}
	return nil
}

// Lines calls f for every line of a file of JSON lines, decoded; one that ends
// in .gz is unpacked. Lines count from 1.
func Lines(t testing.TB, path string, f func(line int, v py.Value)) {
	t.Helper()
	opened, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	var r io.Reader = opened
	if filepath.Ext(path) == ".gz" {
		if r, err = gzip.NewReader(opened); err != nil {
			t.Fatal(err)
		}
	}
	s := bufio.NewScanner(r)
	s.Buffer(nil, 1<<26)
	n := 0
	for s.Scan() {
		n++
		f(n, parse(t, bytes.Clone(s.Bytes())))
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
	if n == 0 {
		t.Fatalf("%s has no lines", path)
	}
}

func parse(t testing.TB, data []byte) py.Value {
	t.Helper()
	v, err := py.FromJSON(data)
	if err != nil {
		t.Fatal(err)
	}
	return Decode(v)
}

// LongContext returns the literals of the module of long context, or skips the
// test where the reference data is absent.
func LongContext(t testing.TB) *py.Dict {
	t.Helper()
	data, err := os.ReadFile(testdata.Shared(t, "bfcl/data/long_context.json"))
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, data).(*py.Dict)
}

func field(d *py.Dict, name string) py.Value { return d.MustGet(py.Str(name)) }

// dict returns an item that is a dict; nil where d, which may be nil itself, has
// no such item.
func dict(d *py.Dict, name string) *py.Dict {
	if d == nil {
		return nil
	}
	v, _ := d.Or(name, py.None{}).(*py.Dict)
	return v
}
