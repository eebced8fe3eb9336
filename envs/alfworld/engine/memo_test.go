package engine

import (
	"math/rand/v2"
	"reflect"
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

// TestCacheBounds checks what the documentation says the caches hold at most.
func TestCacheBounds(t *testing.T) {
	const choice, longest, text = 120, 42, 200 // bytes, commands in a list, bytes
	if n := (cachedReadings + cachedLists) * choice * longest; n > 125<<20 {
		t.Errorf("lists may take %d bytes", n)
	}
	if n := cachedTexts * (int(reflect.TypeFor[said]().Size()) + text); n > 25<<20 {
		t.Errorf("texts may take %d bytes", n)
	}
}
