package trading

import (
	"time"

	"stepgym/envs/toolcall/bfcl/api/internal/strptime"
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

// The times that no date is before or after.
var (
	earliest = strptime.Time{}
	latest   = strptime.Time{Year: 1 << 30}
)

// must raises the ValueError of reading a time, if there is one.
func must(t strptime.Time, e *py.Exception) strptime.Time {
	if e != nil {
		panic(e)
	}
	return t
}
