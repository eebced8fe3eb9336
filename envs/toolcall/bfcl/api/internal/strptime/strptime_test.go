package strptime

import (
	"fmt"
	"testing"
	"time"

	"stepgym/envs/toolcall/py"
)

// FuzzDate checks that what is read as a date is one.
func FuzzDate(f *testing.F) {
	for _, s := range []string{"2027-01-05", "2027-1- 5", "2027-2-29", "٢٠٢٧-01-1٣", "0000-01-01", "2027-1-320", "-", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, e := Date(py.Str(s))
		if e != nil {
			return
		}
		day := time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, time.UTC)
		if day.Year() != d.Year || int(day.Month()) != d.Month || day.Day() != d.Day {
			t.Errorf("%q gave %v", s, d)
		}
		if again, e := Date(py.Str(fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day))); e != nil || again != d {
			t.Errorf("%q gave %v, which gave %v", s, d, again)
		}
	})
}
