package strptime

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/internal/python"
)

// datePattern and timePattern are the expressions that CPython 3.11 makes of
// the two formats: the alternatives are tried in their order.
var (
	datePattern = pattern(`^(\d{4})-(1[0-2]|0[1-9]|[1-9])-(3[0-1]|[1-2]\d|0[1-9]|[1-9]| [1-9])`)
	timePattern = pattern(`^(\d{4})-(1[0-2]|0[1-9]|[1-9])-(3[0-1]|[1-2]\d|0[1-9]|[1-9]| [1-9])\s+(2[0-3]|[0-1]\d|\d):([0-5]\d|\d):(6[0-1]|[0-5]\d|\d)`)
)

// pattern compiles a pattern whose classes are Python's.
func pattern(s string) *regexp.Regexp {
	s = strings.ReplaceAll(s, `\d`, `\p{Nd}`)
	return regexp.MustCompile(strings.ReplaceAll(s, `\s`, `[\t-\r\x1c-\x20\x{85}\p{Z}]`))
}

// splitSlowly is split by regular expressions.
func splitSlowly(text string, withTime bool) (t Time, rest string, ok bool) {
	re := datePattern
	if withTime {
		re = timePattern
	}
	m := re.FindStringSubmatch(text)
	if m == nil {
		return t, "", false
	}
	numbers := []*int{&t.Year, &t.Month, &t.Day, &t.Hour, &t.Minute, &t.Second}
	for i, s := range m[1:] {
		*numbers[i] = number(s)
	}
	return t, text[len(m[0]):], true
}

// number is int(s).
func number(s string) int {
	var b []byte
	for _, r := range strings.TrimSpace(s) {
		b = append(b, '0'+byte(python.Decimal(r)))
	}
	n, err := strconv.Atoi(string(b))
	if err != nil {
		panic(err)
	}
	return n
}

func FuzzSplit(f *testing.F) {
	for _, s := range []string{
		"2024-09-01", "2024-1-2", "2024-12-30", "2024-13-01", "2024-10- 5", "2024-01-32", "2024-01-3\u0661", "\u0662\u0660\u0662\u0664-09-01",
		"2024-09-01 10:30:00", "2024-09-1\t\u00a01:2:3", "2024-09-01 24:00:00", "2024-09-01 2:60:00", "2024-09-01 23:59:61", "2024-09-01 23:59:62",
		"2024-09-01 1\u0663:5\u0664:5\u0665.25", "2024-09-30x", "2024-09-01 :1:1", "2024-09-", "", "-", "2024-09-01  ", "2024-\u0661-01",
	} {
		f.Add(s, false)
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, text string, withTime bool) {
		got, rest, ok := split(text, withTime)
		want, left, fits := splitSlowly(text, withTime)
		if ok != fits {
			t.Fatalf("%q fits: %v, want %v", text, ok, fits)
		}
		if !ok {
			return
		}
		if diff := cmp.Diff(got, want); diff != "" || rest != left {
			t.Errorf("%q: %q is left, want %q; -got +want:\n%s", text, rest, left, diff)
		}
	})
}
