// Package strptime reads dates as datetime.strptime of CPython 3.11 does, in the
// two formats that the classes of BFCL use.
package strptime

import (
	"fmt"
	"time"

	"stepgym/envs/toolcall/py"
)

// Time is a date and a time of the proleptic Gregorian calendar, without zone.
type Time struct{ Year, Month, Day, Hour, Minute, Second int }

// The formats, as texts of exceptions name them.
const (
	dateFormat = "%Y-%m-%d"
	timeFormat = "%Y-%m-%d %H:%M:%S"
)

// Date is datetime.strptime(v, "%Y-%m-%d"). It raises TypeError where v is no
// str; a ValueError is returned, since callers catch it.
func Date(v py.Value) (Time, *py.Exception) { return read(v, dateFormat) }

// DateTime is datetime.strptime(v, "%Y-%m-%d %H:%M:%S"); see [Date].
func DateTime(v py.Value) (Time, *py.Exception) { return read(v, timeFormat) }

func read(v py.Value, format string) (Time, *py.Exception) {
	text, ok := v.(py.Str)
	if !ok {
		name := v.Type()
		if v == (py.None{}) {
			name = "None"
		}
		py.Raise("TypeError", "strptime() argument 1 must be str, not %s", name)
	}
	t, rest, ok := split(string(text), format == timeFormat)
	switch {
	case !ok:
		return Time{}, valueError("time data %s does not match format '%s'", py.Repr(text), format)
	case rest != "":
		return Time{}, valueError("unconverted data remains: %s", rest)
	case t.Year == 0:
		return Time{}, valueError("year 0 is out of range")
	case t.Day > 28 && t.Day > time.Date(t.Year, time.Month(t.Month)+1, 0, 0, 0, 0, 0, time.UTC).Day():
		return Time{}, valueError("day is out of range for month")
	case t.Second > 59:
		return Time{}, valueError("second must be in 0..59")
	}
	return t, nil
}

func valueError(format string, args ...any) *py.Exception {
	return &py.Exception{Class: "ValueError", Text: fmt.Sprintf(format, args...)}
}

// Compare is negative where t is before u, positive where it is after u, and 0
// where they are one.
func (t Time) Compare(u Time) int {
	d := [...]int{t.Year - u.Year, t.Month - u.Month, t.Day - u.Day, t.Hour - u.Hour, t.Minute - u.Minute, t.Second - u.Second}
	for _, n := range d {
		if n != 0 {
			return n
		}
	}
	return 0
}
