package bfcl

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs/toolcall/py"
)

// heardAs are the values of clues of an origin, in their order.
func heardAs(clues []clue, o origin) (out []string) {
	for _, c := range clues {
		if c.origin == o {
			out = append(out, py.Repr(c.value))
		}
	}
	return out
}

func TestListen(t *testing.T) {
	tests := []struct {
		text   string
		origin origin
		want   []string
	}{
		{"Rename it to 'old notes.txt', please.", fromQuote, []string{"'old notes.txt'"}},
		{"It's Ann's and my sister's job.", fromQuote, nil},
		{"Say 'it's late' and “good night”.", fromQuote, []string{`"it's late"`, "'good night'"}},
		{"Move plan.txt and a.b.c3 there.", fromFile, []string{"'plan.txt'", "'a.b.c3'"}},
		{"Pay $1,250.50 with card (ID=card_77).", fromNumber, []string{"1250.5"}},
		{"Pay $1,250.50 with card (ID=card_77).", fromID, []string{"'1,250.50'", "'ID'", "'card_77'"}},
		{"Wait three days, then 20% of it.", fromNumber, []string{"3", "20", "0.2"}},
		{"I leave on March 3rd, 2026.", fromDate, []string{"'2026-03-03'", "'03/2026'", "'2026-03-01'"}},
		{"on the 6th day of October in 2026", fromDate, []string{"'2026-10-06'", "'10/2026'", "'2026-10-01'"}},
		{"We may go. It is 2026-05-01 today.", fromDate, []string{"'05/2026'", "'2026-05-01'", "'2026-05-01'"}},
		{"Fly to Crescent Hollow, Bob.", fromName, []string{"'Fly'", "'Crescent'", "'Hollow'", "'Bob'", "'Crescent Hollow'"}},
		{"Use #sunny and @ann.", fromID, []string{"'#sunny'", "'@ann'"}},
		{"Write this:rain at last", fromPhrase, []string{"'Write this:rain at last'", "'Write this:rain at last'", "'rain at last'"}},
	}
	for _, tt := range tests {
		clues, _ := listen(tt.text)
		got := heardAs(clues, tt.origin)
		if tt.origin == fromDate {
			slices.Sort(got)
			slices.Sort(tt.want)
		}
		if d := cmp.Diff(got, tt.want); d != "" {
			t.Errorf("%s: %s (-got +want):\n%s", tt.text, tt.origin.name(), d)
		}
	}
}

func TestStems(t *testing.T) {
	got := stems("getStockInfo: the copies, moved_files of a directory's prices")
	if d := cmp.Diff(got, []string{"get", "stock", "info", "copy", "mov", "fil", "directory", "pric"}); d != "" {
		t.Errorf("(-got +want):\n%s", d)
	}
	a, b := bagOf("moving a file"), bagOf("the moved FILES")
	if a != b || a.common(&b) != 2 {
		t.Errorf("bags %v and %v have %d in common", a, b, a.common(&b))
	}
}

func TestListedIn(t *testing.T) {
	tests := []struct {
		desc, sort string
		want       string
	}{
		{`The mode. [Enum]: ["on", "off"]`, "string", "['on', 'off']"},
		{"The currency. [Enum]: USD, EUR", "string", "['USD', 'EUR']"},
		{"The class. Options are: economy, business, first.", "string", "['economy', 'business', 'first']"},
		{"Type of the order (Buy/Sell).", "string", "['Buy', 'Sell']"},
		{"Mode ('l' for lines, 'w' for words).", "string", "['l', 'w']"},
		{"Priority, from 1 to 5. Defaults to 1.", "integer", "[1, 2, 3, 4, 5]"},
		{"Position, between 0 (not pressed) and 1 (fully).", "number", "[0.0, 1.0]"},
		{"The speed from 0 to 100.", "integer", "[0, 100]"},
		{"The number from here", "integer", "[]"},
	}
	for _, tt := range tests {
		got := py.Repr(py.NewList(listedIn(tt.desc, &parameter{sort: tt.sort})...))
		if got != tt.want {
			t.Errorf("%s: %s, want %s", tt.desc, got, tt.want)
		}
	}
}

// TestHeard looks at what a result may be used for.
func TestHeard(t *testing.T) {
	var e evidence
	e.read([]step{{Calls: []string{"find(name='x', path='.')"}}}, []string{`{"matches": ["a.txt", "b.txt"], "share": 0.126, "note": "two files\nfound"}`})
	tests := []struct {
		origin origin
		want   []string
	}{
		{fromEarlier, []string{"'x'", "'.'"}},
		{fromList, []string{"['a.txt', 'b.txt']"}},
		{fromKey, []string{"'matches'", "'share'", "'note'"}},
		{fromResult, []string{"'a.txt'", "'b.txt'", "0.126", `'two files\nfound'`}},
	}
	for _, tt := range tests {
		if d := cmp.Diff(heardAs(e.clues, tt.origin), tt.want); d != "" {
			t.Errorf("%s (-got +want):\n%s", tt.origin.name(), d)
		}
	}
	if parts := strings.Join(heardAs(e.clues, fromPart), " "); !strings.Contains(parts, "0.13 ") || !strings.Contains(parts, "'two files' 'found'") {
		t.Errorf("parts are %s", parts)
	}
	if e.last != "find" || e.calls != 1 || e.steps != 1 {
		t.Errorf("last %q after %d calls and %d steps", e.last, e.calls, e.steps)
	}
}

func FuzzListen(f *testing.F) {
	for _, s := range []string{"Rename 'a' to \"b\".", "on March 3rd, 2026: 5% of $1,000", "‘x’ “y” #z @w (ID=1)", "a:b. c? d! e", "'\x80'é", "1e999 0x1p-2 --3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		clues, numbers := listen(s)
		for _, c := range clues {
			if c.value == nil || c.origin >= numOrigins {
				t.Fatalf("clue %+v", c)
			}
			fitted(c.value, &parameter{sort: "integer"})
		}
		listOf(numbers)
		listedIn(s, &parameter{sort: "string"})
		listedIn(s, &parameter{sort: "integer"})
	})
}

func FuzzHeard(f *testing.F) {
	for _, s := range []string{`{"a": [1, 2.5, "x y"], "b": {"c": null}}`, "plain text\nof 3 lines", "Error during execution: no", strings.Repeat("[", 900) + "1" + strings.Repeat("]", 900), `{"": NaN}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var e evidence
		e.read([]step{{Calls: []string{s, "f(a=" + s + ")"}}}, []string{s, s})
		x := slot{function: &function{}, param: &parameter{sort: "array", item: "number"}, menu: &menu{turns: make([]menuTurn, 1)}}
		x.menu.once.Do(func() {})
		x.turn = &x.menu.turns[0]
		for _, o := range x.offers(&e) {
			if o.text == "" {
				t.Fatalf("offer %+v", o)
			}
		}
		if len(e.clues) > 2*maxClues+100 {
			t.Fatalf("%d clues", len(e.clues))
		}
	})
}
