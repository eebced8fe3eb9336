package choice

import (
	"math/bits"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

const pillow = "Find me double sided, machine washable pillows with printing with size: 28\" x 28\", and color: red, and price lower than 30.00 dollars"

// testVocab makes boilerplate of the words that a template repeats.
func testVocab() *vocab {
	words := []Word{{"find", 10}, {"me", 10}, {",", 10}, {"with", 9}, {":", 8}, {"pric", 9}, {"lower", 9}, {"than", 9}, {"dollar", 9}, {"siz", 5}, {"color", 4}, {"red", 2}}
	return newVocab(words, 10, 4, 8)
}

// marked shows the tokens of a set, with their endings.
func marked(g *goal, set uint64) string {
	var out []string
	for i, at := 0, 0; i < g.n; i++ {
		_, start, end := scan(g.text, at)
		at = end
		if set>>i&1 != 0 {
			out = append(out, strings.ToLower(g.text[start:end]))
		}
	}
	return strings.Join(out, " ")
}

func TestMatch(t *testing.T) {
	g := newGoal(pillow, testVocab())
	type want struct {
		Words, Pairs, Clauses                string
		Whole, Exact, WholeValue, ExactValue bool
		Share                                float32
	}
	for _, tt := range []struct {
		name, text string
		want       want
	}{
		{"option", `size: 28" x 28"`, want{Words: "size : 28 x 28 :", Pairs: "size : 28 x 28", Clauses: "size : 28 x 28",
			Whole: true, Exact: true, WholeValue: true, ExactValue: true, Share: 1}},
		{"other value", `size: 28" x 30"`, want{Words: "size : 28 x 28 :", Pairs: "size : 28 x", Share: 0.75}},
		{"start of a value", `size: 28"`, want{Words: "size : 28 28 :", Pairs: "size : 28", Whole: true, WholeValue: true, ExactValue: true, Share: 1}},
		{"value of another slot", `style: red`, want{Words: ": : red", Pairs: ": red", WholeValue: true, ExactValue: true, Share: 0.5}},
		{"title", "Pillow Double Sided Machine Washable $12.5", want{Words: "double sided machine washable pillows", Pairs: "double sided machine washable",
			Clauses: "double sided", Share: 5. / 6}},
		{"clause in the middle", "a machine washable pillow for you", want{Words: "machine washable pillows", Pairs: "machine washable pillows",
			Clauses: "machine washable pillows", Share: 0.5}},
		{"list of values", "color: red, blue", want{Words: ", : , color : red ,", Pairs: "color : red ,", Clauses: "color : red", Share: 2. / 3}},
		{"named clause needs an end", "color: red wine", want{Words: ": color : red", Pairs: "color : red", Share: 2. / 3}},
		{"nothing", "xyz", want{}},
		{"empty", "", want{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := newMatch(g, newDoc(tt.text))
			got := want{marked(g, m.findings.words), marked(g, m.pairs), marked(g, m.clauses), m.whole, m.exact, m.wholeValue, m.exactValue, m.share}
			if diff := cmp.Diff(got, tt.want, cmpopts.EquateApprox(0, 1e-6)); diff != "" {
				t.Errorf("got, want:\n%s", diff)
			}
		})
	}
}

// twinMatch finds words, pairs and clauses with strings.
func twinMatch(g *goal, text string) findings {
	var f findings
	goal, doc := stems(g.text), stems(text)
	plain := " " + strings.Join(doc, " ") + " "
	joined := plain + ", "
	for i, w := range goal {
		if slices.Contains(doc, w) {
			f.words |= 1 << i
		}
		if i+1 < len(goal) && strings.Contains(plain, " "+w+" "+goal[i+1]+" ") {
			f.pairs |= 3 << i
		}
	}
	for ends := g.ends; ends != 0; ends &= ends - 1 {
		end := bits.TrailingZeros64(ends)
		start := bits.TrailingZeros64(g.clause[end])
		clause := " " + strings.Join(goal[start:end+1], " ") + " "
		if g.named>>end&1 != 0 {
			clause += ", "
		}
		if strings.Contains(joined, clause) {
			f.clauses |= g.clause[end]
		}
	}
	return f
}

func TestMatchTwin(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	words := []string{"a", "b", "c", "dd", ",", ":", "with", "and", "for", "find"}
	random := func(n int) string {
		out := make([]string, rng.IntN(n))
		for i := range out {
			out[i] = words[rng.IntN(len(words))]
		}
		return strings.Join(out, " ")
	}
	for range 20000 {
		g := newGoal(random(maxGoal), testVocab())
		text := random(12)
		got, want := newMatch(g, newDoc(text)), twinMatch(g, text)
		if got.exact { // the twin knows only the clauses of the goal
			want.clauses |= got.clauses
		}
		if got.findings != want {
			t.Fatalf("goal %q\ntext %q\ngot  %b\nwant %b", g.text, text, got.findings, want)
		}
	}
}

func TestGoal(t *testing.T) {
	g := newGoal(pillow, testVocab())
	got := map[string]string{
		"clauses": marked(g, g.inClause), "content": marked(g, g.content), "named": marked(g, g.named), "closing": marked(g, g.closing),
	}
	want := map[string]string{
		"clauses": "double sided machine washable pillows printing size : 28 x 28 color : red 30.00 dollars",
		"content": "double sided machine washable pillows printing size 28 x 28 color red 30.00",
		"named":   "28 red", "closing": "sided 28 red dollars",
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("got, want:\n%s", diff)
	}
	if g.asked() != 2 || g.limit != (limit{true, 30}) {
		t.Errorf("asked %d, limit %v, want 2 and 30", g.asked(), g.limit)
	}
	if g.ids[0] == 0 || g.ids[g.n-6] != 0 {
		t.Error("frequent words need a row of the table, rare ones must have none")
	}
	if full := newGoal(strings.Repeat("word ", 100), testVocab()); full.n != maxGoal || full.mask != ^uint64(0) {
		t.Errorf("a long goal has %d tokens, mask %b", full.n, full.mask)
	}
}

func TestMoney(t *testing.T) {
	for _, tt := range []struct {
		text string
		want limit
	}{
		{"and price lower than 30.00 dollars", limit{true, 30}},
		{"I want a lamp under $1,250.50 please", limit{true, 1250.5}},
		{"cheaper than 20 bucks", limit{true, 20}},
		{"the price is at most 15", limit{true, 15}},
		{"under 5 minutes, less than 7 dollars", limit{true, 7}},
		{"put it under the desk 1", limit{}},
		{"plunder $5", limit{}},
		{"", limit{}},
	} {
		if got := parseLimit(tt.text); got != tt.want {
			t.Errorf("parseLimit(%q) = %v, want %v", tt.text, got, tt.want)
		}
	}
	for _, tt := range []struct {
		text string
		want price
	}{
		{"Lamp $36.0", price{true, 36, 36}},
		{"$10.0 to $1,020.5", price{true, 10, 1020.5}},
		{"US$ 5", price{}},
		{"no price", price{}},
		{"$7.", price{true, 7, 7}},
	} {
		if got := parsePrice(tt.text); got != tt.want {
			t.Errorf("parsePrice(%q) = %v, want %v", tt.text, got, tt.want)
		}
	}
}
