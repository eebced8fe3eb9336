package travel

import "stepgym/envs/toolcall/py"

// route is a flight without change and its base cost in US dollars.
type route struct {
	from, to py.Str
	cost     int
}

// routes are all flights, in the order in which a long context lists them.
var routes = [...]route{
	{"SFO", "LAX", 200},
	{"SFO", "JFK", 500},
	{"SFO", "ORD", 400},
	{"SFO", "BOS", 450},
	{"SFO", "RMS", 300},
	{"SFO", "SBK", 350},
	{"SFO", "MPC", 370},
	{"SFO", "SVP", 320},
	{"SFO", "SHD", 330},
	{"SFO", "SSV", 340},
	{"SFO", "OKD", 360},
	{"SFO", "WLB", 310},
	{"SFO", "CRH", 380},
	{"SFO", "ATV", 390},
	{"SFO", "PHV", 420},
	{"SFO", "GFD", 430},
	{"SFO", "CIA", 700},
	{"LAX", "SFO", 100},
	{"LAX", "JFK", 600},
	{"LAX", "ORD", 500},
	{"LAX", "BOS", 550},
	{"LAX", "RMS", 310},
	{"LAX", "SBK", 320},
	{"LAX", "MPC", 330},
	{"LAX", "SVP", 340},
	{"LAX", "SHD", 350},
	{"LAX", "SSV", 360},
	{"LAX", "OKD", 370},
	{"LAX", "WLB", 380},
	{"LAX", "CRH", 390},
	{"LAX", "ATV", 400},
	{"LAX", "PHV", 410},
	{"LAX", "GFD", 420},
	{"LAX", "HND", 430},
	{"JFK", "ORD", 300},
	{"JFK", "BOS", 250},
	{"JFK", "RMS", 450},
	{"JFK", "SBK", 460},
	{"JFK", "MPC", 470},
	{"JFK", "SVP", 480},
	{"JFK", "SHD", 490},
	{"JFK", "SSV", 500},
	{"JFK", "OKD", 510},
	{"JFK", "WLB", 520},
	{"JFK", "CRH", 530},
	{"JFK", "ATV", 540},
	{"JFK", "PHV", 550},
	{"JFK", "GFD", 560},
	{"JFK", "LAX", 570},
	{"JFK", "HND", 800},
	{"JFK", "PVG", 950},
	{"JFK", "PEK", 1000},
	{"ORD", "LAX", 180},
	{"ORD", "BOS", 200},
	{"ORD", "RMS", 350},
	{"ORD", "SBK", 360},
	{"ORD", "MPC", 370},
	{"ORD", "SVP", 380},
	{"ORD", "SHD", 390},
	{"ORD", "SSV", 400},
	{"ORD", "OKD", 410},
	{"ORD", "WLB", 420},
	{"ORD", "CRH", 430},
	{"ORD", "ATV", 440},
	{"ORD", "PHV", 450},
	{"ORD", "GFD", 460},
	{"BOS", "RMS", 400},
	{"BOS", "SBK", 410},
	{"BOS", "MPC", 420},
	{"BOS", "SVP", 430},
	{"BOS", "SHD", 440},
	{"BOS", "SSV", 450},
	{"BOS", "OKD", 460},
	{"BOS", "WLB", 470},
	{"BOS", "CRH", 480},
	{"BOS", "ATV", 490},
	{"BOS", "PHV", 500},
	{"BOS", "GFD", 510},
	{"RMS", "BOS", 200},
	{"RMS", "JFK", 210},
	{"RMS", "SBK", 220},
	{"RMS", "MPC", 230},
	{"RMS", "SVP", 240},
	{"RMS", "SHD", 250},
	{"RMS", "SSV", 260},
	{"RMS", "OKD", 270},
	{"RMS", "WLB", 280},
	{"RMS", "CRH", 290},
	{"RMS", "ATV", 300},
	{"RMS", "PHV", 310},
	{"RMS", "GFD", 320},
	{"RMS", "LAX", 330},
	{"SBK", "MPC", 200},
	{"SBK", "SVP", 210},
	{"SBK", "SHD", 220},
	{"SBK", "SSV", 230},
	{"SBK", "OKD", 240},
	{"SBK", "WLB", 250},
	{"SBK", "CRH", 260},
	{"SBK", "ATV", 270},
	{"SBK", "PHV", 280},
	{"SBK", "GFD", 290},
	{"MPC", "SVP", 210},
	{"MPC", "SHD", 220},
	{"MPC", "SSV", 230},
	{"MPC", "OKD", 240},
	{"MPC", "WLB", 250},
	{"MPC", "CRH", 260},
	{"MPC", "ATV", 270},
	{"MPC", "PHV", 280},
	{"MPC", "GFD", 290},
	{"SVP", "SHD", 230},
	{"SVP", "SSV", 240},
	{"SVP", "OKD", 250},
	{"SVP", "WLB", 260},
	{"SVP", "CRH", 270},
	{"SVP", "ATV", 280},
	{"SVP", "PHV", 290},
	{"SVP", "GFD", 300},
	{"SHD", "SSV", 220},
	{"SHD", "OKD", 230},
	{"SHD", "WLB", 240},
	{"SHD", "CRH", 250},
	{"SHD", "ATV", 260},
	{"SHD", "PHV", 270},
	{"SHD", "GFD", 280},
	{"SSV", "OKD", 240},
	{"SSV", "WLB", 250},
	{"SSV", "CRH", 260},
	{"SSV", "ATV", 270},
	{"SSV", "PHV", 280},
	{"SSV", "GFD", 290},
	{"OKD", "WLB", 230},
	{"OKD", "CRH", 240},
	{"OKD", "ATV", 250},
	{"OKD", "PHV", 260},
	{"OKD", "GFD", 270},
	{"WLB", "CRH", 250},
	{"WLB", "ATV", 260},
	{"WLB", "PHV", 270},
	{"WLB", "GFD", 280},
	{"CRH", "ATV", 240},
	{"CRH", "PHV", 250},
	{"CRH", "GFD", 260},
	{"CRH", "SFO", 270},
	{"CRH", "RMS", 280},
	{"CRH", "HKG", 290},
	{"CRH", "JFK", 300},
	{"ATV", "PHV", 230},
	{"ATV", "GFD", 240},
	{"PHV", "GFD", 220},
	{"LHR", "CDG", 100},
	{"OKD", "LAX", 220},
}

// routeFrom finds a route; nil if there is none.
func routeFrom(from, to py.Str) *route {
	for i := range routes {
		if routes[i].from == from && routes[i].to == to {
			return &routes[i]
		}
	}
	return nil
}

// codes are the airports, in the order in which they are listed.
var codes = [...]py.Value{
	py.Str("RMS"), py.Str("SBK"), py.Str("MPC"), py.Str("SVP"), py.Str("SHD"), py.Str("CDG"), py.Str("LHR"), py.Str("SSV"),
	py.Str("OKD"), py.Str("WLB"), py.Str("PEK"), py.Str("HND"), py.Str("HKG"), py.Str("CIA"), py.Str("CRH"), py.Str("ATV"),
	py.Str("PHV"), py.Str("GFD"), py.Str("SFO"), py.Str("LAX"), py.Str("JFK"), py.Str("ORD"), py.Str("BOS"),
}

// airport reports whether v is the code of one.
func airport(v py.Value) bool {
	s, ok := v.(py.Str)
	if !ok {
		return false
	}
	for _, c := range codes {
		if c.(py.Str) == s {
			return true
		}
	}
	return false
}

func (s *State) listAirports([]py.Value) py.Value {
	return py.NewList(codes[:len(codes):len(codes)]...)
}

func (s *State) nearestAirport(args []py.Value) py.Value {
	py.CheckHash(args[0])
	city, _ := args[0].(py.Str)
	return py.One(py.Str("nearest_airport"), nearest(city))
}

func nearest(city py.Str) py.Value {
	switch city {
	case "Rivermist":
		return py.Str("RMS")
	case "Stonebrook":
		return py.Str("SBK")
	case "Maplecrest":
		return py.Str("MPC")
	case "Silverpine":
		return py.Str("SVP")
	case "Shadowridge":
		return py.Str("SHD")
	case "London":
		return py.Str("LHR")
	case "Paris":
		return py.Str("CDG")
	case "Sunset Valley":
		return py.Str("SSV")
	case "Oakendale":
		return py.Str("OKD")
	case "Willowbend":
		return py.Str("WLB")
	case "Crescent Hollow":
		return py.Str("CRH")
	case "Autumnville":
		return py.Str("ATV")
	case "Pinehaven":
		return py.Str("PHV")
	case "Greenfield":
		return py.Str("GFD")
	}
	return nearestCity(city)
}

func nearestCity(city py.Str) py.Value {
	switch city {
	case "San Francisco":
		return py.Str("SFO")
	case "Los Angeles":
		return py.Str("LAX")
	case "New York":
		return py.Str("JFK")
	case "Chicago":
		return py.Str("ORD")
	case "Boston":
		return py.Str("BOS")
	case "Beijing":
		return py.Str("PEK")
	case "Hong Kong":
		return py.Str("HKG")
	case "Rome":
		return py.Str("CIA")
	case "Tokyo":
		return py.Str("HND")
	}
	return py.Str("Unknown")
}
