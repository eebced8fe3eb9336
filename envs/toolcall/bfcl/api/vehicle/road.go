package vehicle

import "stepgym/envs/toolcall/py"

func (s *State) estimateDrive(args []py.Value) py.Value {
	short := py.Less(py.Mul(s.fuelLevel, milesAGallon), args[0])
	return py.One(py.Str("canDrive"), py.Bool(!short))
}

func (s *State) literToGallon(args []py.Value) py.Value {
	return py.One(py.Str("gallon"), py.Mul(args[0], gallonsALiter))
}

func (s *State) gallonToLiter(args []py.Value) py.Value {
	return py.One(py.Str("liter"), py.Mul(args[0], litersAGallon))
}

// road is a distance between two zip codes, both ways.
type road struct {
	a, b py.Str
	km   py.Float
}

var roads = [...]road{
	{"83214", "74532", 750},
	{"56108", "62947", 320},
	{"71354", "83462", 450},
	{"47329", "52013", 290},
	{"69238", "51479", 630},
	{"94016", "83214", 980},
	{"94016", "94704", 600},
	{"94704", "08540", 2550},
	{"94016", "08540", 1950},
	{"62947", "47329", 1053},
	{"94016", "62947", 780},
	{"74532", "94016", 880},
}

func (s *State) estimateDistance(args []py.Value) py.Value {
	first := py.KV(py.Str("error"), py.Str("distance not found in database."))
	a, okA := args[0].(py.Str)
	b, okB := args[1].(py.Str)
	for i := range roads {
		r := &roads[i]
		if okA && okB && (a == r.a && b == r.b || a == r.b && b == r.a) {
			first = py.KV(py.Str("distance"), r.km)
			break
		}
	}
	if s.long != nil {
		return py.Of(first, py.KV(py.Str("intermediaryCities"), s.literal("INTERMEDIARY_CITIES")))
	}
	return py.Of(first)
}

func (s *State) zipcodeOfCity(args []py.Value) py.Value {
	city, _ := args[0].(py.Str)
	return py.One(py.Str("zipcode"), zipcode(city))
}

func zipcode(city py.Str) py.Value {
	switch city {
	case "Rivermist":
		return py.Str("83214")
	case "Stonebrook":
		return py.Str("74532")
	case "Maplecrest":
		return py.Str("56108")
	case "Silverpine":
		return py.Str("62947")
	case "Shadowridge":
		return py.Str("71354")
	case "Sunset Valley":
		return py.Str("83462")
	case "Oakendale":
		return py.Str("47329")
	case "Willowbend":
		return py.Str("52013")
	case "Crescent Hollow":
		return py.Str("69238")
	case "Autumnville":
		return py.Str("51479")
	case "San Francisco":
		return py.Str("94016")
	}
	return py.Str("00000")
}

func (s *State) setNavigation(args []py.Value) py.Value {
	s.destination = py.Frozen(args[0]) // of whatever type, before it is spoken of
	return py.One(py.Str("status"), py.Add(py.Str("Navigating to "), args[0]))
}
