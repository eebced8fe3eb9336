package engine

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// walk plays steps random admissible commands and calls each after every one.
func walk(s *State, rng *rand.Rand, steps int, each func(feedback string)) {
	for range steps {
		list := s.Admissible()
		if len(list) == 0 {
			return
		}
		each(s.Do(list[rng.IntN(len(list))]))
	}
}

// view is what can be seen of a state.
func view(s *State) string {
	var b strings.Builder
	fmt.Fprintln(&b, s.Key(), s.Won())
	for _, c := range s.Choices() {
		fmt.Fprintln(&b, c.Action.Text)
	}
	for i := range s.Game().Entities() {
		fmt.Fprintln(&b, s.Describe(i))
	}
	return b.String()
}

// TestClone plays two copies apart.
func TestClone(t *testing.T) {
	s := workshop(t).Start()
	rng := rand.New(rand.NewPCG(1, 1))
	walk(s, rng, 200, func(string) {
		before := view(s)
		c := s.Clone()
		if d := cmp.Diff(view(c), before); d != "" {
			t.Fatalf("the copy differs (-copy +original):\n%s", d)
		}
		walk(c, rng, 5, func(string) {})
		if d := cmp.Diff(view(s), before); d != "" {
			t.Fatalf("the original changed with its copy (-got +want):\n%s", d)
		}
	})
}

// TestKey computes the hash of states anew.
func TestKey(t *testing.T) {
	s := workshop(t).Start()
	seen := map[string]string{}
	walk(s, rand.New(rand.NewPCG(1, 2)), 3000, func(string) {
		c := s.Clone()
		c.rehash()
		if c.Key() != s.Key() {
			t.Fatalf("key %s, computed anew %s", s.Key(), c.Key())
		}
		bits := fmt.Sprint(c.live())
		if old, ok := seen[s.Key()]; ok && old != bits {
			t.Fatalf("key %s names two states", s.Key())
		}
		seen[s.Key()] = bits
	})
	if len(seen) < 50 {
		t.Errorf("only %d states", len(seen))
	}
}

// live returns the bits that something reads.
func (s *State) live() []uint64 {
	out := slices.Clone(s.bits)
	for f := s.g.live; f < s.g.facts; f++ {
		out[f/64] &^= 1 << (f % 64)
	}
	return out
}

// TestPlaceAndWon follows what is kept up to date step by step.
func TestPlaceAndWon(t *testing.T) {
	g := workshop(t)
	if g.places.first < 0 || g.places.n != 3 {
		t.Errorf("places: %d from %d, want the 3 spots", g.places.n, g.places.first)
	}
	s := g.Start()
	won := 0
	walk(s, rand.New(rand.NewPCG(1, 3)), 5000, func(string) {
		c := s.Clone()
		if !c.sound() || c.place != s.place {
			t.Fatalf("place %d, computed anew %d", s.place, c.place)
		}
		ok, _ := s.holds(g.goals.code)
		if ok != s.Won() {
			t.Fatalf("won %v, computed anew %v", s.Won(), ok)
		}
		if ok {
			won++
		}
		for c := range Command(g.Commands()) {
			if s.Allowed(c) != slices.Contains(s.Admissible(), c) {
				t.Fatalf("%q: allowed %v", g.Text(c), s.Allowed(c))
			}
		}
	})
	t.Logf("won in %d of 5000 states", won)
}

// TestFind finds every command by its text.
func TestFind(t *testing.T) {
	g := workshop(t)
	for c := range Command(g.Commands()) {
		if got, ok := g.Find(g.Text(c)); !ok || got != c {
			t.Errorf("Find(%q) = %d, %v, want %d", g.Text(c), got, ok, c)
		}
	}
	for _, text := range []string{"", "walk", "Walk to bench 1", "walk to bench 1 ", "walk to bench  1", "fly"} {
		if c, ok := g.Find(text); ok {
			t.Errorf("Find(%q) = %q", text, g.Text(c))
		}
	}
	s := g.Start()
	for _, c := range []Command{-1, Command(g.Commands())} {
		if s.Allowed(c) || s.Try(c) || s.Do(c) != refusal {
			t.Errorf("command %d is possible", c)
		}
	}
	for _, text := range []string{" walk to bench 1\n", "\x1cwalk to bench 1\u00a0"} {
		if c, _, ok := g.Start().Act(text); !ok || g.Text(c) != "walk to bench 1" {
			t.Errorf("Act(%q) = %d, %v", text, c, ok)
		}
	}
	if c, feedback, ok := s.Act("fly"); c != -1 || feedback != refusal || ok {
		t.Errorf("Act(fly) = %d, %q, %v", c, feedback, ok)
	}
	for i, e := range g.Entities() {
		if got, ok := g.Entity(e.ID); !ok || got != i || g.ID(i) != e.ID || g.Name(i) != e.Name {
			t.Errorf("Entity(%q) = %d, %v, want %d", e.ID, got, ok, i)
		}
		if got, ok := g.Named(e.Name); !ok || got != i {
			t.Errorf("Named(%q) = %d, %v, want %d", e.Name, got, ok, i)
		}
	}
	if _, ok := g.Entity("nobody"); ok {
		t.Error("nobody is there")
	}
}

// TestDescribe compares with examining, which must not be told from afar.
func TestDescribe(t *testing.T) {
	g := workshop(t)
	s := g.Start()
	n := 0
	walk(s, rand.New(rand.NewPCG(1, 4)), 2000, func(string) {
		for _, c := range s.Admissible() {
			if g.Schema(c) != "view" {
				continue
			}
			n++
			e := g.Args(c)[0].Entity
			kept, fresh := s.Describe(e), s.Clone()
			fresh.forget()
			if want := s.Clone().Do(c); kept != want || fresh.Describe(e) != want {
				t.Fatalf("Describe(%s) = %q and %q, examining says %q", g.Name(e), kept, fresh.Describe(e), want)
			}
		}
	})
	if n < 1000 {
		t.Errorf("only %d comparisons", n)
	}
	for _, e := range []int{-1, g.NumEntities()} {
		if got := s.Describe(e); got != "" {
			t.Errorf("Describe(%d) = %q", e, got)
		}
	}
}

// TestSnapshot goes through bytes and refuses others.
func TestSnapshot(t *testing.T) {
	g, again := workshop(t), workshop(t)
	s := g.Start()
	walk(s, rand.New(rand.NewPCG(1, 5)), 300, func(string) {
		b, err := s.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		for _, game := range []*Game{g, again} {
			c, err := game.Unmarshal(b)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(view(c), view(s)); d != "" {
				t.Fatalf("restored (-got +want):\n%s", d)
			}
		}
	})
	b, _ := s.MarshalBinary()
	for name, bad := range map[string][]byte{
		"nothing":  nil,
		"short":    b[:len(b)-1],
		"long":     append(slices.Clone(b), 0),
		"version":  append([]byte{9}, b[1:]...),
		"flipped":  flipped(b, 12),
		"the hash": flipped(b, len(b)-1),
	} {
		if _, err := g.Unmarshal(bad); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	s.bits[g.places.first/64] ^= 1 << (g.places.first % 64) // at two spots, or none
	b, _ = s.MarshalBinary()
	if _, err := g.Unmarshal(b); !errors.Is(err, errSnapshot) {
		t.Errorf("a state that cannot be: %v", err)
	}
}

func flipped(b []byte, i int) []byte {
	b = slices.Clone(b)
	b[i] ^= 4
	return b
}

// FuzzUnmarshal restores foreign bytes.
func FuzzUnmarshal(f *testing.F) {
	g := workshop(f)
	s := g.Start()
	b, _ := s.MarshalBinary()
	f.Add(b)
	f.Add(b[:20])
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := g.Unmarshal(b)
		if err != nil {
			return
		}
		walk(s, rand.New(rand.NewPCG(1, 1)), 5, func(string) {})
	})
}

// TestConcurrent plays one game in many goroutines.
func TestConcurrent(t *testing.T) {
	g := workshop(t)
	play := func(g *Game) string {
		var b strings.Builder
		s := g.Start()
		b.WriteString(s.Intro())
		walk(s, rand.New(rand.NewPCG(1, 6)), 400, func(feedback string) { fmt.Fprintln(&b, feedback, len(s.Choices()), len(g.Entities())) })
		return b.String()
	}
	want := play(workshop(t))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if got := play(g); got != want {
				t.Error("played beside others the game is another one")
			}
		})
	}
	wg.Wait()
}
