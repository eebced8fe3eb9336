package scripted

import (
	"strings"

	"stepgym/envs"
)

// Kinds and places that the shop policies know.
const (
	kindSearch = "search"
	kindOpen   = "open"
	kindOption = "option"
	kindNext   = "next"
	kindPrev   = "prev"
	kindBack   = "back"
	kindPage   = "page"
	kindBuy    = "buy"
	kindNoop   = "noop"

	placeSearch   = "search"
	placeResults  = "results"
	placeItem     = "item"
	placeFeatures = "features"
)

// choices returns what can be done in o: its admissible actions but those that
// do nothing, then the candidates of its forms.
func choices(o envs.Observation) []*envs.Choice {
	var out []*envs.Choice
	for _, c := range o.Admissible {
		if c.Kind != kindNoop {
			out = append(out, c)
		}
	}
	for _, f := range o.Forms {
		out = append(out, f.Candidates...)
	}
	return out
}

// ofKind returns the admissible choices of a kind, in order.
func ofKind(o envs.Observation, kind string) []*envs.Choice {
	var out []*envs.Choice
	for _, c := range o.Admissible {
		if c.Kind == kind {
			out = append(out, c)
		}
	}
	return out
}

// query returns the i-th candidate query, or the last where there are fewer.
func query(o envs.Observation, i int) []envs.Action {
	for _, f := range o.Forms {
		if f.Kind == kindSearch && len(f.Candidates) > 0 {
			return []envs.Action{f.Candidates[min(i, len(f.Candidates)-1)].Action}
		}
	}
	return nil
}

// queries returns the number of candidate queries.
func queries(o envs.Observation) int {
	for _, f := range o.Forms {
		if f.Kind == kindSearch {
			return len(f.Candidates)
		}
	}
	return 0
}

// only returns the first choice of a kind as a list of one, nil if there is
// none.
func only(o envs.Observation, kind string) []envs.Action {
	for _, c := range o.Admissible {
		if c.Kind == kind {
			return []envs.Action{c.Action}
		}
	}
	return nil
}

// subPage returns the link to the sub-page of that name, nil if there is none.
func subPage(o envs.Observation, name string) []envs.Action {
	for _, c := range o.Admissible {
		if isSubPage(c, name) {
			return []envs.Action{c.Action}
		}
	}
	return nil
}

// isSubPage reports whether c is the link to the sub-page of that name.
func isSubPage(c *envs.Choice, name string) bool {
	return c.Kind == kindPage && strings.Contains(strings.ToLower(c.Action.Text), name)
}
