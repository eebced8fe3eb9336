package wire

import (
	"encoding/json"
	"fmt"
	"math"

	"stepgym/credit"
	"stepgym/traces"
)

// Answer is the credit of one group.
type Answer struct {
	ID string `json:"id"`

	// Advantages[i][t] belongs to step t of trajectory i; Advantages[i] is
	// null for a trajectory that was lost (its "error" is set).
	Advantages [][]float64 `json:"advantages"`

	// TokenAdvantages[i] repeats every step's advantage for each token that the
	// policy wrote for it; only when [Options] ask for it.
	TokenAdvantages [][]float64 `json:"token_advantages,omitempty"`

	Stats Stats `json:"stats"`

	group *Group
	graph *traces.Graph
	gamma float64 // of the returns in a table
}

// Stats says what the method had to work with, and which statistics it used.
type Stats struct {
	credit.Stats
	Used json.RawMessage `json:"used,omitempty"` // a [Used]; left out where a [Response] has it once for all
}

// Used says how the advantages came to be.
type Used struct {
	credit.Description
	Key        traces.Grouping   `json:"grouping_key"`         // what makes two steps one state
	Transforms credit.Transforms `json:"transforms,omitempty"` // of the rewards, with all parameters
}

// used encodes what is the same for all answers of a method. Groups as columns
// hold one observation a step, so that is what they are compared by.
func used(o *Options) (json.RawMessage, error) {
	return json.Marshal(Used{o.Method.Describe(), traces.ByAnchor, o.Transforms})
}

// newAnswer makes the answer for a group from its advantages.
func newAnswer(group *Group, graph *traces.Graph, adv [][]float64, o *Options) (*Answer, error) {
	for i, row := range adv {
		for t, a := range row {
			if math.IsNaN(a) || math.IsInf(a, 0) {
				return nil, fmt.Errorf("group %q: trajectory %d (%q), step %d: the advantage is %v: rewards or parameters are beyond what float64 holds",
					graph.ID, i, group.Trajectories[i].ID, t, a)
			}
		}
	}
	a := &Answer{ID: graph.ID, Advantages: adv, group: group, graph: graph, gamma: o.gamma}
	a.Stats.Stats = credit.Summarize([]*traces.Graph{graph}, [][][]float64{adv})
	a.Stats.Used = o.used
	if o.Tokens {
		a.TokenAdvantages = Expand(graph, adv)
	}
	return a, nil
}

// Expand repeats the advantage of every step for each of its tokens:
// out[i] has as many values as trajectory i has tokens, nil where adv[i] is.
func Expand(g *traces.Graph, adv [][]float64) [][]float64 {
	out := make([][]float64, len(adv))
	for _, r := range g.Rollouts {
		n := 0
		for _, tokens := range g.Tokens[r.First : r.First+r.Steps] {
			n += int(tokens)
		}
		row := make([]float64, 0, n)
		for t, tokens := range g.Tokens[r.First : r.First+r.Steps] {
			for range tokens {
				row = append(row, adv[r.Source][t])
			}
		}
		out[r.Source] = row
	}
	return out
}

// gammaOf returns the discount among a method's parameters, 1 if it has none.
func gammaOf(m credit.Method) float64 {
	var p struct {
		Gamma *float64 `json:"gamma"`
	}
	text, err := json.Marshal(m.Describe().Params)
	if err != nil || json.Unmarshal(text, &p) != nil || p.Gamma == nil {
		return 1
	}
	return *p.Gamma
}
