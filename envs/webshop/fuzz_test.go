package webshop

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"stepgym/internal/python"
	"stepgym/internal/testdata"
)

// slowRatio is the definition of the ratio, written down without care for
// speed: for every pair of places the run that starts there.
func slowRatio(a, b []rune) int {
	if string(a) == string(b) {
		return 100
	}
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	count := make(map[rune]int)
	for _, r := range b {
		count[r]++
	}
	popular := func(r rune) bool { return len(b) >= 200 && count[r] > len(b)/100+1 }
	var blocks func(aLow, aHigh, bLow, bHigh int) int
	blocks = func(aLow, aHigh, bLow, bHigh int) int {
		bi, bj, n := aLow, bLow, 0
		for i := aLow; i < aHigh; i++ {
			for j := bLow; j < bHigh; j++ {
				k := 0
				for i+k < aHigh && j+k < bHigh && a[i+k] == b[j+k] && !popular(b[j+k]) {
					k++
				}
				if k > n {
					bi, bj, n = i, j, k
				}
			}
		}
		for bi > aLow && bj > bLow && a[bi-1] == b[bj-1] {
			bi, bj, n = bi-1, bj-1, n+1
		}
		for bi+n < aHigh && bj+n < bHigh && a[bi+n] == b[bj+n] {
			n++
		}
		if n == 0 {
			return 0
		}
		return n + blocks(aLow, bi, bLow, bj) + blocks(bi+n, aHigh, bj+n, bHigh)
	}
	m := blocks(0, len(a), 0, len(b))
	return int(python.Round(100 * (2 * float64(m) / float64(len(a)+len(b)))))
}

// slowTokenSetRatio is TokenSetRatio by its definition.
func slowTokenSetRatio(a, b string) int {
	clean := func(s string) []string {
		f := strings.Fields(python.Lower(cleanRunes(s)))
		slices.Sort(f)
		return slices.Compact(f)
	}
	p, q := clean(a), clean(b)
	if len(p) == 0 || len(q) == 0 {
		return 0
	}
	var common, onlyA, onlyB []string
	for _, w := range p {
		if slices.Contains(q, w) {
			common = append(common, w)
		} else {
			onlyA = append(onlyA, w)
		}
	}
	for _, w := range q {
		if !slices.Contains(p, w) {
			onlyB = append(onlyB, w)
		}
	}
	s := []rune(strings.Join(common, " "))
	x := []rune(strings.TrimSpace(strings.Join([]string{string(s), strings.Join(onlyA, " ")}, " ")))
	y := []rune(strings.TrimSpace(strings.Join([]string{string(s), strings.Join(onlyB, " ")}, " ")))
	return max(slowRatio(s, x), slowRatio(s, y), slowRatio(x, y))
}

// texts draws texts of few different words, so that much is in common.
func texts() *rapid.Generator[string] {
	word := rapid.StringMatching(`[ab]{1,3}|red|(army )?green|10\.5|[A-C_]é?Σ?|x-large|İx`)
	return rapid.Custom(func(t *rapid.T) string {
		words := rapid.SliceOfN(word, 0, rapid.SampledFrom([]int{3, 6, 90}).Draw(t, "n")).Draw(t, "words")
		return strings.Join(words, rapid.SampledFrom([]string{" ", "  ", ", ", "-"}).Draw(t, "sep"))
	})
}

func TestTokenSetRatioTwin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := texts().Draw(t, "a"), texts().Draw(t, "b")
		want := slowTokenSetRatio(a, b)
		if got := TokenSetRatio(a, b); got != want {
			t.Fatalf("TokenSetRatio = %d, twin %d", got, want)
		}
		if got := similar(a, b); got != (want > closeEnough) {
			t.Fatalf("similar = %v at score %d", got, want)
		}
	})
}

// difflibProgram answers lines of [a, b] with the score of thefuzz's rule,
// made from Python's own difflib and re.
const difflibProgram = `
import sys, json, re
from difflib import SequenceMatcher
drop = {i: None for i in range(128, 256)}
W = re.compile(r"(?ui)\W")
def proc(s): return W.sub(" ", s.translate(drop)).lower().strip()
def ratio(a, b):
    if a == b: return 100
    if not a or not b: return 0
    return int(round(100 * SequenceMatcher(None, a, b).ratio()))
for line in sys.stdin:
    a, b = json.loads(line)
    p, q = proc(a), proc(b)
    if not p or not q: print(0); continue
    x, y = set(p.split()), set(q.split())
    s = " ".join(sorted(x & y))
    c = (s + " " + " ".join(sorted(x - y))).strip(); d = (s + " " + " ".join(sorted(y - x))).strip()
    print(max(ratio(s.strip(), c), ratio(s.strip(), d), ratio(c, d)))
`

// TestTokenSetRatioPython compares with Python's difflib on random texts, long
// ones with popular characters among them.
func TestTokenSetRatioPython(t *testing.T) {
	if testing.Short() {
		t.Skip("starts python3: not with -short")
	}
	path, err := exec.LookPath("python3")
	if err != nil {
		testdata.Missing(t, "python", "no python3 to compare with")
	}
	r := python.NewRand(11)
	alphabet := []rune("aaabcd eé0Σş\u00a0-_ 中'")
	random := func() string {
		n := []int{5, 20, 60, 260, 420}[r.IntN(5)]
		out := make([]rune, n)
		for i := range out {
			out[i] = alphabet[r.IntN(len(alphabet))]
		}
		return string(out)
	}
	var in strings.Builder
	var pairs [][2]string
	for range 1500 {
		p := [2]string{random(), random()}
		if r.IntN(3) == 0 { // a variant of the first
			s := []rune(p[0])
			for range 3 {
				s[r.IntN(len(s))] = alphabet[r.IntN(len(alphabet))]
			}
			p[1] = string(s)
		}
		pairs = append(pairs, p)
		line, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		in.Write(append(line, '\n'))
	}
	cmd := exec.Command(path, "-c", difflibProgram)
	cmd.Stdin = strings.NewReader(in.String())
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Fields(string(out))
	for i, p := range pairs {
		if got := fmt.Sprint(TokenSetRatio(p[0], p[1])); got != lines[i] {
			t.Errorf("TokenSetRatio(%q, %q) = %s, Python %s", p[0], p[1], got, lines[i])
		}
	}
}

func FuzzTokenSetRatio(f *testing.F) {
	f.Add("army green", "('color', 'army green')")
	f.Add("\xff\x00", "Σ é")
	f.Fuzz(func(t *testing.T, a, b string) {
		if len(a)+len(b) > 2000 {
			return
		}
		got := TokenSetRatio(a, b)
		if got < 0 || got > 100 || similar(a, b) != (got > closeEnough) {
			t.Errorf("TokenSetRatio(%q, %q) = %d, similar %v", a, b, got, similar(a, b))
		}
	})
}

func TestNormalizeColor(t *testing.T) {
	for _, c := range []struct{ in, compat, word string }{
		{"rectangular", "tan", "rectangular"}, {"standard", "tan", "standard"}, {"2005black", "black", "black"},
		{"army green", "green", "green"}, {"bored", "red", "bored"}, {"stonewash", "ash", "stonewash"}, {"", "", ""},
		{"tanned tan", "tan", "tan"}, {"éred", "red", "éred"}, {"a12-khaki", "khaki", "khaki"},
	} {
		if got := normalizeColor(c.in); got != c.compat {
			t.Errorf("normalizeColor(%q) = %q, want %q", c.in, got, c.compat)
		}
		if got := normalizeColorWord(c.in); got != c.word {
			t.Errorf("normalizeColorWord(%q) = %q, want %q", c.in, got, c.word)
		}
	}
	if got := normalizeColorPair("color", "red"); got != "red" {
		t.Errorf("the pair (color, red) gives %q", got)
	}
	if !slices.IsSortedFunc(colors, func(a, b color) int { return strings.Compare(a.word, b.word) }) {
		t.Error("the colour words are not sorted")
	}
	if a, b := normalizeColorPair("tan", "red"), normalizeColorPair("red", "tan"); a != "red" || b != "red" {
		t.Errorf("of two colour words %q and %q are taken, want the first", a, b)
	}
	if got := normalizeColorPair("size", "dark red"); got != "" {
		t.Errorf("the pair (size, dark red) gives %q", got)
	}
}

func BenchmarkTokenSetRatio(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		TokenSetRatio("machine washable", "('color', 'washed machine blue')")
	}
}
