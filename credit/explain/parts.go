package explain

import (
	"fmt"
	"math"
	"strings"

	"stepgym/credit"
	"stepgym/traces"
)

// whole returns one part a step, which is all of its advantage and belongs to
// the trajectory's score.
func (v *view) whole(name string, why func(row int) string) [][]Part {
	out := make([][]Part, v.g.Len())
	for j := range out {
		i := int(v.g.Rollout[j])
		text := "score " + num(v.g.Rollouts[i].Score)
		if w := why(j); w != "" {
			text += " " + w
		}
		out[j] = []Part{{name, v.adv[j], text, v.others(i)}}
	}
	return out
}

// others lists the trajectories of the group except rollout i.
func (v *view) others(i int) []Place {
	out := []Place{}
	for k, r := range v.g.Rollouts {
		if k != i {
			out = append(out, Place{r.Source, -1})
		}
	}
	return out
}

// episodes explains the advantage of the trajectory, which counts w times.
func (v *view) episodes(p credit.GRPOParams, w float64) ([][]Part, error) {
	adv, err := credit.GRPO(v.g, p)
	if err != nil {
		return nil, err
	}
	var scores []float64
	for _, r := range v.g.Rollouts {
		n := 1
		if p.Weighting == credit.PerStep {
			n = r.Steps
		}
		for range n {
			scores = append(scores, r.Score)
		}
	}
	m := measure(scores, 1)
	out := make([][]Part, v.g.Len())
	for j := range out {
		i := int(v.g.Rollout[j])
		r := &v.g.Rollouts[i]
		why := "score " + m.why(r.Score, p.Mode == credit.MeanStd)
		if p.Weighting == credit.PerStep {
			why += " (each trajectory as often as it has steps)"
		}
		if v.g.Penalty != nil && v.g.Penalty[j] != 0 {
			why += ", penalty " + num(v.g.Penalty[j])
		}
		out[j] = []Part{{"episode", w * adv[r.Source][v.g.Step[j]], why, v.others(i)}}
	}
	return out, nil
}

// sets explains a comparison of xs, one value a row, within the sets of p: of
// which row j got values[j].
func (v *view) sets(name, what string, p traces.Partition, xs, values []float64, ddof int, std bool) [][]Part {
	start, rows := p.Members()
	out := make([][]Part, v.g.Len())
	for s := range p.N {
		members := rows[start[s]:start[s+1]]
		in := make([]float64, len(members))
		for k, j := range members {
			in[k] = xs[j]
		}
		m := measure(in, ddof)
		for _, j := range members {
			out[j] = []Part{{name, values[j], what + " " + m.why(xs[j], std), v.rest(members, j)}}
		}
	}
	return out
}

// rest lists the steps of a set except row j.
func (v *view) rest(members []int32, j int32) []Place {
	out := []Place{}
	for _, k := range members {
		if k != j {
			out = append(out, Place{v.g.Rollouts[v.g.Rollout[k]].Source, int(v.g.Step[k])})
		}
	}
	return out
}

// beside returns what of the advantages the parts leave over.
func (v *view) beside(parts [][]Part) []float64 {
	out := make([]float64, v.g.Len())
	for j := range out {
		out[j] = v.adv[j]
		for _, p := range parts[j] {
			out[j] -= p.Value
		}
	}
	return out
}

// join adds the parts of b to those of a, row by row.
func join(a, b [][]Part) [][]Part {
	for j := range a {
		a[j] = append(a[j], b[j]...)
	}
	return a
}

// shared explains a mean of trajectory advantages over equal steps.
func (v *view) shared(name string, p traces.Partition, what string) [][]Part {
	start, rows := p.Members()
	out := make([][]Part, v.g.Len())
	for s := range p.N {
		members := rows[start[s]:start[s+1]]
		var scores []string
		for _, j := range members {
			scores = append(scores, num(v.g.Rollouts[v.g.Rollout[j]].Score))
		}
		why := fmt.Sprintf("mean of the advantages of %d trajectories with this %s, scores %s", len(members), what, strings.Join(cut(scores, 8), " "))
		if len(members) == 1 {
			why = fmt.Sprintf("the trajectory's own: no other has this %s", what)
		}
		for _, j := range members {
			out[j] = []Part{{name, v.adv[j], why, v.rest(members, j)}}
		}
	}
	return out
}

// cut shortens a list to n entries.
func cut(list []string, n int) []string {
	if len(list) <= n {
		return list
	}
	return append(list[:n:n], "…")
}

// moments are the statistics of one set.
type moments struct {
	n         int
	mean, std float64
	constant  bool
}

func measure(xs []float64, ddof int) moments {
	m := moments{n: len(xs)}
	if m.n == 0 {
		return m
	}
	lo, hi := xs[0], xs[0]
	for _, x := range xs {
		m.mean += x / float64(m.n)
		lo, hi = min(lo, x), max(hi, x)
	}
	m.constant = hi-lo <= 1e-12*(1+max(math.Abs(lo), math.Abs(hi)))
	for _, x := range xs {
		m.std += (x - m.mean) * (x - m.mean)
	}
	if m.n > ddof {
		m.std = math.Sqrt(m.std / float64(m.n-ddof))
	}
	return m
}

// why says how x compares with its set.
func (m moments) why(x float64, std bool) string {
	switch {
	case m.n == 1:
		return num(x) + ", alone"
	case m.constant:
		return fmt.Sprintf("%s, all %d equal", num(x), m.n)
	case std:
		return fmt.Sprintf("%s, mean %s and deviation %s of %d", num(x), num(m.mean), num(m.std), m.n)
	}
	return fmt.Sprintf("%s, mean %s of %d", num(x), num(m.mean), m.n)
}

// num writes a number shortly.
func num(x float64) string { return fmt.Sprintf("%.4g", x) }
