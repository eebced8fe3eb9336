package traces

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestInterner compares with a map, on texts of which many agree in all that a
// sketch reads.
func TestInterner(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var in interner
		in.reset(rapid.IntRange(0, 9).Draw(t, "room"), false)
		want := map[string]int32{}
		for range rapid.IntRange(0, 60).Draw(t, "n") {
			length := rapid.SampledFrom([]int{0, 1, 7, 8, 9, 40, 64, 65, 72, 73, 130, 200}).Draw(t, "length")
			text := []byte(strings.Repeat("x", length))
			if length > 0 {
				text[rapid.IntRange(0, length-1).Draw(t, "place")] = rapid.SampledFrom([]byte("xyz")).Draw(t, "letter")
			}
			s := string(text)
			id, ok := want[s]
			if !ok {
				id = int32(len(want))
				want[s] = id
			}
			if got := in.id(s); got != id || in.texts[got] != s {
				t.Fatalf("%q has number %d, want %d", s, got, id)
			}
		}
	})
	if a, b := "page "+strings.Repeat("a", 30)+" of 9 pages", "page "+strings.Repeat("a", 29)+"b of 9 pages"; sketch(a) != sketch(b) {
		t.Error("the test has no texts that agree in their sketches")
	}
}

// BenchmarkInterner numbers 400 texts of 170 bytes that differ in a single place,
// which a sketch sees or does not see.
func BenchmarkInterner(b *testing.B) {
	for name, place := range map[string]int{"seen": 166, "unseen": 100} {
		texts := make([]string, 400)
		for k := range texts {
			text := []byte(strings.Repeat("x", 170))
			copy(text[place:], fmt.Sprintf("%03d", k%120))
			texts[k] = string(text)
		}
		ids := make([]int32, len(texts))
		b.Run(name, func(b *testing.B) {
			var in interner
			b.ReportAllocs()
			for b.Loop() {
				in.reset(len(texts)/2, true)
				in.number(ids, texts)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/400, "ns/text")
		})
	}
}
