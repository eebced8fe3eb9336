package runner

import (
	"fmt"
	"math"

	"stepgym/agent"
	"stepgym/credit"
	"stepgym/traces"
)

// creditor turns groups into samples: penalty, transforms, credit, scale.
type creditor struct {
	method    credit.Method
	grouping  traces.Grouping
	penalty   credit.Penalty
	changes   credit.Transforms // after the penalty
	gamma     float64           // discount of Sample.Return
	normalize bool              // divide advantages by their deviation over the batch
	keepZero  bool              // keep samples whose advantage is exactly 0
	workers   int
}

// credits is what a batch of groups came to.
type credits struct {
	samples []agent.Sample
	rolls   int // trajectories so far: they number the sequences of losses
	stats   credit.Stats
	std     float64 // deviation of the advantages that the batch was divided by
}

// build makes the graphs of groups, penalties charged and rewards transformed.
func (c *creditor) build(gs []group) ([]*traces.Graph, error) {
	graphs := make([]*traces.Graph, len(gs))
	for i, g := range gs {
		graph, err := traces.NewGraph(g.Group, traces.GraphOptions{Grouping: c.grouping})
		if err != nil {
			return nil, fmt.Errorf("runner: graph: %w", err)
		}
		if graphs[i], err = c.penalty.Apply(graph); err != nil {
			return nil, fmt.Errorf("runner: graph of %s: %w", g.ID, err)
		}
		if graphs[i], err = withParts(graphs[i], g.Group, c.changes.Parts()); err != nil {
			return nil, fmt.Errorf("runner: transforms: group %s: %w", g.ID, err)
		}
		if graphs[i], err = credit.Prepare(graphs[i], c.changes...); err != nil {
			return nil, fmt.Errorf("runner: transforms: %w", err)
		}
	}
	return graphs, nil
}

// assign gives every step its credit, writes it into the trajectories under the
// method's name, and returns the samples for an update.
//
// The order is fixed: build has charged the penalty for invalid actions and made
// the transforms, the method reads the graphs, samples with advantage exactly 0 are dropped unless
// they are to be kept, and the rest is divided by its population deviation
// (plus 1e-6), without moving the mean. Dropped samples carry no policy
// gradient; what is lost with them is their share of the entropy bonus and of
// the value loss. See Config.KeepZero.
func (c *creditor) assign(gs []group, graphs []*traces.Graph) (credits, error) {
	var out credits
	adv, err := credit.All(graphs, c.method, max(1, c.workers))
	if err != nil {
		return out, fmt.Errorf("runner: %w", err)
	}
	out.stats = credit.Summarize(graphs, adv)
	for i, g := range gs {
		if err := c.collect(&out, g, adv[i], graphs[i].Rows(graphs[i].Returns(c.gamma))); err != nil {
			return out, err
		}
	}
	if c.normalize {
		out.std = scale(out.samples)
	}
	return out, nil
}

// collect appends the samples of one group.
func (c *creditor) collect(out *credits, g group, adv, returns [][]float64) error {
	for i, o := range g.outcomes {
		if o.Err != nil {
			continue
		}
		if len(adv[i]) != len(o.Decisions) {
			return fmt.Errorf("runner: %s gave %d advantages for the %d steps of %s", c.method.Name(), len(adv[i]), len(o.Decisions), o.Trajectory.ID)
		}
		out.rolls++
		for t, a := range adv[i] {
			if a-a != 0 {
				return fmt.Errorf("runner: %s gave advantage %v for step %d of %s", c.method.Name(), a, t, o.Trajectory.ID)
			}
			o.Trajectory.Steps[t].Advantages = map[string]float64{c.method.Name(): a}
			if a != 0 || c.keepZero {
				out.samples = append(out.samples, agent.Sample{Decision: o.Decisions[t], Advantage: a, Return: returns[i][t], Sequence: out.rolls})
			}
		}
	}
	return nil
}

// scale divides the advantages by their population deviation plus 1e-6 and
// returns the deviation.
func scale(samples []agent.Sample) float64 {
	if len(samples) == 0 {
		return 0
	}
	n := float64(len(samples))
	var sum float64
	for _, s := range samples {
		sum += s.Advantage
	}
	m := sum / n
	var ss float64
	for _, s := range samples {
		ss += (s.Advantage - m) * (s.Advantage - m)
	}
	std := math.Sqrt(ss / n)
	for i := range samples {
		samples[i].Advantage /= std + 1e-6
	}
	return std
}
