package travel

import (
	"math/big"

	"stepgym/envs/toolcall/py"
)

// flight is a question about a flight that has an answer. It is immutable.
type flight struct {
	from, to    py.Str
	when, class py.Value
	factor      int // by which all base costs are multiplied
	cost        py.Float
}

// newFlight prices a flight, or says why there is none. It raises what reading
// the date raises.
func newFlight(from, to, when, class py.Value) (*flight, string) {
	py.CheckHash(from)
	py.CheckHash(to)
	a, okA := from.(py.Str)
	b, okB := to.(py.Str)
	var r *route
	if okA && okB {
		r = routeFrom(a, b)
	}
	if r == nil {
		return nil, "No available route for the given airports."
	}
	n := factor(class)
	if n == 0 {
		return nil, "Invalid travel class. Options are: economy, business, first."
	}
	if !oddDigits(when) {
		n *= 2
	}
	return &flight{from: a, to: b, when: when, class: class, factor: n, cost: py.Float(r.cost * n)}, ""
}

// factor is by what a class multiplies the cost; 0 if there is no such class.
func factor(class py.Value) int {
	s, _ := class.(py.Str)
	switch s {
	case "economy":
		return 1
	case "business":
		return 2
	case "first":
		return 5
	}
	return 0
}

// oddDigits reports whether the sum of the digits of a date, of whatever form,
// is odd.
func oddDigits(when py.Value) bool {
	if s, ok := when.(py.Str); ok {
		if odd, ok := oddASCII(string(s)); ok {
			return odd
		}
	}
	odd := false
	for _, c := range py.Iter(when) {
		if !py.IsDigit(py.StrAttr(c, "isdigit")) {
			continue
		}
		switch n := py.IntOf(c).(type) { // raises for digits that are no numbers, such as a superscript
		case py.Int:
			odd = odd != (n&1 == 1)
		case *py.Big:
			odd = odd != (new(big.Int).And(n.X, big.NewInt(1)).Sign() != 0)
		}
	}
	return odd
}

// oddASCII is oddDigits for a str of ASCII, which ok tells.
func oddASCII(s string) (odd, ok bool) {
	var sum byte
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 0x80:
			return false, false
		case '0' <= c && c <= '9':
			sum += c & 1
		}
	}
	return sum&1 == 1, true
}

// allCosts are the costs of all routes by factor: 1, 2, 4, 5 and 10 occur.
var allCosts = [...]py.Value{1: costsBy(1), 2: costsBy(2), 4: costsBy(4), 5: costsBy(5), 10: costsBy(10)}

func costsBy(factor int) py.Value {
	costs := make([]py.Value, len(routes))
	for i, r := range routes {
		costs[i] = py.Float(r.cost * factor)
	}
	return py.Seal(py.NewList(costs...))
}

func (s *State) flightCost(args []py.Value) py.Value {
	f, why := newFlight(args[0], args[1], py.Frozen(args[2]), args[3])
	if why != "" {
		py.Raise("ValueError", "%s", why)
	}
	s.flight = f
	if s.long { // the costs of all routes, whichever was asked for
		return py.One(py.Str("travel_cost_list"), allCosts[f.factor])
	}
	return py.One(py.Str("travel_cost_list"), py.NewList(f.cost))
}

// costs returns what the original keeps of the question: a dict of a key for the
// flight, with long for every route, and its cost.
func (f *flight) costs(long bool) py.Value {
	d := py.NewDict(nil, 1)
	if f == nil {
		return d
	}
	of := func(from, to py.Str, cost py.Float) {
		key := string(from) + "|" + string(to) + "|" + py.Format(f.class) + "|" + py.Format(f.when)
		d.Set(py.Str(key), py.One(py.Str("cost"), cost))
	}
	if !long {
		of(f.from, f.to, f.cost)
		return d
	}
	for _, r := range routes {
		of(r.from, r.to, py.Float(r.cost*f.factor))
	}
	return d
}
