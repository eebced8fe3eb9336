package engine

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// TestKeptTexts compares what is said with texts kept and without, and that
// texts are kept at all.
func TestKeptTexts(t *testing.T) {
	g := workshop(t)
	rng := rand.New(rand.NewPCG(3, 4))
	kept := 0
	for range 20 {
		s := g.Start()
		for range 100 {
			list := s.Admissible()
			c := list[rng.IntN(len(list))]
			twin := s.Clone()
			text := s.Do(c)
			op, ok := twin.opOf(c)
			if !ok {
				t.Fatalf("%s is refused", g.Text(c))
			}
			twin.apply(op)
			sp := speaker{State: twin, told: -1}
			g.opArgs(op, sp.env[:])
			if want := sp.speak(g.rules.schemas[g.code[op]]); text != want {
				t.Fatalf("%s: got %q, want %q", g.Text(c), text, want)
			}
			if m := s.Messages(); m != nil && m[0].Content == text {
				kept++
			}
			for e := range g.NumEntities() {
				twin.forget()
				d := g.describes(e)
				if d == nil {
					continue
				}
				sp := speaker{State: twin, told: -1}
				for i := range d.schema.params {
					sp.env[i] = g.some(d.schema.frame.types[i])
				}
				sp.env[d.slot] = uint16(e)
				if got, want := s.Describe(e), sp.speak(d.schema); got != want {
					t.Fatalf("after %s, %s: got %q, want %q", g.Text(c), g.Name(e), got, want)
				}
			}
		}
	}
	if kept == 0 {
		t.Error("no text was kept")
	}
}

// TestTouches checks that what is noted of entities follows from the state.
func TestTouches(t *testing.T) {
	g := workshop(t)
	rng := rand.New(rand.NewPCG(5, 6))
	s := g.Start()
	for range 300 {
		list := s.Admissible()
		s.Do(list[rng.IntN(len(list))])
		b, err := s.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		twin, err := g.Unmarshal(b)
		if err != nil {
			t.Fatal(err)
		}
		for e := range g.NumEntities() {
			if got, want := s.touchOf(uint16(e)), twin.touchOf(uint16(e)); got != want {
				t.Fatalf("%s: got %x, want %x", g.Name(e), got, want)
			}
		}
	}
}

// TestKeysApart checks that what different schemas say of different things has
// different keys: of all schemas with any things, and of all descriptions.
func TestKeysApart(t *testing.T) {
	g := workshop(t)
	s := g.Start()
	seen := map[digest]string{}
	note := func(key digest, what string) {
		if old, ok := seen[key]; ok && old != what {
			t.Errorf("%s and %s have one key", old, what)
		}
		seen[key] = what
	}
	for _, sc := range g.rules.schemas { // any thing in any place, whether or not it can be done
		for e := range g.NumEntities() * g.NumEntities() {
			if !sc.kept {
				continue
			}
			sp := speaker{State: s, told: -1}
			what := fmt.Sprintf("command of schema %d", sc.index)
			for k, slot := range sc.named {
				thing := []int{e % g.NumEntities(), e / g.NumEntities()}[k%2]
				sp.env[slot] = uint16(thing)
				what += ", " + g.Name(thing)
			}
			note(s.saying(sc, 0, &sp), what)
		}
	}
	for e := range g.NumEntities() {
		d := g.describes(e)
		if d == nil {
			continue
		}
		sp := speaker{State: s, told: -1}
		for i := range d.schema.params {
			sp.env[i] = g.some(d.schema.frame.types[i])
		}
		sp.env[d.slot] = uint16(e)
		note(s.saying(d.schema, 1, &sp), "description of "+g.Name(e))
	}
	if len(seen) < 20 {
		t.Errorf("%d keys, want more to compare", len(seen))
	}
}
