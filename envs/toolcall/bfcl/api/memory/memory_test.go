package memory_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/bfcl/api/memory"
	"stepgym/envs/toolcall/py"
)

func kv(snapshot *py.Dict) *toolcall.Executor {
	return toolcall.NewKit(memory.ClassKV()).New([]toolcall.State{memory.LoadKV(snapshot)})
}

func sum(snapshot *py.Dict) *toolcall.Executor {
	return toolcall.NewKit(memory.ClassRecSum()).New([]toolcall.State{memory.LoadRecSum(snapshot)})
}

// memories is what the two memories have in common.
type memories interface {
	Snapshot() *py.Dict
	Context() string
}

// TestGolden compares with what the original answered to random calls, and what
// it then wrote to its file and would show.
func TestGolden(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("testdata", "calls.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range bytes.Lines(raw) {
		var run struct {
			KV             bool
			Calls, Results []string
			Snap, Ctx      string
		}
		if err := json.Unmarshal(line, &run); err != nil {
			t.Fatal(err)
		}
		x := sum(nil)
		if run.KV {
			x = kv(nil)
		}
		for i, call := range run.Calls {
			n++
			if got := x.Run(call).Text; got != run.Results[i] {
				t.Errorf("%s\n got %s\nwant %s", call, got, run.Results[i])
			}
		}
		m := x.States()[0].(memories)
		if snap, _ := py.AppendJSON(nil, m.Snapshot()); string(snap) != run.Snap {
			t.Errorf("snapshot\n got %s\nwant %s", snap, run.Snap)
		}
		if m.Context() != run.Ctx {
			t.Errorf("context\n got %s\nwant %s", m.Context(), run.Ctx)
		}
	}
	if n < 300 {
		t.Errorf("%d calls, want 300 at least", n)
	}
}

// TestSnapshot checks that what one conversation leaves is what the next starts
// from, and that neither sees what the other does afterwards.
func TestSnapshot(t *testing.T) {
	first := kv(nil)
	first.Run("core_memory_add(key='name', value='Ada')")
	first.Run("archival_memory_add(key='town', value='Ely')")
	snapshot := first.States()[0].(*memory.KV).Snapshot()
	second := kv(snapshot)
	first.Run("core_memory_replace(key='name', value='Bob')")
	second.Run("archival_memory_clear()")
	second.Run("core_memory_add(key='age', value=36)")
	want := map[string]string{
		"first":    `{"core_memory": {"name": "Bob"}, "archival_memory": {"town": "Ely"}}`,
		"second":   `{"core_memory": {"name": "Ada", "age": "36"}, "archival_memory": {}}`,
		"snapshot": `{"core_memory": {"name": "Ada"}, "archival_memory": {"town": "Ely"}}`,
	}
	got := map[string]string{
		"first":    text(first.States()[0].(memories).Snapshot()),
		"second":   text(second.States()[0].(memories).Snapshot()),
		"snapshot": text(snapshot),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("memories (-want +got):\n%s", diff)
	}

	s := sum(nil)
	s.Run("memory_append(text='a')")
	next := sum(s.States()[0].(*memory.Sum).Snapshot())
	s.Run("memory_clear()")
	if got := next.Run("memory_retrieve()").Text; got != `{"memory_content": "a"}` {
		t.Errorf("the next conversation retrieves %s", got)
	}
}

func text(v py.Value) string {
	b, _ := py.AppendJSON(nil, v)
	return string(b)
}

func TestFork(t *testing.T) {
	x := kv(nil)
	x.Run("core_memory_add(key='name', value='Ada')")
	f := x.Fork()
	x.Run("core_memory_remove(key='name')")
	f.Run("core_memory_add(key='age', value='36')")
	if got := f.Run("core_memory_list_keys()").Text; got != `{"keys": ["name", "age"]}` {
		t.Errorf("the fork has %s", got)
	}
	if got := x.Run("core_memory_list_keys()").Text; got != `{"keys": []}` {
		t.Errorf("the original has %s", got)
	}
}

func TestBadSnapshots(t *testing.T) {
	for name, load := range map[string]func(){
		"kv lacks a part": func() { memory.LoadKV(py.D("core_memory", py.D())) },
		"kv is no dict":   func() { memory.LoadKV(py.D("core_memory", py.Str(""), "archival_memory", py.D())) },
		"sum lacks it":    func() { memory.LoadRecSum(py.D("core_memory", py.D())) },
		"sum is no text":  func() { memory.LoadRecSum(py.D("memory", py.Int(1))) },
	} {
		t.Run(name, func(t *testing.T) {
			if _, raised := py.Try(func() py.Value { load(); return nil }); raised == nil {
				t.Error("nothing was raised")
			}
		})
	}
}

// TestReplaceIsBounded checks that a memory cannot be made to grow without end.
func TestReplaceIsBounded(t *testing.T) {
	x := sum(nil)
	x.Run("memory_update(text='" + strings.Repeat("a", 10000) + "')")
	for range 4 {
		x.Run("memory_replace(old_text='a', new_text='" + strings.Repeat("a", 10000) + "')")
	}
	if n := len(x.States()[0].(*memory.Sum).Context()); n > 1<<24 {
		t.Errorf("the memory has %d bytes", n)
	}
}

func FuzzCalls(f *testing.F) {
	f.Add("user_name", "Ada", "name", int64(3))
	f.Add("a\n", "é", "", int64(-1))
	f.Fuzz(func(t *testing.T, key, value, query string, k int64) {
		x := kv(nil)
		for _, name := range []string{"core_memory_", "archival_memory_"} {
			x.Call(name+"add", py.D("key", py.Str(key), "value", py.Str(value)))
			x.Call(name+"replace", py.D("key", py.Str(key), "value", py.Str(query)))
			x.Call(name+"key_search", py.D("query", py.Str(query), "k", py.Int(k)))
			x.Call(name+"remove", py.D("key", py.Str(key)))
			if got := x.Call(name+"list_keys", py.D()).Text; got != `{"keys": []}` {
				t.Error(got)
			}
		}
	})
}

func BenchmarkAdd(b *testing.B) {
	x := kv(nil)
	b.ReportAllocs()
	for b.Loop() {
		x.Run("core_memory_add(key='user_name', value='Ada')")
		x.Run("core_memory_remove(key='user_name')")
	}
}

func BenchmarkSearch(b *testing.B) {
	x := kv(nil)
	for i := range 50 {
		x.Run(fmt.Sprintf("archival_memory_add(key='item_%c_%d', value='x')", 'a'+i%7, i))
	}
	b.ReportAllocs()
	for b.Loop() {
		x.Run("archival_memory_key_search(query='item a 7')")
	}
}

func BenchmarkCopy(b *testing.B) {
	m := memory.LoadKV(nil)
	o := new(py.Owner)
	b.ReportAllocs()
	for b.Loop() {
		m.Copy(o)
	}
}
