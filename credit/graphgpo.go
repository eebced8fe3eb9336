package credit

import (
	"errors"
	"math"

	"stepgym/traces"
)

// GraphGPOParams are the choices of [GraphGPO]. Start from [DefaultGraphGPO].
type GraphGPOParams struct {
	Omega     float64   `json:"omega"`          // decay for each hop, in (0, 1]
	Reward    float64   `json:"success_reward"` // value of an edge into success
	Cost      float64   `json:"cost"`           // hops that an edge itself counts
	Episode   float64   `json:"w_episode"`      // weight of the episode part
	Graph     float64   `json:"w_graph"`        // weight of the graph part
	Weighting Weighting `json:"weighting"`      // of the episode part
	Eps       float64   `json:"eps"`
}

// DefaultGraphGPO returns the parameters of the recipe: an edge is worth
// 10·omega^d. The paper's eq. 4 is omega^(d + cost), see the preset
// "graphgpo/paper"; up to eps both give the same.
func DefaultGraphGPO() GraphGPOParams {
	return GraphGPOParams{Omega: 0.1, Reward: 10, Episode: 1, Graph: 1, Weighting: PerTrajectory, Eps: Eps}
}

// Validate reports every fault of p at once.
func (p GraphGPOParams) Validate() error {
	f := faults{method: "graphgpo"}
	f.check(p.Omega > 0 && p.Omega <= 1, "omega %v, want a number above 0 and at most 1", p.Omega)
	f.finite("success_reward", p.Reward)
	f.check(p.Cost >= 0 && p.Cost <= maxHistory, "cost %v, want a number of hops from 0 to %d", p.Cost, maxHistory)
	f.finite("w_episode", p.Episode)
	f.finite("w_graph", p.Graph)
	f.weighting(p.Weighting)
	f.eps(p.Eps)
	return errors.Join(f.errs...)
}

// GraphGPO values a transition by how near to success it leads ("Beyond
// Trajectory-Level Attribution: Graph-Based Credit Assignment for Agentic
// Reinforcement Learning", 2026). All successful trajectories end in one more
// state, SUCCESS; d is the number of hops to it in the merged graph,
//
//	x = success_reward · omega^(d(next) + cost),
//	A = w_episode · A_i + w_graph · (x - mean x) / (std x + eps),
//
// where A_i is the advantage of the trajectory ([GRPO], a group of one gives
// 0), and mean and std (ddof 1) run over all steps that leave the same state. A
// state that success cannot be reached from counts as one hop farther than the
// farthest. Without a success in the group the graph part is 0. Shapes and
// penalties as in [GRPO].
func GraphGPO(g *traces.Graph, p GraphGPOParams) ([][]float64, error) {
	return alone(g, p, graphGPO)
}

// graphGPO is GraphGPO with one value per row.
func graphGPO(g *traces.Graph, p GraphGPOParams, s *scratch) []float64 {
	out := grpo(g, GRPOParams{Mode: MeanStd, Weighting: p.Weighting, Singleton: Zero, Eps: p.Eps}, s)
	for j := range out {
		out[j] *= p.Episode
	}
	hops := hopsToSuccess(g)
	if hops == nil {
		return out
	}
	values := make([]float64, g.Len())
	for j := range values {
		values[j] = p.Reward * math.Pow(p.Omega, float64(hops[j])+p.Cost)
	}
	ms := s.setMoments(g.ByState(), values, 1)
	for j, id := range g.State {
		out[j] += p.Graph * ms[id].center(values[j], MeanStd, p.Eps, Zero)
	}
	return out
}

// hopsToSuccess returns for each row the number of hops from the state that
// it leads to, to success: 0 for the last row of a successful rollout. It
// returns nil if no rollout succeeded.
func hopsToSuccess(g *traces.Graph) []int32 {
	const far = math.MaxInt32
	dist := make([]int32, len(g.States))
	for i := range dist {
		dist[i] = far
	}
	into := traces.Partition{ID: make([]int32, g.Len()), N: len(g.States)} // rows by the state that they lead to
	copy(into.ID, g.Next)
	var frontier []int32
	won := func(j int) bool {
		r := &g.Rollouts[g.Rollout[j]]
		return r.Success && j == r.First+r.Steps-1
	}
	reach := func(s, d int32) {
		if dist[s] == far {
			dist[s] = d
			frontier = append(frontier, s)
		}
	}
	for _, r := range g.Rollouts {
		if last := r.First + r.Steps - 1; r.Success {
			into.ID[last] = -1 // it leads to SUCCESS, whatever was seen there
			reach(g.State[last], 1)
		}
	}
	if len(frontier) == 0 {
		return nil
	}
	start, rows := into.Members()
	farthest := int32(0)
	for len(frontier) > 0 {
		v := frontier[0]
		frontier, farthest = frontier[1:], dist[v]
		for _, j := range rows[start[v]:start[v+1]] {
			reach(g.State[j], dist[v]+1)
		}
	}
	hops := make([]int32, g.Len())
	for j, v := range g.Next {
		switch {
		case won(j):
			hops[j] = 0
		case v < 0 || dist[v] == far:
			hops[j] = farthest + 1
		default:
			hops[j] = dist[v]
		}
	}
	return hops
}
