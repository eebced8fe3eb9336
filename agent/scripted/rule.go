package scripted

import (
	"strings"

	"stepgym/envs"
)

// rule buys the first result of the first query, with the option values that
// occur in the instruction.
type rule struct {
	first
	goal   goal
	chosen map[string]string // setting: description of the choice
}

func newRule(t envs.Task) *rule {
	return &rule{goal: parseGoal(t.Goal), chosen: make(map[string]string)}
}

func (r *rule) label(o envs.Observation) []envs.Action {
	if o.Place != placeItem {
		return r.first.label(o)
	}
	wanted := longest(o, func(c *envs.Choice) string {
		value := strings.ToLower(strings.TrimPrefix(c.Desc, c.Slot+": "))
		if strings.Contains(r.goal.text, value) {
			return value
		}
		return ""
	})
	if todo := unset(wanted, r.chosen); todo != nil {
		return todo
	}
	return only(o, kindBuy)
}

func (r *rule) took(o envs.Observation, c *envs.Choice) { choose(r.chosen, c) }

// choose notes the setting that a choice makes; opening another product or
// searching makes the shop forget them.
func choose(chosen map[string]string, c *envs.Choice) {
	switch c.Kind {
	case kindOption:
		chosen[c.Slot] = c.Desc
	case kindOpen, kindSearch:
		clear(chosen)
	}
}
