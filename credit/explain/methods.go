package explain

import (
	"fmt"
	"math"

	"stepgym/credit"
	"stepgym/traces"
)

func (v *view) seeUPO(row int) string {
	if v.g.LogRatio == nil {
		return "less the group's mean; no ratios were given, so the product is 1"
	}
	return "less the group's mean, times the ratios of the turns updated before this one"
}

func (v *view) critic(p credit.GAEParams) [][]Part {
	g := v.g
	out := make([][]Part, g.Len())
	for _, r := range g.Rollouts {
		next, what, later := r.Bootstrap, "bootstrap", 0.0
		for j := r.First + r.Steps - 1; j >= r.First; j-- {
			delta := g.Reward[j] + p.Gamma*next - g.Value[j]
			out[j] = []Part{
				{"critic", v.adv[j] - later, fmt.Sprintf("reward %s + %s of %s %s - value %s", num(g.Reward[j]), num(p.Gamma), what, num(next), num(g.Value[j])), []Place{}},
				{"later", later, "what the critic was wrong about later", []Place{}},
			}
			later = p.Gamma * p.Lambda * (delta + later)
			next, what = g.Value[j], "value"
		}
	}
	return out
}

func (v *view) giGPO(p credit.GiGPOParams) ([][]Part, error) {
	w := p.Weighting
	if w == "" {
		if w = credit.PerTrajectory; p.Similarity > 0 {
			w = credit.PerStep
		}
	}
	episode, err := v.episodes(credit.GRPOParams{Mode: p.Mode, Weighting: w, Singleton: p.Singleton, Eps: p.Eps}, 1)
	if err != nil {
		return nil, err
	}
	if p.Similarity > 0 {
		rest := v.beside(episode)
		for j := range episode {
			episode[j] = append(episode[j], Part{"state", rest[j], "return " + num(v.returns[j]) + " among steps in states that resemble this one", []Place{}})
		}
		return episode, nil
	}
	return join(episode, v.sets("state", "return", v.g.ByState(), v.returns, v.beside(episode), 1, p.Mode == credit.MeanStd)), nil
}

// hgpo recomputes the levels: their weights depend on which of them are left.
func (v *view) hgpo(p credit.HGPOParams) ([][]Part, error) {
	n := v.g.Len()
	out, den := make([][]Part, n), make([]float64, n)
	if p.BaseGroup {
		episode, err := v.episodes(credit.GRPOParams{Mode: p.Mode, Weighting: credit.PerStep, Singleton: credit.Raw, Eps: p.Eps}, 1)
		if err != nil {
			return nil, err
		}
		out = episode
		for j := range out {
			if out[j][0].Value != 0 {
				den[j] = 1
			}
		}
	}
	offset, extra := 1.0, 0.0
	if p.Variant == credit.Code {
		offset, extra = 2, p.Eps
	}
	for k := range p.K + 1 {
		w := math.Pow(float64(k)+offset, p.Alpha)
		set := v.g.Context(k)
		some := false
		values := make([]float64, n)
		for j, a := range v.centered(set, p) {
			some = some || set.ID[j] >= 0
			if set.ID[j] >= 0 && (a != 0 || p.Variant == credit.Paper) {
				values[j] = w * a
				den[j] += w
			}
		}
		if !some {
			break
		}
		name := fmt.Sprintf("history %d", k)
		join(out, v.sets(name, "return", set, v.returns, values, 0, p.Mode == credit.MeanStd))
	}
	for j := range out {
		for i := range out[j] {
			if den[j] > 0 {
				out[j][i].Value /= den[j] + extra
			}
		}
	}
	return out, nil
}

// centered compares the returns within sets as one level of HGPO does.
func (v *view) centered(set traces.Partition, p credit.HGPOParams) []float64 {
	out := make([]float64, v.g.Len())
	start, rows := set.Members()
	for s := range set.N {
		members := rows[start[s]:start[s+1]]
		xs := make([]float64, len(members))
		for k, j := range members {
			xs[k] = v.returns[j]
		}
		m := measure(xs, 0)
		if m.n < 2 || m.constant {
			continue
		}
		for k, j := range members {
			a := xs[k] - m.mean
			if math.Abs(a) <= 1e-12*(1+math.Abs(m.mean)) {
				continue
			}
			if out[j] = a; p.Mode == credit.MeanStd {
				out[j] /= m.std + p.Eps
			}
		}
	}
	return out
}

func (v *view) rtmc() [][]Part {
	start, rows := v.g.ByState().Members()
	sets := v.sets("state", "", v.g.ByStateAction(), v.returns, v.adv, -1, false)
	pairs := v.g.ByStateAction()
	with, members := pairs.Members()
	for j := range sets {
		s, a := v.g.State[j], pairs.ID[j]
		all, same := rows[start[s]:start[s+1]], members[with[a]:with[a+1]]
		sets[j][0].Why = fmt.Sprintf("mean return of the action %s (%d steps), of the state %s (%d steps)",
			num(v.mean(same)), len(same), num(v.mean(all)), len(all))
		sets[j][0].With = v.rest(all, int32(j))
	}
	return sets
}

// mean returns the mean return of rows.
func (v *view) mean(rows []int32) float64 {
	s := 0.0
	for _, j := range rows {
		s += v.returns[j] / float64(len(rows))
	}
	return s
}

func (v *view) graphGPO(p credit.GraphGPOParams) ([][]Part, error) {
	out, err := v.episodes(credit.GRPOParams{Mode: credit.MeanStd, Weighting: p.Weighting, Singleton: credit.Zero, Eps: p.Eps}, p.Episode)
	if err != nil {
		return nil, err
	}
	rest, start, rows := v.beside(out), []int32(nil), []int32(nil)
	start, rows = v.g.ByState().Members()
	won := false
	for _, r := range v.g.Rollouts {
		won = won || r.Success
	}
	for j := range out {
		s := v.g.State[j]
		members := rows[start[s]:start[s+1]]
		why := "how near to success it leads, among the steps that leave the state"
		switch {
		case !won:
			why = "no trajectory of the group succeeded"
		case len(members) == 1:
			why = "no other step leaves the state"
		case math.Abs(rest[j]) < 1e-12:
			why = "as near to success as the steps that leave the state with it"
		}
		out[j] = append(out[j], Part{"graph", rest[j], why, v.rest(members, int32(j))})
	}
	return out, nil
}

func (v *view) graft(p credit.GRAFTParams) ([][]Part, error) {
	raw := func(lambda float64) ([]float64, error) {
		q := p
		q.Lambda, q.Normalize = lambda, false
		adv, err := credit.GRAFT(v.g, q)
		out := make([]float64, 0, v.g.Len())
		for _, r := range v.g.Rollouts {
			if err == nil {
				out = append(out, adv[r.Source]...)
			}
		}
		return out, err
	}
	delta, err := raw(0)
	if err != nil {
		return nil, err
	}
	sum, err := raw(p.Lambda)
	if err != nil {
		return nil, err
	}
	out := v.sets("graph", "credit", v.g.ByState(), sum, v.adv, 0, true)
	for j := range out {
		part := &out[j][0]
		text := fmt.Sprintf("the value of the graph changes by %s", num(delta[j]))
		if p.Lambda > 0 {
			text += fmt.Sprintf(", %s with what lies ahead", num(sum[j]))
		}
		if p.Normalize {
			text += "; " + part.Why
		} else {
			part.With = []Place{}
		}
		part.Why = text
	}
	return out, nil
}
