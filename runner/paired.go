package runner

import "fmt"

// Paired compares two policies on the families that both have played: family
// by family, so that what makes a family hard for both cancels out. It is the
// sharper question than whether two intervals overlap.
type Paired struct {
	Families int      `json:"families"`
	Success  Interval `json:"success"` // mean difference of the success rates, bootstrap over families
	Score    Interval `json:"score"`   // likewise
}

// Against returns how far r is ahead of o, each family's result of r minus that
// of o. It is an error if they are of different environments or share no
// family.
func (r *Report) Against(o *Report) (Paired, error) {
	if r.Env != o.Env {
		return Paired{}, fmt.Errorf("runner: compare: results in %s and %s", r.Env, o.Env)
	}
	other := make(map[string]FamilyResult, len(o.ByFamily))
	for _, f := range o.ByFamily {
		other[f.Family] = f
	}
	var success, score []float64
	for _, f := range r.ByFamily {
		if g, ok := other[f.Family]; ok {
			success, score = append(success, f.Success-g.Success), append(score, f.Score-g.Score)
		}
	}
	if len(success) == 0 {
		return Paired{}, fmt.Errorf("runner: compare: %s and %s have no family in common", r.Policy, o.Policy)
	}
	return Paired{
		Families: len(success),
		Success:  Bootstrap(success, newRand(r.Seed, streamBoot, 2)),
		Score:    Bootstrap(score, newRand(r.Seed, streamBoot, 3)),
	}, nil
}
