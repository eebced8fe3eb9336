package strptime

import (
	"strings"
	"unicode/utf8"

	"stepgym/internal/python"
)

// split takes a date, and a time if there is to be one, from the front of text
// and returns what is left; ok is false where text does not begin with them.
func split(text string, withTime bool) (t Time, rest string, ok bool) {
	r := reader{rest: text}
	t.Year = r.year()
	r.literal('-')
	t.Month = r.field(&monthField, '-')
	if !withTime {
		t.Day = r.field(&dayField, anything)
		return t, r.rest, !r.failed
	}
	t.Day = r.field(&dayField, ' ')
	t.Hour = r.field(&hourField, ':')
	t.Minute = r.field(&minuteField, ':')
	t.Second = r.field(&secondField, anything)
	return t, r.rest, !r.failed
}

// reader takes the parts of a date from the front of a text, as the regular
// expressions of CPython 3.11's strptime do: numbers may lack leading zeros,
// and many places take any decimal digit of Unicode.
type reader struct {
	rest   string
	failed bool
}

// field says what a number of one or two digits looks like.
type field struct {
	// second[d] is what may follow a first digit d: "" for nothing, "*" for any
	// digit of Unicode, otherwise the lowest and the highest ASCII digit.
	second [10]string
	single string // a number of one digit: as in second
	spaced bool   // a space may stand in for the leading zero
}

var (
	monthField  = field{second: [10]string{0: "19", 1: "02"}, single: "19"}
	dayField    = field{second: [10]string{0: "19", 1: "*", 2: "*", 3: "01"}, single: "19", spaced: true}
	hourField   = field{second: [10]string{0: "*", 1: "*", 2: "03"}, single: "*"}
	minuteField = field{second: [10]string{"*", "*", "*", "*", "*", "*"}, single: "*"}
	secondField = field{second: [10]string{"*", "*", "*", "*", "*", "*", "01"}, single: "*"}
)

// anything follows the last field, ' ' stands for one or more spaces of any
// kind.
const anything = 0

// year takes four digits.
func (r *reader) year() int {
	year := 0
	for range 4 {
		d, n := digit(r.rest, "*")
		if n == 0 {
			r.failed = true
			return 0
		}
		year = year*10 + d
		r.rest = r.rest[n:]
	}
	return year
}

func (r *reader) literal(c byte) {
	if n := follows(r.rest, c); n > 0 {
		r.rest = r.rest[n:]
		return
	}
	r.failed = true
}

// field takes a number and what must follow it. Of two digits the second is
// left where only that makes the text fit.
func (r *reader) field(f *field, next byte) int {
	if r.failed || r.rest == "" {
		r.failed = true
		return 0
	}
	if c := r.rest[0]; '0' <= c && c <= '9' {
		if d, n := digit(r.rest[1:], f.second[c-'0']); n > 0 && r.take(1+n, next) {
			return int(c-'0')*10 + d
		}
	}
	if d, n := digit(r.rest, f.single); n > 0 && r.take(n, next) {
		return d
	}
	if f.spaced && r.rest[0] == ' ' {
		if d, n := digit(r.rest[1:], f.single); n > 0 && r.take(1+n, next) {
			return d
		}
	}
	r.failed = true
	return 0
}

// take drops n bytes and what must follow them, if it does.
func (r *reader) take(n int, next byte) bool {
	if next == anything {
		r.rest = r.rest[n:]
		return true
	}
	m := follows(r.rest[n:], next)
	if m > 0 {
		r.rest = r.rest[n+m:]
	}
	return m > 0
}

// follows returns the length of c at the front of s, 0 if it is not there.
func follows(s string, c byte) int {
	if c == ' ' {
		return len(s) - len(strings.TrimLeftFunc(s, python.IsSpace))
	}
	if s != "" && s[0] == c {
		return 1
	}
	return 0
}

// digit returns the value and the length of a digit at the front of s; the
// length is 0 where there is none of the kind.
func digit(s, kind string) (value, length int) {
	if s == "" || kind == "" {
		return 0, 0
	}
	if c := s[0]; c < utf8.RuneSelf {
		if '0' <= c && c <= '9' && (kind == "*" || kind[0] <= c && c <= kind[1]) {
			return int(c - '0'), 1
		}
		return 0, 0
	}
	if kind != "*" {
		return 0, 0
	}
	c, n := utf8.DecodeRuneInString(s)
	if d := python.Decimal(c); d >= 0 {
		return d, n
	}
	return 0, 0
}
