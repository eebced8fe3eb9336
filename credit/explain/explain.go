// Package explain says, for a person, why each step of a group got its
// advantage: which steps it was compared with, and what each comparison added.
package explain

import (
	"encoding/json"
	"fmt"

	"stepgym/credit"
	"stepgym/traces"
)

// Explanation is the credit of one group, step by step.
type Explanation struct {
	Group        string             `json:"group"`
	Method       credit.Description `json:"method"`
	Key          traces.Grouping    `json:"grouping_key"`
	Transforms   credit.Transforms  `json:"transforms,omitempty"` // what the caller did to the rewards; [Group] leaves it empty
	Trajectories []Trajectory       `json:"trajectories"`
	States       []string           `json:"states"` // text of every state
	Steps        []Step             `json:"steps"`  // trajectory after trajectory
}

// Trajectory is a rollout of the group.
type Trajectory struct {
	ID      string  `json:"id"`
	Score   float64 `json:"score"` // sum of its rewards
	Success bool    `json:"success"`
	Lost    string  `json:"lost,omitempty"` // why it has no part in the group
}

// Step is one step and its advantage.
type Step struct {
	Trajectory int     `json:"trajectory"` // index into Trajectories
	Step       int     `json:"step"`
	State      int     `json:"state"` // index into States
	Action     string  `json:"action"`
	Reward     float64 `json:"reward"`
	Return     float64 `json:"return"` // discounted as the method does
	Advantage  float64 `json:"advantage"`
	Parts      []Part  `json:"parts"` // their values add up to Advantage
}

// Part is one comparison of a step.
type Part struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"` // what it adds to the advantage, weights included
	Why   string  `json:"why"`
	With  []Place `json:"with"` // who else was in the comparison
}

// Place names a step, or with Step -1 a whole trajectory.
type Place struct {
	Trajectory int `json:"trajectory"` // index into Trajectories
	Step       int `json:"step"`
}

// Group explains adv, which m gave for g: m.Advantages(g), or g's part of
// credit.All for a batchwise method.
func Group(g *traces.Graph, m credit.Method, adv [][]float64) (*Explanation, error) {
	e := &Explanation{Group: g.ID, Method: m.Describe(), Key: g.Grouping, States: g.States}
	e.Trajectories = make([]Trajectory, g.Size)
	for _, x := range g.Excluded {
		e.Trajectories[x.Source] = Trajectory{ID: x.ID, Lost: x.Reason}
	}
	for _, r := range g.Rollouts {
		e.Trajectories[r.Source] = Trajectory{ID: r.ID, Score: r.Score, Success: r.Success}
	}
	v := &view{g: g, adv: make([]float64, g.Len()), gamma: gamma(e.Method.Params)}
	v.returns = g.Returns(v.gamma)
	for _, r := range g.Rollouts {
		if len(adv) != g.Size || len(adv[r.Source]) != r.Steps {
			return nil, fmt.Errorf("explain: group %q: the advantages have another shape than the group", g.ID)
		}
		copy(v.adv[r.First:], adv[r.Source])
	}
	parts, err := v.parts(e.Method.Params)
	if err != nil {
		return nil, fmt.Errorf("explain: group %q: %w", g.ID, err)
	}
	for j := range g.Len() {
		e.Steps = append(e.Steps, Step{
			Trajectory: g.Rollouts[g.Rollout[j]].Source, Step: int(g.Step[j]), State: int(g.State[j]),
			Action: g.Actions[g.Action[j]], Reward: g.Reward[j], Return: v.returns[j], Advantage: v.adv[j], Parts: parts[j],
		})
	}
	return e, nil
}

// gamma returns the discount among parameters, 1 if they have none.
func gamma(params any) float64 {
	var p struct {
		Gamma *float64 `json:"gamma"`
	}
	text, err := json.Marshal(params)
	if err != nil || json.Unmarshal(text, &p) != nil || p.Gamma == nil {
		return 1
	}
	return *p.Gamma
}

// view is a group with what is known of its credit, by row.
type view struct {
	g       *traces.Graph
	adv     []float64
	gamma   float64
	returns []float64
}

// parts takes the advantages apart, as the method with these parameters put
// them together.
func (v *view) parts(params any) ([][]Part, error) {
	switch p := params.(type) {
	case credit.GRPOParams:
		return v.episodes(p, 1)
	case credit.RLOOParams:
		return v.whole("episode", func(int) string { return "less the mean of the others" }), nil
	case credit.ReinforcePPParams:
		return v.whole("batch", func(int) string { return "less the group's mean, then whitened over the batch" }), nil
	case credit.SeeUPOParams:
		return v.whole("product", v.seeUPO), nil
	case credit.GAEParams:
		return v.critic(p), nil
	case credit.GiGPOParams:
		return v.giGPO(p)
	case credit.HGPOParams:
		return v.hgpo(p)
	case credit.SALTParams:
		edges := v.g.Edges().Partition()
		if p.History > 0 {
			edges = edges.Meet(v.g.Histories(p.History))
		}
		return v.shared("edge", edges, "transition"), nil
	case credit.ARPOParams:
		return v.shared("prefix", v.g.Prefixes(), "beginning"), nil
	case credit.RTMCParams:
		return v.rtmc(), nil
	case credit.GraphGPOParams:
		return v.graphGPO(p)
	case credit.GRAFTParams:
		return v.graft(p)
	}
	return v.whole("advantage", func(int) string { return "" }), nil
}
