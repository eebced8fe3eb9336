package credit

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"stepgym/traces"
)

// The twins are the definitions written down as they are read: lists of
// numbers, keys of text, every set searched anew. They share no code with the
// methods.

// place is step t of trajectory i.
type place struct{ i, t int }

// drawInputs draws a group of few pages and few actions, with returns that are
// often equal.
func drawInputs(t *rapid.T) traces.Inputs {
	in := traces.Inputs{ID: "g"}
	page := rapid.SampledFrom([]string{"a", "b", "c", "ab", ""})
	for i := range rapid.IntRange(1, 6).Draw(t, "rollouts") {
		tr := traces.Input{ID: fmt.Sprint(i), Bootstrap: rapid.Float64Range(-1, 1).Draw(t, "bootstrap"), Success: rapid.Bool().Draw(t, "success")}
		for range rapid.IntRange(1, 8).Draw(t, "steps") {
			tr.Obs = append(tr.Obs, page.Draw(t, "obs"))
			tr.Actions = append(tr.Actions, page.Draw(t, "action"))
			tr.Rewards = append(tr.Rewards, rapid.SampledFrom([]float64{0, 0, 0, 1, 10, -0.1, 0.3}).Draw(t, "reward"))
			tr.Values = append(tr.Values, rapid.Float64Range(-1, 1).Draw(t, "value"))
			tr.Invalid = append(tr.Invalid, rapid.Bool().Draw(t, "invalid"))
			tr.NTokens = append(tr.NTokens, rapid.IntRange(0, 3).Draw(t, "tokens"))
			tr.LogRatios = append(tr.LogRatios, rapid.Float64Range(-1, 1).Draw(t, "logratio"))
		}
		end := page.Draw(t, "final")
		tr.FinalObs = &end
		in.Trajectories = append(in.Trajectories, tr)
	}
	return in
}

// slowCenter is one number against its set; ddof as in the formula.
func slowCenter(x float64, set []float64, mode Mode, eps float64, ddof int, single Singleton) float64 {
	if len(set) == 1 {
		if single == Zero {
			return 0
		}
		if mode == MeanStd {
			return x / (1 + eps)
		}
		return x
	}
	lo, hi, total := set[0], set[0], 0.0
	for _, y := range set {
		lo, hi, total = math.Min(lo, y), math.Max(hi, y), total+y
	}
	if hi-lo <= 1e-12*(1+math.Max(math.Abs(lo), math.Abs(hi))) {
		return 0
	}
	mean := total / float64(len(set))
	if mode == Mean {
		return x - mean
	}
	sq := 0.0
	for _, y := range set {
		sq += math.Pow(y-mean, 2)
	}
	return (x - mean) / (math.Sqrt(sq/float64(len(set)-ddof)) + eps)
}

// slowReturn is the discounted return of a step by its definition.
func slowReturn(tr traces.Input, t int, gamma float64) float64 {
	total := 0.0
	for k := t; k < len(tr.Rewards); k++ {
		total += math.Pow(gamma, float64(k-t)) * tr.Rewards[k]
	}
	return total
}

// slowScores lists the scores that a trajectory is compared with.
func slowScores(in traces.Inputs, w Weighting) []float64 {
	var out []float64
	for _, tr := range in.Trajectories {
		n := 1
		if w == PerStep {
			n = len(tr.Actions)
		}
		for range n {
			out = append(out, slowReturn(tr, 0, 1))
		}
	}
	return out
}

// everyStep applies fn to every step.
func everyStep(in traces.Inputs, fn func(p place) float64) [][]float64 {
	out := make([][]float64, len(in.Trajectories))
	for i, tr := range in.Trajectories {
		for t := range tr.Actions {
			out[i] = append(out[i], fn(place{i, t}))
		}
	}
	return out
}

func slowGRPO(in traces.Inputs, p GRPOParams) [][]float64 {
	scores := slowScores(in, p.Weighting)
	return everyStep(in, func(at place) float64 {
		return slowCenter(slowReturn(in.Trajectories[at.i], 0, 1), scores, p.Mode, p.Eps, 1, p.Singleton)
	})
}

func slowRLOO(in traces.Inputs, p RLOOParams) [][]float64 {
	scores := slowScores(in, p.Weighting)
	return everyStep(in, func(at place) float64 {
		x, total := slowReturn(in.Trajectories[at.i], 0, 1), 0.0
		for _, y := range scores {
			total += y
		}
		if len(scores) == 1 {
			return slowCenter(x, scores, Mean, 0, 0, p.Singleton)
		}
		return x - (total-x)/float64(len(scores)-1)
	})
}

// slowSet lists the returns of the steps whose key is that of at, and of no
// step whose key is "".
func slowSet(in traces.Inputs, gamma float64, key func(place) string, at place) []float64 {
	var out []float64
	for i, tr := range in.Trajectories {
		for t := range tr.Actions {
			if k := key(place{i, t}); k != "" && k == key(at) {
				out = append(out, slowReturn(tr, t, gamma))
			}
		}
	}
	return out
}

func slowGiGPO(in traces.Inputs, p GiGPOParams) [][]float64 {
	episode := slowGRPO(in, GRPOParams{p.Mode, p.Weighting, p.Singleton, p.Eps})
	key := func(at place) string { return fmt.Sprintf("%q", in.Trajectories[at.i].Obs[at.t]) }
	return everyStep(in, func(at place) float64 {
		x := slowReturn(in.Trajectories[at.i], at.t, p.Gamma)
		return episode[at.i][at.t] + p.Weight*slowCenter(x, slowSet(in, p.Gamma, key, at), p.Mode, p.Eps, 1, Zero)
	})
}

// slowLevel is a number against its set, exactly 0 where it is the mean but for
// rounding.
func slowLevel(x float64, set []float64, p HGPOParams, ddof int, single Singleton) float64 {
	mean := 0.0
	for _, y := range set {
		mean += y / float64(len(set))
	}
	if len(set) > 1 && math.Abs(x-mean) <= 1e-12*(1+math.Abs(mean)) {
		return 0
	}
	return slowCenter(x, set, p.Mode, p.Eps, ddof, single)
}

func slowHGPO(in traces.Inputs, p HGPOParams) [][]float64 {
	scores := slowScores(in, PerStep)
	return everyStep(in, func(at place) float64 {
		num, den := 0.0, 0.0
		add := func(w, a float64) {
			if a != 0 || p.Variant == Paper {
				num, den = num+w*a, den+w
			}
		}
		if p.BaseGroup {
			add(1, slowLevel(slowReturn(in.Trajectories[at.i], 0, 1), scores, p, 1, Raw))
		}
		for k := 0; k <= p.K && k <= at.t; k++ {
			key := func(q place) string {
				if q.t < k {
					return ""
				}
				return fmt.Sprintf("%q", in.Trajectories[q.i].Obs[q.t-k:q.t+1])
			}
			x, set := slowReturn(in.Trajectories[at.i], at.t, p.Gamma), slowSet(in, p.Gamma, key, at)
			level := float64(k + 1)
			if p.Variant == Code {
				level++
			}
			add(math.Pow(level, p.Alpha), slowLevel(x, set, p, 0, Zero))
		}
		if den == 0 {
			return 0
		}
		if p.Variant == Code {
			den += p.Eps
		}
		return num / den
	})
}

func slowSALT(in traces.Inputs, p SALTParams) [][]float64 {
	adv := slowGRPO(in, p.GRPOParams)
	if p.Base == BaseRLOO {
		adv = slowRLOO(in, RLOOParams{p.Weighting, p.Singleton})
	}
	key := func(at place) string {
		tr := in.Trajectories[at.i]
		next := *tr.FinalObs
		if at.t+1 < len(tr.Obs) {
			next = tr.Obs[at.t+1]
		}
		var b strings.Builder
		for k := at.t - p.History; k < at.t; k++ {
			if k >= 0 {
				fmt.Fprintf(&b, "%q%q", tr.Obs[k], tr.Actions[k])
			}
			b.WriteByte('|')
		}
		return fmt.Sprintf("%s%q%q%q", b.String(), tr.Obs[at.t], tr.Actions[at.t], next)
	}
	return everyStep(in, func(at place) float64 {
		total, n := 0.0, 0.0
		for i, tr := range in.Trajectories {
			for t := range tr.Actions {
				if key(place{i, t}) == key(at) {
					total, n = total+adv[i][t], n+1
					if p.OncePerTrajectory {
						break // adv is the same for all steps of a trajectory
					}
				}
			}
		}
		return total / n
	})
}

func slowGAE(in traces.Inputs, p GAEParams) [][]float64 {
	return everyStep(in, func(at place) float64 {
		tr, total := in.Trajectories[at.i], 0.0
		for k := at.t; k < len(tr.Actions); k++ {
			next := tr.Bootstrap
			if k+1 < len(tr.Actions) {
				next = tr.Values[k+1]
			}
			delta := tr.Rewards[k] + p.Gamma*next - tr.Values[k]
			total += math.Pow(p.Gamma*p.Lambda, float64(k-at.t)) * delta
		}
		return total
	})
}

// checkTwin compares a method with its twin on drawn groups and parameters.
func checkTwin[P any](t *testing.T, draw func(t *rapid.T) P, fast func(*traces.Graph, P) ([][]float64, error), slow func(traces.Inputs, P) [][]float64) {
	t.Helper()
	rapid.Check(t, func(t *rapid.T) {
		in, p := drawInputs(t), draw(t)
		g, err := traces.FromInputs(in)
		if err != nil {
			t.Fatal(err)
		}
		got, err := fast(g, p)
		if err != nil {
			t.Fatal(err)
		}
		want := slow(in, p)
		if d := distance([][][]float64{got}, [][][]float64{want}); !(d <= 1e-9) {
			t.Fatalf("%+v\ngot  %v\nwant %v\noff by %g", p, got, want, d)
		}
	})
}

var (
	modes      = rapid.SampledFrom([]Mode{Mean, MeanStd})
	weightings = rapid.SampledFrom([]Weighting{PerTrajectory, PerStep})
	singletons = rapid.SampledFrom([]Singleton{Raw, Zero})
	gammas     = rapid.SampledFrom([]float64{0, 0.5, 0.95, 1})
)

func TestGRPOTwin(t *testing.T) {
	checkTwin(t, func(t *rapid.T) GRPOParams {
		return GRPOParams{modes.Draw(t, "mode"), weightings.Draw(t, "weighting"), singletons.Draw(t, "singleton"), Eps}
	}, GRPO, slowGRPO)
}

func TestRLOOTwin(t *testing.T) {
	checkTwin(t, func(t *rapid.T) RLOOParams {
		return RLOOParams{weightings.Draw(t, "weighting"), singletons.Draw(t, "singleton")}
	}, RLOO, slowRLOO)
}

func TestGiGPOTwin(t *testing.T) {
	checkTwin(t, func(t *rapid.T) GiGPOParams {
		return GiGPOParams{
			Gamma: gammas.Draw(t, "gamma"), Mode: modes.Draw(t, "mode"), Weight: rapid.Float64Range(-1, 2).Draw(t, "w"),
			Weighting: weightings.Draw(t, "weighting"), Singleton: singletons.Draw(t, "singleton"), Eps: Eps,
		}
	}, GiGPO, slowGiGPO)
}

func TestHGPOTwin(t *testing.T) {
	checkTwin(t, func(t *rapid.T) HGPOParams {
		p := HGPOParams{
			Gamma: gammas.Draw(t, "gamma"), K: rapid.IntRange(0, 5).Draw(t, "K"), Mode: modes.Draw(t, "mode"),
			Alpha: rapid.SampledFrom([]float64{0, 1, 2, -1}).Draw(t, "alpha"), Variant: Paper, Eps: Eps,
		}
		if rapid.Bool().Draw(t, "code") {
			p.Variant, p.BaseGroup = Code, rapid.Bool().Draw(t, "base")
		}
		return p
	}, HGPO, slowHGPO)
}

func TestSALTTwin(t *testing.T) {
	checkTwin(t, func(t *rapid.T) SALTParams {
		return SALTParams{
			rapid.SampledFrom([]Base{BaseGRPO, BaseRLOO}).Draw(t, "base"), rapid.IntRange(0, 4).Draw(t, "history"),
			rapid.Bool().Draw(t, "once"),
			GRPOParams{modes.Draw(t, "mode"), weightings.Draw(t, "weighting"), singletons.Draw(t, "singleton"), Eps},
		}
	}, SALT, slowSALT)
}

func TestGAETwin(t *testing.T) {
	checkTwin(t, func(t *rapid.T) GAEParams {
		return GAEParams{gammas.Draw(t, "gamma"), gammas.Draw(t, "lam")}
	}, GAE, slowGAE)
}
