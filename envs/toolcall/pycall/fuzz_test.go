package pycall

import (
	"testing"
	"unicode/utf8"
)

func seeds(f *testing.F) {
	for i, row := range rows[[3]string](f, "testdata/parse.jsonl") {
		if i%4 == 0 {
			f.Add(row[0])
		}
	}
}

func FuzzParse(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, src string) {
		n, e := Parse(src)
		if e != nil {
			return
		}
		if p := (&fast{src: src}); len(src) < 1000 {
			if _, ok := p.parse(); ok {
				twin(t, src, n)
			}
		}
		text, err := Unparse(n)
		if err != nil {
			return
		}
		m, e := Parse(text)
		if e != nil {
			t.Fatalf("%q is written %q, which is refused: %v", src, text, e)
		}
		if again, err := Unparse(m); err != nil || again != text {
			t.Errorf("%q is written %q and then %q (%v)", src, text, again, err)
		}
	})
}

func FuzzRewrite(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, src string) {
		if !utf8.ValidString(src) {
			return
		}
		if got, want := Rewrite(src, instance), slowRewrite(src); got != want {
			t.Errorf("Rewrite(%q) = %q, want %q", src, got, want)
		}
		if Plain(src) {
			checkPlain(t, src)
		}
	})
}

func FuzzDecode(f *testing.F) {
	seeds(f)
	f.Fuzz(func(_ *testing.T, text string) {
		_, _ = DecodeExecute(text)
		_, _ = DecodeASTTagged(text)
	})
}

func FuzzLiterals(f *testing.F) {
	f.Add([]byte("A = 1\nB = ['x', {...: -1}]\n"))
	f.Fuzz(func(_ *testing.T, src []byte) { _, _ = Literals(src) })
}
