package python

import "testing"

// TestSurrogates has lone surrogates, as '\ud83d' in Python, through everything.
func TestSurrogates(t *testing.T) {
	s := "a" + string(AppendRune(nil, 0xd83d)) + "É"
	for name, c := range map[string]struct{ got, want string }{
		"repr":  {ReprString(s), `'a\ud83dÉ'`},
		"json":  {JSONString(s), `"a\ud83d\u00c9"`},
		"lower": {JSONString(Lower(s)), `"a\ud83d\u00e9"`},
		"upper": {JSONString(Upper(s)), `"A\ud83d\u00c9"`},
		"title": {JSONString(Title(s)), `"A\ud83d\u00c9"`},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %s, want %s", name, c.got, c.want)
		}
	}
	if r, n := DecodeRune(s[1:]); r != 0xd83d || n != 3 {
		t.Errorf("DecodeRune: %U of %d bytes", r, n)
	}
	if n := LastRuneSize(s[:4]); n != 3 {
		t.Errorf("LastRuneSize = %d", n)
	}
}
