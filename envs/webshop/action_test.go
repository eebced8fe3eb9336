package webshop

import (
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// original is the original's regular expression, where Go has the same.
var original = regexp.MustCompile(`^(.+)\[(.+)\]`)

func TestParseAction(t *testing.T) {
	tests := []struct {
		text, name, arg string
		ok              bool
	}{
		{"search[x]", "search", "x", true},
		{"Search[x]", "Search", "x", true},
		{" search[x]", " search", "x", true},
		{"search[x] junk", "search", "x", true},
		{"search[x]\n", "search", "x", true},
		{"search[x] [y] z", "search[x] ", "y", true},
		{"search[[x]]", "search[", "x]", true},
		{"a[b]c]", "a", "b]c", true},
		{"a[b][]", "a", "b][", true},
		{"search[]", "", "", false},
		{"[x]", "", "", false},
		{"search[a\nb]", "", "", false},
		{"\nsearch[x]", "", "", false},
		{"", "", "", false},
		{"]", "", "", false},
		{"noop", "", "", false},
	}
	for _, tt := range tests {
		name, arg, ok := parseAction(tt.text, true)
		if name != tt.name || arg != tt.arg || ok != tt.ok {
			t.Errorf("%q: got %q, %q, %v, want %q, %q, %v", tt.text, name, arg, ok, tt.name, tt.arg, tt.ok)
		}
	}
}

func FuzzParseAction(f *testing.F) {
	for _, s := range []string{"search[x]", "a[b][c]d]", "[[[]]]", "\n[a]", "x[]y]", "click[a [b]]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		name, arg, ok := parseAction(text, true)
		var got []string
		if ok {
			got = []string{name, arg}
		}
		var want []string
		if m := original.FindStringSubmatch(text); m != nil {
			want = m[1:]
		}
		if diff := cmp.Diff(got, want); diff != "" {
			t.Errorf("%q (-got +want):\n%s", text, diff)
		}
		if name, arg, ok := parseAction(text, false); ok && (name == "" || arg == "") {
			t.Errorf("%q without compat: got %q, %q", text, name, arg)
		}
	})
}
