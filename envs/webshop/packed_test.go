package webshop

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/zeebo/xxh3"

	"stepgym/envs/webshop/generate"
	"stepgym/envs/webshop/schema"
)

// packSet packs a set of recordings into a temporary folder.
func packSet(t testing.TB, set string) (dir string, d *schema.Data) {
	t.Helper()
	d, err := schema.ReadDir(recorded(t, set, ""), schema.ReadOptions{Human: true})
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	if _, err := PackCatalog(filepath.Join(dir, PackedName), Rows(d)); err != nil {
		t.Fatal(err)
	}
	return dir, d
}

// TestPackedEqual compares a packed catalogue with the one in memory, in many
// configurations: products, goals, look-ups, families, random state, rewards.
func TestPackedEqual(t *testing.T) {
	for _, set := range recordedSets {
		if testing.Short() && set != smallSet {
			continue
		}
		dir, d := packSet(t, set)
		if err := VerifyPacked(filepath.Join(dir, PackedName)); err != nil {
			t.Fatal(err)
		}
		for _, o := range []CatalogOptions{
			DefaultCatalogOptions(),
			{Goals: "synthetic", Seed: 7, ShuffleSeed: 7, Compat: false},
			{Goals: "human", Seed: 3, ShuffleSeed: DefaultShuffleSeed, Compat: true},
			{Goals: "synthetic", LimitGoals: 25, ShuffleSeed: 1, Compat: true},
			{Goals: "synthetic", NumProducts: 40, ShuffleSeed: 1, Compat: true},
		} {
			if set == "real" && (o.NumProducts > 0 || o.LimitGoals > 0) {
				continue // seen with the other sets
			}
			want, err := NewCatalog(d, o)
			if err != nil {
				t.Fatal(err)
			}
			got, err := LoadCatalog(dir, o)
			if err != nil {
				t.Fatal(err)
			}
			compareCatalogs(t, got, want)
			if err := got.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

func compareCatalogs(t *testing.T, got, want *Catalog) {
	t.Helper()
	if got.Len() != want.Len() || got.NumGoals() != want.NumGoals() || got.NounsAreData() != want.NounsAreData() {
		t.Fatalf("%d products, %d goals, nouns %v; want %d, %d, %v",
			got.Len(), got.NumGoals(), got.NounsAreData(), want.Len(), want.NumGoals(), want.NounsAreData())
	}
	for i := range want.Len() {
		p, q := got.Product(i), want.Product(i)
		if !reflect.DeepEqual(p, q) {
			t.Fatalf("product %d: got - want +\n%s", i, cmp.Diff(p, q))
		}
		if at, ok := got.ByASIN(q.ASIN); !ok || at != i {
			t.Errorf("ByASIN(%q) = %d, %v", q.ASIN, at, ok)
		}
		if a, b := got.ByQuery(q.Query), want.ByQuery(q.Query); !slices.Equal(a, b) {
			t.Errorf("query %q: products %v, want %v", q.Query, a, b)
		}
		if a, b := got.ByCategory(q.Category), want.ByCategory(q.Category); !slices.Equal(a, b) {
			t.Errorf("category %q: products %v, want %v", q.Category, a, b)
		}
	}
	for i := range want.NumGoals() {
		g, h := got.Goal(i), want.Goal(i)
		if i%3 == 0 { // comparing all takes a while
			if !reflect.DeepEqual(g, h) {
				t.Fatalf("goal %d: got - want +\n%s", i, cmp.Diff(g, h))
			}
		}
		if g.Instruction != h.Instruction || got.Family(i) != want.Family(i) {
			t.Fatalf("goal %d: %q of %s, want %q of %s", i, g.Instruction, got.Family(i), h.Instruction, want.Family(i))
		}
		k := i * 31 % want.Len()
		if a, b := got.Reward(g, got.Product(k), g.Options, 20), want.Reward(h, want.Product(k), h.Options, 20); a != b {
			t.Fatalf("goal %d, product %d: reward %+v, want %+v", i, k, a, b)
		}
	}
	if got.Rand() != want.Rand() {
		t.Error("the random generators differ")
	}
	if _, ok := got.ByASIN("no such"); ok {
		t.Error("ByASIN finds what is not there")
	}
}

// TestPackedDamaged cuts and changes a packed file everywhere: each change is
// an error or, in the texts, harmless.
func TestPackedDamaged(t *testing.T) {
	dir, _ := packSet(t, smallSet)
	path := filepath.Join(dir, PackedName)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	try := func(name string, b []byte, want string) {
		t.Helper()
		if err := os.WriteFile(path, b, 0o666); err != nil {
			t.Fatal(err)
		}
		c, err := OpenPacked(path, DefaultCatalogOptions())
		if err == nil {
			c.Close()
		}
		if !errors.Is(err, ErrPacked) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", name, err, want)
		}
	}
	change := func(at int) []byte {
		b := bytes.Clone(good)
		b[at] ^= 0x40
		return b
	}
	try("empty", nil, "0 bytes")
	try("foreign", bytes.Repeat([]byte("x"), 5000), "does not begin like one")
	try("cut", good[:len(good)-1], "bytes of")
	try("longer", append(bytes.Clone(good), 0), "bytes of")
	try("version", change(8), "version 65")
	try("header", change(100), "header is damaged")
	head, err := decodeHeader(good, uint64(len(good)))
	if err != nil {
		t.Fatal(err)
	}
	for id := secRecords + 1; id < numSections; id++ {
		if s := head.sections[id]; s.length > 0 {
			try(fmt.Sprint("section ", id), change(int(s.at+s.length/2)), fmt.Sprintf("section %d is damaged", id))
		}
	}
	if err := os.WriteFile(path, change(headerSize+50), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := VerifyPacked(path); !errors.Is(err, ErrPacked) {
		t.Errorf("a changed text is not found: %v", err)
	}
}

// FuzzOpenPacked changes bytes and mends the checksums, so that the checks
// behind them are tested: whatever opens must be usable without a panic.
func FuzzOpenPacked(f *testing.F) {
	dir, _ := packSet(f, smallSet)
	good, err := os.ReadFile(filepath.Join(dir, PackedName))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(uint32(5000), uint32(1), uint32(len(good)-100), uint32(0xffffffff))
	f.Add(uint32(24), uint32(7), uint32(72), uint32(64))
	f.Fuzz(func(t *testing.T, at1, value1, at2, value2 uint32) {
		b := bytes.Clone(good)
		for _, c := range [][2]uint32{{at1, value1}, {at2, value2}} {
			binary.LittleEndian.PutUint32(b[int(c[0])%(len(b)-4):], c[1])
		}
		copy(b, good[:16]) // magic, version, number of sections
		mend(b)
		path := filepath.Join(t.TempDir(), PackedName)
		if err := os.WriteFile(path, b, 0o666); err != nil {
			t.Fatal(err)
		}
		c, err := OpenPacked(path, CatalogOptions{LimitGoals: 50})
		if err != nil {
			return
		}
		defer c.Close()
		for i := range c.Len() {
			c.ByASIN(c.Product(i).ASIN)
		}
		for i := range c.NumGoals() {
			g := c.Goal(i)
			c.Reward(g, c.Product(i%c.Len()), g.Options, 1)
			c.Family(i)
		}
	})
}

// mend sets size and checksums of a packed file to what its bytes ask for.
func mend(b []byte) {
	binary.LittleEndian.PutUint64(b[16:], uint64(len(b)))
	h := header{
		size: uint64(len(b)), products: binary.LittleEndian.Uint64(b[24:]), flags: binary.LittleEndian.Uint64(b[32:]),
	}
	p := &packed{data: b, head: &h}
	for i := range h.sections {
		e := b[tableAt+24*i:]
		s := section{at: binary.LittleEndian.Uint64(e), length: binary.LittleEndian.Uint64(e[8:])}
		if s.at > h.size || s.length > h.size-s.at {
			return
		}
		h.sections[i] = s
		h.sections[i].checksum = xxh3.Hash(p.bytes(i))
	}
	copy(b, h.encode()[:tableAt+24*numSections])
}

func TestPackErrors(t *testing.T) {
	dir := t.TempDir()
	d := oneItem()
	d.Items[0].Pricing = "free"
	if _, err := PackCatalog(filepath.Join(dir, "x"), Rows(d)); err == nil || !strings.Contains(err.Error(), "item 0: asin B000000001: pricing") {
		t.Errorf("got %v", err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 0 {
		t.Errorf("files are left behind: %v, %v", left, err)
	}
	path := filepath.Join(dir, PackedName)
	if n, err := PackCatalog(path, Rows(&schema.Data{})); err != nil || n != 0 {
		t.Errorf("no rows: %d, %v", n, err)
	}
	if _, err := OpenPacked(path, DefaultCatalogOptions()); err == nil || !strings.Contains(err.Error(), "no goals") {
		t.Errorf("an empty catalogue gives %v", err)
	}
	if _, ok := IsPacked(t.TempDir()); ok {
		t.Error("an empty folder is taken for a packed catalogue")
	}
}

// TestPackedLarge packs as many generated products as STEPGYM_PACK_PRODUCTS
// says and reports times and memory; without it there is nothing to do.
func TestPackedLarge(t *testing.T) {
	n, err := strconv.Atoi(os.Getenv("STEPGYM_PACK_PRODUCTS"))
	if err != nil {
		t.Skip("STEPGYM_PACK_PRODUCTS is not set to a number of products")
	}
	path := os.Getenv("STEPGYM_PACK_FILE")
	if path == "" {
		path = filepath.Join(t.TempDir(), PackedName)
	}
	if _, ok := IsPacked(path); !ok {
		g := generate.New(1)
		start := time.Now()
		_, err = PackCatalog(path, func(yield func(schema.Row, error) bool) {
			for i := range n {
				if !yield(g.Product(i), nil) {
					return
				}
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("packed %d products in %v, resident %s", n, time.Since(start), resident())
		return
	}
	start := time.Now()
	c, err := OpenPacked(path, DefaultCatalogOptions())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	t.Logf("opened %d products and %d goals in %v, resident %s", c.Len(), c.NumGoals(), time.Since(start), resident())
	start = time.Now()
	const some = 200000
	for i := range some {
		g := c.Goal(i * 7919 % c.NumGoals())
		at, _ := c.ByASIN(g.ASIN)
		p := c.Product(at)
		c.Reward(g, p, g.Options, p.Price)
	}
	t.Logf("%v a goal with its reward, resident %s", time.Since(start)/some, resident())
}

// resident is the memory of the process as the system counts it.
func resident() string {
	runtime.GC()
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return "unknown"
	}
	var out []string
	for line := range strings.Lines(string(b)) {
		if strings.HasPrefix(line, "VmRSS") || strings.HasPrefix(line, "VmHWM") || strings.HasPrefix(line, "RssAnon") {
			out = append(out, strings.Join(strings.Fields(line), " "))
		}
	}
	return strings.Join(out, ", ")
}
