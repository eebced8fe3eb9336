package travel

import (
	"time"
	"unicode"
	"unicode/utf8"

	"stepgym/envs/toolcall/py"
)

// date is a day of the proleptic Gregorian calendar.
type date struct{ year, month, day int }

// yearsTo is the age on day t of who was born on d.
func (d date) yearsTo(t date) int {
	age := t.year - d.year
	if t.month < d.month || t.month == d.month && t.day < d.day {
		age--
	}
	return age
}

// parseDate is datetime.strptime(v, "%Y-%m-%d"): ok is false where that raises
// ValueError. It raises TypeError where v is not a str. As in Python months and
// days may have one digit, a day a space for its first, and the year and the
// last digit of a day may be of any script.
func parseDate(v py.Value) (d date, ok bool) {
	s, isStr := v.(py.Str)
	if !isStr {
		name := v.Type()
		if _, none := v.(py.None); none {
			name = "None"
		}
		py.Raise("TypeError", "strptime() argument 1 must be str, not %s", name)
	}
	r := dateReader{string(s)}
	d.year, ok = r.digits(4)
	if !ok || !r.skip('-') {
		return date{}, false
	}
	d.month, ok = r.month()
	if !ok || !r.skip('-') {
		return date{}, false
	}
	d.day, ok = r.day()
	if !ok || r.rest != "" {
		return date{}, false
	}
	return d, d.valid()
}

// valid reports whether Python has such a day: years begin with 1.
func (d date) valid() bool {
	return d.year >= 1 && d.day <= time.Date(d.year, time.Month(d.month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// dateReader reads a text from the front.
type dateReader struct{ rest string }

func (r *dateReader) skip(c byte) bool {
	if r.rest == "" || r.rest[0] != c {
		return false
	}
	r.rest = r.rest[1:]
	return true
}

// digit reads a decimal digit of any script.
func (r *dateReader) digit() (int, bool) {
	c, size := utf8.DecodeRuneInString(r.rest)
	n, ok := decimal(c)
	if ok {
		r.rest = r.rest[size:]
	}
	return n, ok
}

func (r *dateReader) digits(n int) (int, bool) {
	number := 0
	for range n {
		d, ok := r.digit()
		if !ok {
			return 0, false
		}
		number = 10*number + d
	}
	return number, true
}

// at returns the i-th byte of what is left, 0 after its end.
func (r *dateReader) at(i int) byte {
	if i < len(r.rest) {
		return r.rest[i]
	}
	return 0
}

// month reads 1 to 12, of two digits where they are a month.
func (r *dateReader) month() (int, bool) {
	a, b := r.at(0), r.at(1)
	switch {
	case a == '1' && '0' <= b && b <= '2', a == '0' && '1' <= b && b <= '9':
		r.rest = r.rest[2:]
		return int(a-'0')*10 + int(b-'0'), true
	case '1' <= a && a <= '9':
		r.rest = r.rest[1:]
		return int(a - '0'), true
	}
	return 0, false
}

// day reads 1 to 31, of two characters where they are a day.
func (r *dateReader) day() (int, bool) {
	a, b := r.at(0), r.at(1)
	switch {
	case a == '3' && (b == '0' || b == '1'), (a == '0' || a == ' ') && '1' <= b && b <= '9':
		r.rest = r.rest[2:]
		if a == ' ' {
			a = '0'
		}
		return int(a-'0')*10 + int(b-'0'), true
	case a == '1' || a == '2':
		r.rest = r.rest[1:]
		n, ok := r.digit()
		if !ok {
			return int(a - '0'), true
		}
		return int(a-'0')*10 + n, true
	case '3' <= a && a <= '9':
		r.rest = r.rest[1:]
		return int(a - '0'), true
	}
	return 0, false
}

// decimal is the value of a character of category Nd, which come in runs of ten.
func decimal(c rune) (int, bool) {
	if '0' <= c && c <= '9' {
		return int(c - '0'), true
	}
	if c < utf8.RuneSelf || !unicode.Is(unicode.Nd, c) {
		return 0, false
	}
	for _, r := range unicode.Nd.R16 {
		if c <= rune(r.Hi) {
			return int(c-rune(r.Lo)) % 10, true
		}
	}
	for _, r := range unicode.Nd.R32 {
		if c <= rune(r.Hi) {
			return int(c-rune(r.Lo)) % 10, true
		}
	}
	return 0, false
}
