package alfworld

import (
	"testing"
)

// testSpeech knows a few things without a game.
func testSpeech() *speech {
	return &speech{verbs: verbs(), classes: map[string][]int{"mug": {0, 1}, "fridge": {2}, "garbagecan": {3}, "knife": {4}}, names: map[string]int{"mug 1": 0, "mug 2": 1, "fridge 1": 2, "garbagecan 1": 3, "knife 1": 4}}
}

func TestParse(t *testing.T) {
	thing := func(class string, number int) mention { return mention{class, number} }
	for _, tt := range []struct {
		text          string
		kind          string
		first, second mention
		fault         string
	}{
		{"go to fridge 1", "go", thing("fridge", 1), thing("", 0), ""},
		{"  GO   TO the Fridge1. ", "go", thing("fridge", 1), thing("", 0), ""},
		{"move to fridge 1", "go", thing("fridge", 1), thing("", 0), ""},
		{"move to fridge 1 the mug 2", "move", thing("fridge", 1), thing("mug", 2), ""},
		{"put mug 1 in/on fridge 1", "move", thing("mug", 1), thing("fridge", 1), ""},
		{"Please put the mug into the fridge!", "move", thing("mug", 0), thing("fridge", 0), ""},
		{"pick mug 2 up from the garbage can 1", "take", thing("mug", 2), thing("garbagecan", 1), ""},
		{"pick up a mug", "take", thing("mug", 0), thing("", 0), ""},
		{"look", "look", thing("", 0), thing("", 0), ""},
		{"look at mug 1", "examine", thing("mug", 1), thing("", 0), ""},
		{"I", "inventory", thing("", 0), thing("", 0), ""},
		{"i take the knife", "take", thing("knife", 0), thing("", 0), ""},
		{"", "", thing("", 0), thing("", 0), "Say what to do."},
		{"dance with mug 1", "", thing("mug", 1), thing("", 0), `You do not know how to "dance".`},
		{"take banana 1", "take", thing("", 0), thing("", 0), `You know no "banana" here.`},
		{"take mug 99999999999999999999", "take", thing("mug", 0), thing("", 0), `You know no "99999999999999999999" here.`},
		{"take mug 1 mug 2 knife 1", "take", thing("mug", 1), thing("mug", 2), `You know no "knife 1" here.`},
		{"\x00\xff", "", thing("", 0), thing("", 0), "Say what to do."},
	} {
		r := testSpeech().parse(tt.text)
		fault := r.fault()
		if r.kind != tt.kind || r.first != tt.first || r.second != tt.second || len(fault) < len(tt.fault) || fault[:len(tt.fault)] != tt.fault || tt.fault == "" && fault != "" {
			t.Errorf("%q: got %+v, %q; want %s %v %v, %q", tt.text, r, fault, tt.kind, tt.first, tt.second, tt.fault)
		}
	}
}

// FuzzParse reads anything, and twice the same.
func FuzzParse(f *testing.F) {
	f.Add("put the mug 1 in the fridge 1")
	f.Add("İ\xffⅷ 7")
	f.Fuzz(func(t *testing.T, text string) {
		sp := testSpeech()
		if a, b := sp.parse(text), sp.parse(text); a != b {
			t.Errorf("%+v, then %+v", a, b)
		}
		if r := sp.parse(text); (r.kind == "") != (r.fault() != "" && r.unknown == "") && r.unknown == "" {
			t.Errorf("%+v: %q", r, r.fault())
		}
	})
}
