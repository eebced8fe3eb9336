package search

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"stepgym/internal/testdata"
)

// tokenCase is a text and the terms that Lucene 8.11 makes of it.
type tokenCase struct {
	Text   string   `json:"text"`
	Tokens []string `json:"tokens"`
}

func checkTokens(t *testing.T, cases []tokenCase) {
	t.Helper()
	if len(cases) == 0 {
		t.Fatal("no cases")
	}
	differ := 0
	for _, c := range cases {
		if diff := cmp.Diff(Tokens(c.Text), c.Tokens, cmpopts.EquateEmpty()); diff != "" {
			if differ++; differ <= 5 {
				t.Errorf("Tokens(%+q) (-got +want):\n%s", c.Text, diff)
			}
		}
	}
	t.Logf("%d texts, %d differ", len(cases), differ)
}

// The texts are our own, written by hand or drawn at random from all character
// classes and suffixes; the terms are Lucene's.
func TestTokensGolden(t *testing.T) {
	checkTokens(t, readLines[tokenCase](t, "testdata/tokens.jsonl"))
}

func TestTokensOfOriginal(t *testing.T) {
	for _, set := range []string{"real", "synth"} {
		t.Run(set, func(t *testing.T) {
			path := testdata.Shared(t, "webshop/"+set+"/analyzer_cases.jsonl.gz")
			checkTokens(t, readLines[tokenCase](t, path))
		})
	}
}

func TestTokenizerEdges(t *testing.T) {
	long := strings.Repeat("é", 300)
	tests := []struct {
		name, text string
		want       []string
	}{
		{"empty", "", nil},
		{"no letter", " -- !? ", nil},
		{"not UTF-8", "red\xffshoe \xe2\x80", []string{"red", "shoe"}},
		{"zero byte", "red\x00shoe", []string{"red", "shoe"}},
		{"cut at 255 units", long, []string{long[:2*255], long[2*255:]}},
		{"stop words", "The cat AND the Hat", []string{"cat", "hat"}},
		{"stop word with possessive", "it's", nil},
		{"stop words come before the stemmer", "ands", []string{"and"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(Tokens(tt.text), tt.want, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("Tokens(%q) (-got +want):\n%s", tt.text, diff)
			}
		})
	}
}

func TestTokenizerDoesNotAllocate(t *testing.T) {
	var tok Tokenizer
	text := "Women's running shoes — café crème, size: 3x-large, 12.5 oz \U0001F600"
	if n := testing.AllocsPerRun(100, func() {
		tok.Reset(text)
		for _, ok := tok.Next(); ok; _, ok = tok.Next() {
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestAutomatonFits(t *testing.T) {
	n := &nfa{}
	tokenExpr()(n, n.add())
	if len(n.free) > 64*len(stateSet{}) {
		t.Errorf("the expression has %d states", len(n.free))
	}
	d := compile(tokenExpr())
	if d.states > maxStates {
		t.Errorf("the automaton has %d states", d.states)
	}
	if int(numClasses) > 1<<rowShift {
		t.Errorf("%d classes do not fit a row", numClasses)
	}
	m := d.minimize()
	if m.accept[0] || m.accept[1] {
		t.Error("the empty token is accepted")
	}
	for c := range numClasses {
		if m.next[int(c)] != 0 {
			t.Errorf("class %d leads out of the dead state", c)
		}
	}
}

func TestSpansInOrder(t *testing.T) {
	before := rune(-1)
	for _, s := range spans {
		if s.lo <= before || s.hi < s.lo || s.class == cOther || s.class >= numClasses {
			t.Errorf("span %X-%X of class %d after %X", s.lo, s.hi, s.class, before)
		}
		before = s.hi
	}
	for _, c := range []struct {
		r    rune
		want class
	}{{'a', cLetter}, {'_', cExtendNum}, {'5', cDigit}, {' ', cOther}, {'日', cHan}, {0x10FFFF, cOther}, {-1, cOther}} {
		if got := classOf(c.r); got != c.want {
			t.Errorf("classOf(%X) = %d, want %d", c.r, got, c.want)
		}
	}
}

// classLetter returns a letter, of two bytes, that stands for a class.
func classLetter(c class) string { return string('À' + rune(c)) }

// slowTokenExpr is the token grammar once more, as a regular expression over
// one letter a class, for the standard library's engine.
func slowTokenExpr() *regexp.Regexp {
	set := func(classes ...class) string {
		s := ""
		for _, c := range classes {
			s += classLetter(c)
		}
		return "[" + s + "]"
	}
	x := set(cExtend, cJoiner, cTextSel, cEmojiSel, cKeycap, cTag, cTagEnd, cAsianExtend) + "*"
	y := set(cExtend, cJoiner, cKeycap, cTag, cTagEnd, cAsianExtend) + "*"
	z := set(cJoiner)
	under := set(cExtendNum) + x
	hebrew := set(cHebrew) + x
	number := set(cNumeric, cDigit) + x
	letter := set(cLetter, cEmojiLetter, cHebrew) + x
	kata := set(cKatakana) + x
	run := func(item, joiner string) string {
		return item + "(((" + under + ")*|" + joiner + x + ")" + item + ")*"
	}
	part := "(" + kata + "((" + under + ")*" + kata + ")*|(" +
		hebrew + "(" + set(cSingleQuote) + x + "|" + set(cDoubleQuote) + x + hebrew + ")|" +
		run(number, set(cMidNum, cMidBoth, cSingleQuote)) + "|" +
		run(letter, set(cMidLetter, cMidBoth, cSingleQuote)) + ")+)"
	word := "(" + under + ")*" + part + "((" + under + ")+" + part + ")*(" + under + ")*"
	selector := set(cEmojiSel) + "?"
	element := "(" + z + "*" + set(cEmoji, cEmojiBase, cEmojiLetter) + y + selector + "|(" + z + "*" +
		set(cEmojiBase) + y + ")?" + set(cEmojiMod) + y + ")"
	emoji := element + "((" + z + element + ")*|" + set(cTag) + "+" + set(cTagEnd) + ")|" +
		set(cDigit, cKeyBase) + y + selector + set(cKeycap) + y + "|(" + set(cRegional) + x + "){2}"
	asian := "(" + set(cAsian, cAsianExtend) + x + ")+"
	e := regexp.MustCompile("^(" + emoji + "|" + word + "|" + asian + "|" + set(cHan, cHiragana) + x + ")")
	e.Longest()
	return e
}

// FuzzTokenizer compares where tokens begin and end with what the standard
// library's regular expressions say.
func FuzzTokenizer(f *testing.F) {
	for _, c := range readLines[tokenCase](f, "testdata/tokens.jsonl") {
		f.Add(c.Text)
	}
	f.Add("\xff\xfea\xc3")
	e := slowTokenExpr()
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 2000 {
			t.Skip("too long for the slow twin")
		}
		var tok Tokenizer
		tok.Reset(text)
		for i := 0; i < len(text); i += tok.width(i) {
			if got, want := tok.match(i), i+slowMatch(e, text[i:]); got != want {
				t.Fatalf("%+q: the token at %d ends at %d, want %d", text, i, got, want)
			}
		}
		Analyze(text, func(term []byte) {
			if len(term) == 0 || !utf8.Valid(term) && utf8.ValidString(text) {
				t.Fatalf("%+q: bad term %q", text, term)
			}
		})
	})
}

// slowMatch returns the length of the longest token at the start of text.
func slowMatch(e *regexp.Regexp, text string) int {
	var classes strings.Builder
	var ends []int
	units := 0
	for i, r := range text {
		if units++; r > 0xFFFF {
			units++
		}
		if units > maxUnits {
			break
		}
		_, size := utf8.DecodeRuneInString(text[i:])
		classes.WriteString(classLetter(classOf(r)))
		ends = append(ends, i+size)
	}
	if m := e.FindStringIndex(classes.String()); m != nil && m[1] > 0 {
		return ends[m[1]/len(classLetter(0))-1]
	}
	return 0
}

func BenchmarkAnalyze(b *testing.B) {
	text := "find me machine wash men's dress shirts with cotton spandex, classic fit, short sleeve " +
		"with color: deep atlantic, and size: 3x-large tall, and price lower than 60.00 dollars"
	var tok Tokenizer
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		tok.Reset(text)
		for _, ok := tok.Next(); ok; _, ok = tok.Next() {
		}
	}
}

func BenchmarkCompileGrammar(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		compile(tokenExpr()).minimize()
	}
}
