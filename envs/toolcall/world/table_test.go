package world

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// twin is a table as one would write it first.
type twin struct {
	keys   []string
	values map[string]int
}

func (w twin) copy() twin {
	c := twin{slices.Clone(w.keys), map[string]int{}}
	for k, v := range w.values {
		c.values[k] = v
	}
	return c
}

func (w *twin) set(k string, v int) {
	if _, ok := w.values[k]; !ok {
		w.keys = append(w.keys, k)
	}
	w.values[k] = v
}

func (w *twin) delete(k string) bool {
	_, ok := w.values[k]
	delete(w.values, k)
	w.keys = slices.DeleteFunc(w.keys, func(have string) bool { return have == k })
	return ok
}

// same compares a table with its twin in every way there is to look at it.
func same(t *Table[string, int], w twin) error {
	var keys []string
	for k, v := range t.All() {
		keys = append(keys, k)
		if v != w.values[k] {
			return fmt.Errorf("%q is %d in All, want %d", k, v, w.values[k])
		}
	}
	if !slices.Equal(keys, w.keys) || t.Len() != len(w.keys) {
		return fmt.Errorf("keys %q, length %d, want %q", keys, t.Len(), w.keys)
	}
	return nil
}

// TestTableTwin changes copies of copies, under a hash so poor that most keys
// share theirs.
func TestTableTwin(t *testing.T) {
	for _, bits := range []uint64{1, 3, ^uint64(0)} {
		rapid.Check(t, func(t *rapid.T) {
			tables, twins := []Table[string, int]{{}}, []twin{{values: map[string]int{}}}
			key := rapid.StringMatching(`[a-f]`)
			for range rapid.IntRange(0, 60).Draw(t, "n") {
				i := rapid.IntRange(0, len(tables)-1).Draw(t, "which")
				k, v := key.Draw(t, "key"), rapid.IntRange(0, 99).Draw(t, "value")
				table, twin := &tables[i], &twins[i]
				hash := (uint64(k[0]) * 0x9e3779b97f4a7c15) & bits
				switch rapid.IntRange(0, 3).Draw(t, "what") {
				case 0:
					tables, twins = append(tables, *table), append(twins, twin.copy())
				case 1:
					if got, want := table.n > 0 && table.delete(hash, k), twin.delete(k); got != want {
						t.Fatalf("delete %q: %v", k, got)
					}
				default:
					table.set(hash, k, v)
					twin.set(k, v)
				}
				_, r := tables[i].find(hash, k)
				if v, ok := twins[i].values[k]; ok != (r != nil) || ok && r.value != v {
					t.Fatalf("find %q: %v, want %v", k, r, v)
				}
				for j := range tables {
					if err := same(&tables[j], twins[j]); err != nil {
						t.Fatalf("table %d after a change of %d: %v", j, i, err)
					}
				}
			}
		})
	}
}

// TestTreeTwin: keys in all places of 64 bits.
func TestTreeTwin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var tr *tree[int]
		twin := map[uint64]int{}
		key := rapid.OneOf(rapid.Uint64(), rapid.Uint64Range(0, 9), rapid.Map(rapid.IntRange(0, 63), func(n int) uint64 { return 1 << n }))
		for i := range rapid.IntRange(0, 80).Draw(t, "n") {
			k := key.Draw(t, "key")
			if rapid.IntRange(0, 2).Draw(t, "delete") == 0 {
				tr = tr.without(k)
				delete(twin, k)
			} else {
				tr = tr.with(k, i)
				twin[k] = i
			}
			v, ok := tr.find(k)
			if want, has := twin[k]; v != want || ok != has {
				t.Fatalf("%d: got %d %v, want %d %v", k, v, ok, want, has)
			}
		}
		keys := []uint64{}
		for k := range twin {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		var want, got []int
		for _, k := range keys {
			want = append(want, twin[k])
		}
		tr.all(func(v int) bool { got = append(got, v); return true })
		if d := cmp.Diff(got, want); d != "" {
			t.Fatal(d)
		}
	})
}

func TestTable(t *testing.T) {
	var a Table[string, int]
	if a.Has("x") || a.Delete("x") || a.Len() != 0 {
		t.Error("the zero table is not empty")
	}
	for i := range 1000 {
		a.Set(fmt.Sprint(i), i)
	}
	b := a
	for k := range b.All() { // changed while it is gone through
		if !b.Delete(k) {
			t.Fatalf("%s is gone", k)
		}
		b.Set("new "+k, 0)
	}
	if v, ok := a.Get("999"); v != 999 || !ok || a.Len() != 1000 || b.Len() != 1000 || b.Has("999") || !b.Has("new 0") {
		t.Error("the copies are not their own")
	}
	for k := range a.All() {
		if k != "0" {
			t.Errorf("the first key is %s", k)
		}
		break
	}
}

type mark string

func TestTableJSON(t *testing.T) {
	var a Table[mark, []int]
	a.Set("b<", []int{1})
	a.Set("a", nil)
	got, err := json.Marshal(&a)
	if err != nil || string(got) != `{"b\u003c":[1],"a":null}` {
		t.Errorf("%s, %v", got, err)
	}
	var b Table[mark, []int]
	if err := json.Unmarshal(got, &b); err != nil {
		t.Fatal(err)
	}
	if again, err := json.Marshal(b); err != nil || string(again) != string(got) {
		t.Errorf("%s, %v", again, err)
	}
	var pairs Table[[2]int, string]
	if err := json.Unmarshal([]byte(` [[[1,2],"x"],[[0,0],"y"]]`), &pairs); err != nil {
		t.Fatal(err)
	}
	if got, err := json.Marshal(pairs); err != nil || string(got) != `[[[1,2],"x"],[[0,0],"y"]]` {
		t.Errorf("%s, %v", got, err)
	}
	for _, bad := range []string{`[]`, `1`, `{"a":1}`, `{"a":[1],"a":[2]}`} {
		if err := json.Unmarshal([]byte(bad), &b); err == nil {
			t.Errorf("%s: no error", bad)
		}
	}
	for _, bad := range []string{`{}`, `[1]`, `[[[1,2]]]`, `[[1,"x"]]`, `[[[1,2],3]]`} {
		if err := json.Unmarshal([]byte(bad), &pairs); err == nil {
			t.Errorf("%s: no error", bad)
		}
	}
}

func FuzzTableJSON(f *testing.F) {
	f.Add([]byte(`{"a":{"b":1},"c":null}`))
	f.Add([]byte(`{"a":1,"a":1}`))
	f.Add([]byte(`[["a",1]]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var a, b Table[string, any]
		_ = a.UnmarshalJSON(data) // as it comes, without encoding/json before it
		if json.Unmarshal(data, &a) != nil {
			return
		}
		one, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(one, &b); err != nil {
			t.Fatalf("%s: %v", one, err)
		}
		two, err := json.Marshal(b)
		if err != nil || string(one) != string(two) {
			t.Fatalf("%s became %s, %v", one, two, err)
		}
	})
}

func BenchmarkTableSet(b *testing.B) {
	var t Table[int, int]
	for i := range 1000 {
		t.Set(i, i)
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		t.Set(i%1000, i)
		i++
	}
}

func BenchmarkTableGet(b *testing.B) {
	var t Table[string, int]
	for i := range 1000 {
		t.Set(fmt.Sprint(i), i)
	}
	b.ReportAllocs()
	for b.Loop() {
		if v, _ := t.Get("500"); v != 500 {
			b.Fatal(v)
		}
	}
}
