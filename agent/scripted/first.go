package scripted

import "stepgym/envs"

// first buys the first result of the first query as it is.
type first struct{}

func (*first) label(o envs.Observation) []envs.Action {
	switch o.Place {
	case placeSearch:
		return query(o, 0)
	case placeResults:
		if open := only(o, kindOpen); open != nil {
			return open
		}
		return only(o, kindBack)
	case placeItem:
		return only(o, kindBuy)
	}
	return only(o, kindPrev)
}

func (*first) took(envs.Observation, *envs.Choice) {}
