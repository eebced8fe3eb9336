package memory_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/bfcl/api/apitest"
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

// extra is what a memory writes to its file, and what is shown of it.
func extra(s toolcall.State) []toolcall.Attr {
	m := s.(memories)
	return []toolcall.Attr{{Name: "snapshot", Value: py.Str(text(m.Snapshot()))}, {Name: "context", Value: py.Str(m.Context())}}
}

var (
	subjectKV  = apitest.Subject{Class: memory.ClassKV(), Load: func(snapshot, _ *py.Dict) toolcall.State { return memory.LoadKV(snapshot) }, Extra: extra}
	subjectSum = apitest.Subject{Class: memory.ClassRecSum(), Load: func(snapshot, _ *py.Dict) toolcall.State { return memory.LoadRecSum(snapshot) }, Extra: extra}
)

func TestGoldenKV(t *testing.T) { apitest.Golden(t, subjectKV, "testdata/golden_kv.jsonl", 310) }

func TestGoldenSum(t *testing.T) { apitest.Golden(t, subjectSum, "testdata/golden_rec_sum.jsonl", 25) }

func TestIsolation(t *testing.T) {
	apitest.Isolation(t, subjectKV, func() toolcall.State { return memory.LoadKV(nil) }, []string{
		"core_memory_add('town', 'Ely')", "archival_memory_add('pet', 'cat')", "core_memory_replace('town', 'Bath')", "core_memory_add('age', '36')",
		"archival_memory_clear()", "core_memory_remove('town')", "core_memory_retrieve_all()", "archival_memory_add('pet', 'dog')",
	})
	apitest.Isolation(t, subjectSum, func() toolcall.State { return memory.LoadRecSum(nil) }, []string{
		"memory_append('a')", "memory_replace('a', 'b')", "memory_retrieve()", "memory_append('c')", "memory_clear()", "memory_update('d')",
	})
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

func BenchmarkCopy(b *testing.B) { apitest.BenchmarkCopy(b, memory.LoadKV(nil)) }

func BenchmarkCalls(b *testing.B) {
	snapshot := py.D("core_memory", py.D("user_name", py.Str("Ada")), "archival_memory", py.Of())
	apitest.BenchmarkCalls(b, subjectKV, memory.LoadKV(snapshot),
		"core_memory_add(key='home_town', value='Ely')",
		"core_memory_replace(key='user_name', value='Bo')",
		"core_memory_retrieve(key='user_name')",
		"core_memory_list_keys()")
}
