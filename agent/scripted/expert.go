package scripted

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"stepgym/envs"
)

// expertPages is how far down the results the expert looks for its product.
const expertPages = 5

// expertQueries is the order in which the expert tries the candidate queries:
// the one that finds most first, then those that find what it does not.
var expertQueries = []int{1, 6, 7, 2, 0, 3, 4, 5}

// expert knows the product and the options that are wanted. It looks for the
// product in the results of the candidate queries and buys it. What it cannot
// find within the turns it does not buy: it is an upper bound for what can be
// reached with these queries in these turns, not a way to a good score.
type expert struct {
	asin    string
	options [][2]string
	turns   int

	done   int
	tried  int // queries given up
	page   int // page of the results, from 1
	chosen map[string]string
}

// newExpert reads what is wanted from the task's data: {"asin": "...",
// "options": [["name", "value"], ...]}. A task without it is an error.
func newExpert(t envs.Task, turns int) (*expert, error) {
	var data struct {
		ASIN    string      `json:"asin"`
		Options [][2]string `json:"options"`
	}
	if err := json.Unmarshal(t.Data, &data); err != nil {
		return nil, fmt.Errorf("scripted: expert: data of task %s: %w", t.ID, err)
	}
	if data.ASIN == "" {
		return nil, fmt.Errorf("scripted: expert: task %s does not say which product is wanted (asin)", t.ID)
	}
	if turns <= 0 {
		turns = math.MaxInt32
	}
	return &expert{asin: data.ASIN, options: data.Options, turns: turns, chosen: make(map[string]string)}, nil
}

func (e *expert) label(o envs.Observation) []envs.Action {
	switch o.Place {
	case placeSearch:
		return query(o, e.query(queries(o)))
	case placeResults:
		return e.results(o)
	case placeItem:
		if !strings.EqualFold(o.Focus, e.asin) {
			return only(o, kindPrev)
		}
		if todo := unset(e.wanted(o), e.chosen); todo != nil {
			return todo
		}
		return only(o, kindBuy)
	}
	return only(o, kindPrev)
}

// query returns the number of the next query to try of n.
func (e *expert) query(n int) int {
	at := e.tried
	for _, q := range expertQueries {
		if q >= n {
			continue
		}
		if at == 0 {
			return q
		}
		at--
	}
	return 0
}

// results opens the product if it is here, and else turns the page or goes back
// to try another query.
func (e *expert) results(o envs.Observation) []envs.Action {
	links := ofKind(o, kindOpen)
	for _, c := range links {
		if strings.EqualFold(c.Ref, e.asin) {
			return []envs.Action{c.Action}
		}
	}
	finish := 1 + len(e.options) + 1
	if len(links) > 0 && e.page < expertPages && e.turns-e.done > finish {
		if a := only(o, kindNext); a != nil {
			return a
		}
	}
	return only(o, kindBack)
}

// wanted returns the choices of o that set what the goal wants. An option
// without a name is wanted under any name.
func (e *expert) wanted(o envs.Observation) []*envs.Choice {
	var out []*envs.Choice
	for _, c := range ofKind(o, kindOption) {
		value := strings.TrimPrefix(c.Desc, c.Slot+": ")
		for _, w := range e.options {
			if strings.EqualFold(value, w[1]) && (w[0] == "" || strings.EqualFold(c.Slot, w[0])) {
				out = append(out, c)
				break
			}
		}
	}
	return out
}

func (e *expert) took(o envs.Observation, c *envs.Choice) {
	e.done++
	choose(e.chosen, c)
	switch {
	case c.Kind == kindSearch:
		e.page = 1
	case c.Kind == kindNext:
		e.page++
	case c.Kind == kindPrev && o.Place == placeResults:
		e.page--
	case c.Kind == kindBack && o.Place == placeResults:
		e.tried++
	}
}
