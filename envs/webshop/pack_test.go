package webshop

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stepgym/internal/testdata"
)

// TestPack plays on a packed catalogue and on the files it was made from.
func TestPack(t *testing.T) {
	c := DefaultConfig()
	c.Data = "testdata/mini"
	plain := openShop(t, c)
	dir := filepath.Join(t.TempDir(), "packed")
	stages := map[string]int{}
	n, err := Pack(t.Context(), dir, DirRows(c.Data), func(stage string, done int) { stages[stage] = done })
	if err != nil {
		t.Fatal(err)
	}
	if n != plain.Catalog().Len() || stages["index"] != n {
		t.Errorf("got %d products and stages %v, want %d", n, stages, plain.Catalog().Len())
	}
	c.Data = dir
	packed := openShop(t, c)
	for seed := range uint64(3) {
		want, err := walk(plain, seed, 200)
		if err != nil {
			t.Fatal(err)
		}
		got, err := walk(packed, seed, 200)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(got, want); diff != "" {
			t.Errorf("seed %d (-packed +plain):\n%s", seed, diff)
		}
	}
	if err := packed.Close(); err != nil {
		t.Fatal(err)
	}
	c.NumProducts = 5
	if got := openShop(t, c).Catalog().Len(); got != 5 {
		t.Errorf("got %d products, want 5", got)
	}
}

// TestPackMismatch opens packed folders whose index is of no use.
func TestPackMismatch(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	for d, n := range map[string]int{dir: 30, other: 40} {
		if _, err := Pack(t.Context(), d, GeneratedRows(n, 1), nil); err != nil {
			t.Fatal(err)
		}
	}
	c := DefaultConfig()
	c.Data = dir
	index := filepath.Join(dir, IndexName)
	b, err := os.ReadFile(filepath.Join(other, IndexName))
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"another catalogue": b, "not an index": []byte("nonsense")} {
		if err := os.WriteFile(index, content, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenConfig(t.Context(), c); err == nil || !strings.Contains(err.Error(), "pack the catalogue again") {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if err := os.Remove(index); err != nil {
		t.Fatal(err)
	}
	openShop(t, c) // makes an index in memory
	if _, err := Pack(t.Context(), dir, DirRows("testdata/nothing here"), nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want fs.ErrNotExist", err)
	}
}

// TestPackLarge packs and opens 1,000,000 generated products. It takes minutes
// and 2 GB of disk, so it runs where GYM_REQUIRE has "large".
func TestPackLarge(t *testing.T) {
	if !testdata.Required("large") {
		t.Skip(`packs 1,000,000 products where GYM_REQUIRE has "large"`)
	}
	dir := t.TempDir()
	start := time.Now()
	n, err := Pack(t.Context(), dir, GeneratedRows(1_000_000, 1), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d products packed in %v", n, time.Since(start).Round(time.Millisecond))
	c := DefaultConfig()
	c.Data = dir
	start = time.Now()
	env := openShop(t, c)
	t.Logf("opened with %d goals in %v", env.Catalog().NumGoals(), time.Since(start).Round(time.Millisecond))
	start = time.Now()
	const steps = 20_000
	if _, err := walk(env, 1, steps); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d steps in %v", steps, time.Since(start).Round(time.Millisecond))
}
