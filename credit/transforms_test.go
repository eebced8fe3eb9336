package credit

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseTransforms(t *testing.T) {
	got, err := ParseTransforms(json.RawMessage(`[
		{"name": "penalty"}, {"coef": 0.5, "name": "penalty", "propagate": true}, {"name": "otc", "c": 2},
		{"name": "gates", "stages": [{"name": "parse", "weight": 0.1, "pass": 1}]},
		{"name": "gdpo", "rewards": ["a"]}, {"name": "overlong", "max": 9, "unit": "steps"}, {"name": "short_best"}]`))
	if err != nil {
		t.Fatal(err)
	}
	want := Transforms{
		Penalty{Coef: 0.1},
		Penalty{Coef: 0.5, Propagate: true},
		OTC{Alpha: 1, C: 2, Grouped: true},
		Gates{[]Gate{{"parse", 0.1, 1}}},
		GDPO{Rewards: []string{"a"}, Eps: Eps},
		Overlong{Max: 9, Factor: 1, Unit: Steps},
		ShortBest{Weight: 1, Unit: Tokens},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	for _, none := range []string{"", " ", "null", "[]"} {
		if got, err := ParseTransforms(json.RawMessage(none)); got != nil || err != nil {
			t.Errorf("%q: %v, %v", none, got, err)
		}
	}
	for in, want := range map[string]string{
		`{"name": "otc"}`:                      "want a JSON list",
		`[1]`:                                  "transform 0: credit: want an object",
		`[null]`:                               "transform 0: credit: want an object",
		`[{"name": "penalty"}, {"coef": 1}]`:   "transform 1: credit: it has no name, want one of penalty, otc, gates, gdpo, overlong, short_best",
		`[{"name": "otcc"}]`:                   `transform 0: credit: unknown transform "otcc", want one of penalty, otc`,
		`[{"name": "otc", "C": -1, "d": 1}]`:   `transform 0: credit: parameters of otc: json: unknown field "d"`,
		`[{"name": "otc", "c": 0, "alpha":0}]`: "credit: otc: alpha 0, want a number above 0\ncredit: otc: c 0, want a number above 0",
		`[{"name": "overlong"}]`:               "credit: overlong: max 0, want a length of at least 1",
		`[{"name": "short_best", "unit": ""}]`: `unit "", want "tokens" or "steps"`,
		`[{"name": "gates"}]`:                  "credit: gates: no stages",
		`[{"name": "gdpo"}]`:                   "credit: gdpo: no rewards",
		`[{"name": "penalty", "coef": -1}]`:    "credit: penalty: coef -1",
		`[{"name": "penalty",]`:                "not JSON at byte 21",
	} {
		if _, err := ParseTransforms(json.RawMessage(in)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s:\ngot  %v\nwant %s", in, err, want)
		}
	}
}

// FuzzTransforms writes what it has read and reads it again.
func FuzzTransforms(f *testing.F) {
	f.Add(`[{"name":"penalty","coef":0.1,"propagate":false},{"name":"otc","alpha":1,"c":1,"grouped":true},{"name":"short_best"}]`)
	f.Add(`[{"name": "gdpo", "rewards": ["a"], "weights": [0.5]}, {"name": "overlong", "max": 10, "cache": 2}]`)
	f.Add(`[{"name": "\u0070enalty", "name": "otc"}]`)
	f.Fuzz(func(t *testing.T, in string) {
		ts, err := ParseTransforms(json.RawMessage(in))
		if err != nil {
			return
		}
		out, err := json.Marshal(ts)
		if err != nil {
			t.Fatal(err)
		}
		again, err := ParseTransforms(out)
		if err != nil {
			t.Fatalf("%s: %v", out, err)
		}
		if d := cmp.Diff(ts, again); d != "" {
			t.Fatalf("%s (-first +second):\n%s", out, d)
		}
	})
}
