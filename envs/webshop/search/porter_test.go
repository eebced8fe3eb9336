package search

import (
	"testing"
	"unicode/utf16"
)

// The examples of Porter's paper, rule by rule, and what Lucene does otherwise.
func TestStem(t *testing.T) {
	for word, want := range map[string]string{
		// 1a
		"caresses": "caress", "ponies": "poni", "ties": "ti", "caress": "caress", "cats": "cat",
		// 1b
		"feed": "feed", "agreed": "agre", "plastered": "plaster", "bled": "bled", "motoring": "motor", "sing": "sing",
		"conflated": "conflat", "troubled": "troubl", "sized": "size", "hopping": "hop", "tanned": "tan",
		"falling": "fall", "hissing": "hiss", "fizzed": "fizz", "failing": "fail", "filing": "file",
		// 1c
		"happy": "happi", "sky": "sky",
		// 2
		"relational": "relat", "conditional": "condit", "rational": "ration", "valenci": "valenc",
		"hesitanci": "hesit", "digitizer": "digit", "conformabli": "conform", "radicalli": "radic",
		"differentli": "differ", "vileli": "vile", "analogousli": "analog", "vietnamization": "vietnam",
		"predication": "predic", "operator": "oper", "feudalism": "feudal", "decisiveness": "decis",
		"hopefulness": "hope", "callousness": "callous", "formaliti": "formal", "sensitiviti": "sensit",
		"sensibiliti": "sensibl",
		// 3
		"triplicate": "triplic", "formative": "form", "formalize": "formal", "electriciti": "electr",
		"electrical": "electr", "hopeful": "hope", "goodness": "good",
		// 4
		"revival": "reviv", "allowance": "allow", "inference": "infer", "airliner": "airlin",
		"gyroscopic": "gyroscop", "adjustable": "adjust", "defensible": "defens", "irritant": "irrit",
		"replacement": "replac", "adjustment": "adjust", "dependent": "depend", "adoption": "adopt",
		"homologou": "homolog", "communism": "commun", "activate": "activ", "angulariti": "angular",
		"homologous": "homolog", "effective": "effect", "bowdlerize": "bowdler",
		// 5
		"probate": "probat", "rate": "rate", "cease": "ceas", "controll": "control", "roll": "roll",
		// not in the paper
		"possibly": "possibl", "apologi": "apolog", "as": "as", "by": "by", "ion": "ion", "ies": "i",
		"sss": "sss", "yyy": "yyi", "3x": "3x", "10.5s": "10.5",
	} {
		if got := string(stem([]byte(word))); got != want {
			t.Errorf("stem(%q) = %q, want %q", word, got, want)
		}
	}
}

// FuzzStem checks that both widths agree and that stems do not grow by more
// than they may.
func FuzzStem(f *testing.F) {
	f.Add("relational")
	f.Add("yyyyyyed")
	f.Fuzz(func(t *testing.T, word string) {
		for _, c := range []byte(word) {
			if c >= 0x80 {
				t.Skip("ASCII only")
			}
		}
		narrow := string(stem([]byte(word)))
		wide := string(utf16.Decode(stem(utf16.Encode([]rune(word)))))
		if narrow != wide {
			t.Errorf("%q: %q in bytes, %q in UTF-16", word, narrow, wide)
		}
		if len(narrow) > len(word) || len(word) > 0 && len(narrow) == 0 {
			t.Errorf("stem(%q) = %q", word, narrow)
		}
	})
}
