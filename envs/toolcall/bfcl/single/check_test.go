package single_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs/toolcall/bfcl/single"
	"stepgym/envs/toolcall/py"
	"stepgym/internal/testdata"
)

// fromJSON is json.loads, with {"__d__": [[key, value], ...]} for a dict and
// {"__t__": [...]} for a tuple.
func fromJSON(t testing.TB, data []byte) py.Value {
	t.Helper()
	v, err := py.FromJSON(data)
	if err != nil {
		t.Fatal(err)
	}
	return decoded(v)
}

func decoded(v py.Value) py.Value {
	switch v := v.(type) {
	case *py.List:
		l := py.NewList()
		for _, x := range v.Items {
			l.Append(decoded(x))
		}
		return l
	case *py.Dict:
		if items, ok := v.GetStr("__t__"); ok {
			return py.Tuple(decoded(items).(*py.List).Items)
		}
		d := py.NewDict(nil, v.Len())
		if pairs, ok := v.GetStr("__d__"); ok {
			for _, p := range pairs.(*py.List).Items {
				kv := p.(*py.List).Items
				d.Set(decoded(kv[0]), decoded(kv[1]))
			}
			return d
		}
		for _, it := range v.Items() {
			d.Set(it.Key, decoded(it.Value))
		}
		return d
	}
	return v
}

// invented are entries that we made up.
func invented(t testing.TB) map[string]*single.Entry {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "entries.json"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]*single.Entry{}
	for _, v := range fromJSON(t, raw).(*py.List).Items {
		d := v.(*py.Dict)
		e := &single.Entry{
			ID: py.ToStr(d.MustGet(py.Str("id"))), Category: py.ToStr(d.MustGet(py.Str("category"))),
			Functions: d.MustGet(py.Str("function")), Truth: d.MustGet(py.Str("ground_truth")),
		}
		switch e.Category {
		case "simple_java":
			e.Language = single.Java
		case "simple_javascript":
			e.Language = single.JavaScript
		}
		out[e.ID] = e
	}
	return out
}

// TestCheckGolden compares with what the original said of calls to functions of
// our own, changed at random: testdata/check.jsonl has the calls and the
// original's verdict, its errors as json.dumps writes them.
func TestCheckGolden(t *testing.T) {
	entries := invented(t)
	types := map[string]int{}
	for n, line := range lines(t, "check.jsonl") {
		var want struct {
			ID, Type, Error string
			U, Valid        bool
			Calls           json.RawMessage
		}
		if err := json.Unmarshal(line, &want); err != nil {
			t.Fatal(err)
		}
		got := entries[want.ID].Check(fromJSON(t, want.Calls).(*py.List), single.Options{Underscores: want.U})
		errors, _ := py.AppendJSON(nil, got.Errors)
		if got.Valid != want.Valid || got.Type != want.Type || string(errors) != want.Error {
			t.Errorf("line %d: %s %s\n got %v %q %s\nwant %v %q %s", n+1, want.ID, want.Calls, got.Valid, got.Type, errors, want.Valid, want.Type, want.Error)
		}
		types[want.Type]++
	}
	if len(types) < 15 {
		t.Errorf("only %d types of verdicts were compared: %v", len(types), types)
	}
}

func lines(t testing.TB, name string) [][]byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Split(bytes.TrimSpace(raw), []byte("\n"))
}

// unanswerable are the entries whose first possible answers the original
// refuses as well, by category.
var unanswerable = map[string][]string{
	"simple_java":       {"simple_java_36", "simple_java_64", "simple_java_65"},
	"parallel_multiple": {"parallel_multiple_12", "parallel_multiple_26"},
	"live_simple":       {"live_simple_106-63-0", "live_simple_112-68-0"},
	"live_multiple":     {"live_multiple_507-149-4", "live_multiple_862-181-3", "live_multiple_964-207-0"},
}

// TestOwnAnswers checks that every entry takes the first of its own possible
// answers, but for those that the original does not take.
func TestOwnAnswers(t *testing.T) {
	d := load(t)
	refused := map[string][]string{}
	for _, e := range d.Entries() {
		if e.Truth == nil {
			continue
		}
		if v := e.Check(e.Answer(), single.Options{}); !v.Valid {
			refused[e.Category] = append(refused[e.Category], e.ID)
		}
	}
	if diff := cmp.Diff(unanswerable, refused); diff != "" {
		t.Errorf("refused (-want +got):\n%s", diff)
	}
}

func load(t testing.TB) *single.Dataset {
	t.Helper()
	d, err := single.Load(os.DirFS(testdata.Shared(t, "bfcl/data")))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func BenchmarkCheck(b *testing.B) {
	e := invented(b)["simple_python_0"]
	calls := e.Answer()
	if v := e.Check(calls, single.Options{}); !v.Valid {
		b.Fatal(v)
	}
	b.ReportAllocs()
	for b.Loop() {
		e.Check(calls, single.Options{})
	}
}
