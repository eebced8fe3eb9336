package filesystem

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"flag"
	"os"
	"testing"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
)

// The golden file holds episodes of random calls on scenarios of our own, with
// what the original class answered. A line is {"scenario", "long", "steps":
// [[source, method, arguments, text]], "state", "path", "repr"}; what JSON
// lacks is {"__tuple__": []}, {"__set__": []}, {"__pairs__": [[k, v]]} and
// {"__ellipsis__": true}. State is null where a directory contains itself.
// Any file like it can be checked: go test -run Golden -golden FILE.
var golden = flag.String("golden", "testdata/golden.jsonl.gz", "compressed episodes of the original to compare with")

func TestGolden(t *testing.T) {
	file, err := os.Open(*golden)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	kit := toolcall.NewKit(Class())
	z, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<26)
	episodes, calls := 0, 0
	for lines.Scan() && !t.Failed() {
		episodes++
		calls += checkEpisode(t, kit, episodes, parse(t, lines.Bytes()))
	}
	if lines.Err() != nil || episodes == 0 {
		t.Fatalf("%d episodes, then %v", episodes, lines.Err())
	}
	t.Logf("%d episodes, %d calls", episodes, calls)
}

// checkEpisode plays an episode twice, by arguments and by source, and compares
// every text and the state at the end. It returns the number of calls.
func checkEpisode(t *testing.T, kit *toolcall.Kit, line int, ep *py.Dict) int {
	long, _ := ep.Or("long", py.None{}).(*py.Dict)
	prototype := Load(ep.Or("scenario", nil).(*py.Dict), long)
	steps := ep.Or("steps", nil).(*py.List).Items
	before := py.Repr(encode(prototype))
	x, y := kit.New([]toolcall.State{prototype}), kit.New([]toolcall.State{prototype})
	for i, step := range steps {
		s := step.(*py.List).Items
		source, method, want := py.ToStr(s[0]), py.ToStr(s[1]), py.ToStr(s[3])
		if got := x.Call(method, s[2].(*py.Dict)); got.Text != want {
			t.Errorf("line %d, call %d: %s\n got %q\nwant %q", line, i, source, got.Text, want)
			return i
		}
		if got := y.Run(source); got.Text != want {
			t.Errorf("line %d, source %d: %s\n got %q\nwant %q", line, i, source, got.Text, want)
			return i
		}
	}
	s := x.States()[0].(*State)
	if want := ep.Or("state", py.None{}); want != (py.None{}) {
		for _, s := range []toolcall.State{s, y.States()[0]} {
			if got, want := py.Repr(encode(s)), py.Repr(want); got != want {
				t.Errorf("line %d: state\n got %s\nwant %s", line, got, want)
			}
		}
	}
	if got, want := s.path(py.Format), py.ToStr(ep.Or("path", nil)); got != want {
		t.Errorf("line %d: path %q, want %q", line, got, want)
	}
	if want := ep.Or("repr", py.None{}); want != (py.None{}) {
		if got := py.Repr(s.object(s.root)); got != py.ToStr(want) {
			t.Errorf("line %d: repr\n got %s\nwant %s", line, got, py.ToStr(want))
		}
	}
	if after := py.Repr(encode(prototype)); after != before {
		t.Errorf("line %d: the prototype was changed\n got %s\nwant %s", line, after, before)
	}
	return len(steps)
}

// parse reads a line of the golden file.
func parse(t *testing.T, line []byte) *py.Dict {
	t.Helper()
	v, err := py.FromJSON(bytes.Clone(line))
	if err != nil {
		t.Fatal(err)
	}
	return decode(v).(*py.Dict)
}

// decode turns what stands for values that JSON lacks into them.
func decode(v py.Value) py.Value {
	switch v := v.(type) {
	case *py.List:
		return py.NewList(decodeAll(v.Items)...)
	case *py.Dict:
		if l, ok := v.GetStr("__tuple__"); ok {
			return py.Tuple(decodeAll(l.(*py.List).Items))
		}
		if l, ok := v.GetStr("__set__"); ok {
			return py.NewSet(nil, decodeAll(l.(*py.List).Items)...)
		}
		if v.Has(py.Str("__ellipsis__")) {
			return py.Ellipsis{}
		}
		d := py.NewDict(nil, v.Len())
		if l, ok := v.GetStr("__pairs__"); ok {
			for _, p := range l.(*py.List).Items {
				kv := decodeAll(p.(*py.List).Items)
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

func decodeAll(items []py.Value) []py.Value {
	out := make([]py.Value, len(items))
	for i, v := range items {
		out[i] = decode(v)
	}
	return out
}

// encode returns the public attributes of a state with its directories and
// files as the golden file has them.
func encode(s toolcall.State) py.Value {
	d := py.NewDict(nil, 2)
	for _, a := range s.AppendAttrs(nil) {
		d.SetStr(a.Name, encodeNode(a.Value))
	}
	return d
}

func encodeNode(v py.Value) py.Value {
	switch v := v.(type) {
	case File:
		return py.D("type", py.Str("file"), "name", v.Name(), "content", v.Content())
	case Directory:
		contents := py.NewList()
		for name, child := range v.Contents() {
			contents.Append(py.NewList(name, encodeNode(child)))
		}
		return py.D("type", py.Str("directory"), "name", v.Name(), "contents", contents)
	}
	return v
}
