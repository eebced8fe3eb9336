package trading

import (
	"time"

	"stepgym/envs/toolcall/py"
)

// opening is the present, 2024-09-01 10:30 in UTC, in seconds since 1970. The
// original takes it in the zone of the machine.
const (
	opening = 1725186600
	aDay    = 24 * 60 * 60
)

var now py.Value = py.Str("10:30 AM")

func (s *State) time([]py.Value) py.Value { return timeForm.D(now) }

// drawTime draws the time of a transaction, within a day from now.
func (s *State) drawTime() string {
	s.random = s.random.Own(s.owner)
	at := s.random.RandInt(opening, opening+aDay)
	return time.Unix(at, 0).UTC().Format(time.DateTime)
}

// moment is a time of a calendar without zone; later ones are greater.
type moment int64

const (
	earliest moment = 0
	latest   moment = 1<<63 - 1
)

// Formats of times, as strptime has them.
const (
	dateFormat = "%Y-%m-%d"
	timeFormat = "%Y-%m-%d %H:%M:%S"
)

// readDate is datetime.strptime(v, "%Y-%m-%d").
func readDate(v py.Value) moment { return read(v, dateFormat) }

// readTime is datetime.strptime(v, "%Y-%m-%d %H:%M:%S").
func readTime(v py.Value) moment { return read(v, timeFormat) }

func read(v py.Value, format string) moment {
	text, ok := v.(py.Str)
	if !ok {
		py.Raise("TypeError", "strptime() argument 1 must be str, not %s", v.Type())
	}
	d, rest, ok := split(string(text), format == timeFormat)
	switch {
	case !ok:
		py.Raise("ValueError", "time data %s does not match format '%s'", py.Repr(text), format)
	case rest != "":
		py.Raise("ValueError", "unconverted data remains: %s", rest)
	case d.year == 0:
		py.Raise("ValueError", "year 0 is out of range")
	case d.day > time.Date(d.year, time.Month(d.month)+1, 0, 0, 0, 0, 0, time.UTC).Day():
		py.Raise("ValueError", "day is out of range for month")
	case d.second > 59:
		py.Raise("ValueError", "second must be in 0..59")
	}
	return d.moment()
}
