package index_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"stepgym/traces/index"
	"stepgym/traces/index/indextest"
)

// FuzzOpen opens folders whose files are anything. What is listed must be there
// to load, or its fault said, and looking again must change nothing.
func FuzzOpen(f *testing.F) {
	line, err := json.Marshal(indextest.Episode(indextest.Options{Turns: 2}, 1))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(append(line, '\n'), []byte{}, []byte{}, "e")
	f.Add(append(append(bytes.Clone(line), '\n'), line[:len(line)/2]...), []byte("no zstd"), []byte("stepgym-index 1 7\n1 0 5 {\"id\":\"x\"}\n"), "kettle")
	f.Add([]byte("{\"id\":\"a\",\"steps\":[{\"observation\":3},null,{\"action\":{}}]}\n{\"id\":\"a\",\"turns\":-5,\"steps\":{}}\n"), line, line, "\x00")
	f.Fuzz(func(t *testing.T, plain, sealed, idx []byte, text string) {
		dir := t.TempDir()
		for name, b := range map[string][]byte{
			"run.json": []byte(`{"format":1}`), "episodes-000002.jsonl": plain, "episodes-000001.jsonl.zst": sealed, "episodes-000001.idx": idx, index.ForksFile: plain,
		} {
			if err := os.WriteFile(filepath.Join(dir, name), b, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		x, err := index.Open(dir, index.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer x.Close()
		x.Settle(t.Context())
		v := x.View()
		for i := range v.Rows {
			_, _ = v.Load(i)
			v.Group(v.Rows[i].Group)
		}
		_, _ = v.Select(t.Context(), index.Filter{Text: text})
		if _, err := v.Facets(t.Context(), index.Filter{}); err != nil {
			t.Fatal(err)
		}
		if _, err := v.Tasks(t.Context(), index.Filter{}); err != nil {
			t.Fatal(err)
		}
		if err := x.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		if w := x.View(); len(w.Rows) != len(v.Rows) || len(w.Faults) != len(v.Faults) {
			t.Fatalf("a second look finds %d rows and %d faults, not %d and %d", len(w.Rows), len(w.Faults), len(v.Rows), len(v.Faults))
		}
	})
}
