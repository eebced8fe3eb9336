package webshop

import (
	"errors"
	"hash/fnv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs"
	"stepgym/internal/testdata"
)

// keyOf is what identifies a goal for a learner: product and options.
func keyOf(g *Goal) string {
	key := g.ASIN
	for _, s := range g.Options {
		key += "\x00" + s.Name + "\x00" + s.Value
	}
	return key
}

// textOf is the instruction without its price clause.
func textOf(g *Goal) string {
	text, _, _ := strings.Cut(g.Instruction, ", and price lower than ")
	return text
}

// TestSplitDoesNotLeak checks that no instruction, product or goal of test or
// dev is in another split, and that the splits make up the whole.
func TestSplitDoesNotLeak(t *testing.T) {
	for _, set := range []string{"real", "synth"} {
		for _, goals := range []string{"synthetic", "human"} {
			o := DefaultCatalogOptions()
			o.Goals = goals
			c, err := LoadCatalog(testdata.Shared(t, "webshop/"+set), o)
			if err != nil {
				t.Fatal(err)
			}
			folds := []SplitOptions{{}, {Salt: "other"}}
			for k := range 5 {
				folds = append(folds, SplitOptions{Folds: 5, Fold: k})
			}
			for _, so := range folds {
				checkNoLeak(t, c, so)
			}
		}
	}
}

func checkNoLeak(t *testing.T, c *Catalog, o SplitOptions) {
	t.Helper()
	owner := make(map[string]string) // of an instruction, product, goal or family
	total := 0
	var sizes []int
	for _, name := range []string{"train", "dev", "test"} {
		list, err := c.Split(o, name)
		if err != nil {
			t.Fatal(err)
		}
		total += len(list)
		sizes = append(sizes, len(list))
		for n, i := range list {
			if n > 0 && list[n-1] >= i {
				t.Fatal("the indices are not in increasing order")
			}
			g := c.Goal(int(i))
			for _, key := range []string{"text " + textOf(g), "product " + g.ASIN, "goal " + keyOf(g), "family " + c.Family(int(i))} {
				if other, ok := owner[key]; ok && other != name {
					t.Errorf("%+v: %q is in %s and %s", o, key, other, name)
				}
				owner[key] = name
			}
		}
	}
	if total != c.NumGoals() {
		t.Errorf("%+v: the splits have %d goals of %d", o, total, c.NumGoals())
	}
	t.Logf("%+v: train, dev, test have %v goals", o, sizes)
}

// TestSplitSizes compares with the sizes that are known for the real catalogue
// when every product is hashed by itself, and shows what joining changes.
func TestSplitSizes(t *testing.T) {
	c, err := LoadCatalog(testdata.Shared(t, "webshop/real"), DefaultCatalogOptions())
	if err != nil {
		t.Fatal(err)
	}
	plain, joined := make(map[string]int), make(map[string]int)
	done := make(map[string]bool)
	for i := range c.NumGoals() {
		g := c.Goal(i)
		if done[g.ASIN] {
			continue
		}
		done[g.ASIN] = true
		plain[SplitOptions{}.split(bucketOf("", g.ASIN))]++
		joined[SplitOptions{}.split(bucketOf("", c.Family(i)))]++
	}
	if d := cmp.Diff(plain, map[string]int{"test": 39, "dev": 44, "train": 332}); d != "" {
		t.Errorf("products by their own hash: got - want +\n%s", d)
	}
	t.Logf("products by family: %v", joined)
}

// TestSplitIndexLeaks shows why the division by goal number is not the default.
func TestSplitIndexLeaks(t *testing.T) {
	load := func(seed uint64) *Catalog {
		o := DefaultCatalogOptions()
		o.Seed, o.ShuffleSeed = seed, seed
		c, err := LoadCatalog(testdata.Shared(t, "webshop/real"), o)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	train, val := load(0), load(1000)
	seen := make(map[string]bool)
	list, err := train.Split(SplitOptions{Scheme: "index"}, "train")
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range list {
		seen[keyOf(train.Goal(int(i)))] = true
	}
	if list, err = val.Split(SplitOptions{Scheme: "index"}, "test"); err != nil {
		t.Fatal(err)
	}
	leaked := 0
	for _, i := range list {
		if seen[keyOf(val.Goal(int(i)))] {
			leaked++
		}
	}
	if leaked != 457 || len(list) != 500 {
		t.Errorf("%d of %d test goals are train goals of another seed, want 457 of 500", leaked, len(list))
	}
}

func TestSplitErrors(t *testing.T) {
	c := &Catalog{shelf: new(memory)}
	if _, err := c.Split(SplitOptions{}, "validation"); !errors.Is(err, envs.ErrNoSplit) {
		t.Errorf("an unknown split gives %v", err)
	}
	for _, o := range []SplitOptions{{Scheme: "x"}, {Folds: 3}, {Fold: 1}, {Folds: 5, Fold: 5}, {Folds: 5, Fold: -1}} {
		if _, err := c.Split(o, "train"); err == nil {
			t.Errorf("%+v is accepted", o)
		}
	}
	h := fnv.New32a()
	h.Write([]byte("saltB000"))
	if got, want := bucketOf("salt", "B000"), int(h.Sum32()%10); got != want {
		t.Errorf("bucket %d, want %d", got, want)
	}
}
