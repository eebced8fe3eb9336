package tui

import (
	"bufio"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestReadKey(t *testing.T) {
	for in, want := range map[string]Key{
		"j": 'j', "é": 'é', "\x1b": escape, "\x1bx": escape, "\x1b[A": Up, "\x1bOB": Down, "\x1b[C": Right, "\x1b[D": Left,
		"\x1b[H": Home, "\x1b[4~": End, "\x1b[5~": PageUp, "\x1b[6~": PageDown, "\x1b[200~": Unknown, "\x1b[": Unknown, "\x03": interrupt,
	} {
		if got, err := readKey(bufio.NewReader(strings.NewReader(in))); err != nil || got != want {
			t.Errorf("%q: %v, %v, want %v", in, got, err, want)
		}
	}
}

// FuzzReadKey reads any bytes as typed: it comes to their end, and takes no more
// keys of them than there are bytes.
func FuzzReadKey(f *testing.F) {
	f.Add("jk\x1b[A\x1b[1;5C\x1bOF\x1b")
	f.Add("\x1b[99999999999999999999999~x\xff\xfe")
	f.Fuzz(func(t *testing.T, typed string) {
		r := bufio.NewReader(strings.NewReader(typed))
		for n := 0; ; n++ {
			if _, err := readKey(r); err != nil {
				return
			}
			if n > len(typed) {
				t.Fatalf("%d keys of %d bytes", n, len(typed))
			}
		}
	})
}

// FuzzText shows any text: no control character of it is left, and no line is too
// long.
func FuzzText(f *testing.F) {
	f.Add("a [SEP] b\x1b[2J\u202e\tlong long", 7)
	f.Add("日本語 e\u0301\xff", 3)
	f.Fuzz(func(t *testing.T, text string, n int) {
		if n < 2 || n > 300 {
			return
		}
		for _, l := range wrap(page(text), n) {
			if width(l) > n || !utf8.ValidString(l) || strings.ContainsAny(l, "\x1b\x07\x00\r\n") {
				t.Fatalf("%q at %d", l, n)
			}
			if c := cut(line(l), n-1); width(c) > n-1 {
				t.Fatalf("%q cut to %q at %d", l, c, n-1)
			}
		}
	})
}
