package choice

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var (
	twinWord       = regexp.MustCompile(`[0-9]+\.[0-9]+|[\p{L}\p{M}\p{Nd}]+|[,:]`)
	twinLetters    = regexp.MustCompile(`^[a-z]+$`)
	twinPossessive = regexp.MustCompile(`['’][sS]([^\p{L}\p{M}\p{Nd}_]|$)`)
)

// twinStem cuts off the ending of a word of plain letters.
func twinStem(w string) string {
	for _, e := range []struct {
		ending string
		rest   int
	}{{"able", 4}, {"ing", 4}, {"ed", 4}, {"es", 4}, {"s", 3}} {
		rest, ok := strings.CutSuffix(w, e.ending)
		if ok && len(rest) >= e.rest {
			if e.ending != "s" || !strings.HasSuffix(rest, "s") {
				w = rest
			}
			break
		}
	}
	if rest, ok := strings.CutSuffix(w, "e"); ok && len(rest) >= 3 {
		w = rest
	}
	return w
}

// twinStems is the obvious way to do what scan does.
func twinStems(text string) []string {
	for {
		short := twinPossessive.ReplaceAllString(text, "$1")
		if short == text {
			break
		}
		text = short
	}
	words := twinWord.FindAllString(text, -1)
	for i, w := range words {
		w = strings.ToLower(w)
		if twinLetters.MatchString(w) {
			w = twinStem(w)
		}
		words[i] = w
	}
	return words
}

func TestStems(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       []string
	}{
		{"empty", "", nil},
		{"clause", "Find me women's shorts, with color: Black", []string{"find", "me", "women", "short", ",", "with", "color", ":", "black"}},
		{"numbers", `8x10 inch 10.5oz v1.2.3 $36.0`, []string{"8x10", "inch", "10.5", "oz", "v1", "2.3", "36.0"}},
		{"marks", `28" x 28" blue | red (2-pack)`, []string{"28", "x", "28", "blu", "red", "2", "pack"}},
		{"short words and double s keep their s", "gas glass class's its", []string{"gas", "glass", "class", "its"}},
		{"endings", "Washable washing WASHED washes wash shoes shoe boxes size sized moisturizing moisturize ring red tables", []string{
			"wash", "wash", "wash", "wash", "wash", "sho", "sho", "box", "siz", "sized", "moisturiz", "moisturiz", "ring", "red", "tabl"}},
		{"letters of other scripts", "Café ÉTÉ’s naïve 東京", []string{"café", "été", "naïve", "東京"}},
		{"possessive needs an end", "O'Sullivan boys' x's", []string{"o", "sullivan", "boy", "x"}},
		{"broken bytes separate", "a\xffb\xc3", []string{"a", "b"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(stems(tt.text), tt.want); diff != "" {
				t.Errorf("got, want:\n%s", diff)
			}
		})
	}
}

func FuzzTokens(f *testing.F) {
	for _, s := range []string{"Find me men's t-shirts & tanks, 5'8\" x 10.50", "ſs’ss's", "İİs, ΣΑΣ", "'s's's", "a’s"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := tokens(nil, text, maxDoc)
		var want []token
		for _, w := range stems(text) {
			want = append(want, tokenOf(w))
		}
		if len(want) < maxGoal && !slices.Equal(got, want) {
			t.Fatalf("tokens and stems disagree on %q: %v and %v", text, got, want)
		}
		parseLimit(text)
		parsePrice(text)
	})
}

// TestTokensTwin compares with the twin on text without the corner cases of
// letters whose lower case has another length.
func TestTokensTwin(t *testing.T) {
	texts := []string{
		"Washable washing washed ables ing ed es s eeee eee see passes kissing using used dressed bees boxes tests tees e able stable tablees",
		"Find me double sided, machine washable decorative pillows with printing technology with size: 28\" x 28\", and price lower than 30.00 dollars",
		"Women's 2.5lb--Dress's; 100% Cotton's [new] 3.14159s ’s 's x's's",
		"1.2.3.4 .5 6. 7.a b.8 c'd e's f'S",
	}
	for _, text := range texts {
		if diff := cmp.Diff(stems(text), twinStems(text)); diff != "" {
			t.Errorf("%q: got, want:\n%s", text, diff)
		}
	}
}
