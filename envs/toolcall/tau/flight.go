package tau

import (
	"fmt"
	"strings"

	"stepgym/envs/toolcall/py"
)

// flight is a flight as searches need it.
type flight struct {
	destination, departure, arrival py.Str

	dates *py.Dict
	days  map[py.Str]*day
}

// day is a flight on one day.
type day struct {
	info *py.Dict // what the database says of the day
	text string   // in JSON: the flight without its days, then the day
}

// route is where a flight goes from and to.
type route struct{ from, to py.Str }

// indexFlights makes the indexes for searches.
func (d *Data) indexFlights() error {
	d.routes, d.departures = map[route][]*flight{}, map[py.Str][]*flight{}
	for _, it := range d.tables[flights].Items() {
		r := it.Value.(*py.Dict)
		f, err := newFlight(r)
		if err != nil {
			return fmt.Errorf("tau: flights.json: %s: %w", py.ToStr(it.Key), err)
		}
		from := r.MustGet(kOrigin).(py.Str)
		at := route{from, f.destination}
		d.routes[at] = append(d.routes[at], f)
		d.departures[from] = append(d.departures[from], f)
	}
	return nil
}

func newFlight(r *py.Dict) (*flight, error) {
	f := &flight{
		destination: r.MustGet(kDestination).(py.Str),
		departure:   r.MustGet(py.Str("scheduled_departure_time_est")).(py.Str),
		arrival:     r.MustGet(py.Str("scheduled_arrival_time_est")).(py.Str),
		dates:       r.MustGet(kDates).(*py.Dict),
	}
	f.days = make(map[py.Str]*day, f.dates.Len())
	for _, it := range f.dates.Items() {
		date, ok := it.Key.(py.Str)
		if !ok {
			return nil, fmt.Errorf("a date is of type %s, not a text", it.Key.Type())
		}
		info := it.Value.(*py.Dict)
		if !info.Has(kStatus) {
			return nil, fmt.Errorf("%s: it has no status", date)
		}
		all := py.NewDict(nil, r.Len()+info.Len())
		for _, of := range []*py.Dict{r, info} {
			for _, it := range of.Items() {
				if of == info || !py.EqualStr(it.Key, "dates") {
					all.Set(it.Key, it.Value)
				}
			}
		}
		if all.Has(kDate) {
			return nil, fmt.Errorf("%s: it has a date of its own", date)
		}
		text, ok := py.AppendJSON(nil, all)
		if !ok {
			return nil, fmt.Errorf("%s: it cannot be written as JSON", date)
		}
		f.days[date] = &day{info, string(text)}
	}
	return f, nil
}

// day returns the flight on a date; nil where it does not go. A date that cannot
// be hashed raises.
func (f *flight) day(date py.Value) *day {
	if s, ok := date.(py.Str); ok {
		return f.days[s]
	}
	py.CheckHash(date)
	return nil
}

// onward is the date on which a flight that follows this one goes.
func (f *flight) onward(date py.Value) py.Value {
	if !strings.Contains(string(f.arrival), "+1") {
		return date
	}
	n := py.IntOf(py.Slice(date, py.Int(-2), py.None{}))
	return py.Str("2024-05-" + py.Format(py.Add(n, py.Int(1))))
}

// appendOn appends the day in JSON with a date behind it.
func (d *day) appendOn(b []byte, date py.Value) []byte {
	b = append(append(b, d.text[:len(d.text)-1]...), `, "date": `...)
	b, _ = py.AppendJSON(b, date)
	return append(b, '}')
}
