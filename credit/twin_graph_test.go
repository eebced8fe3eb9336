package credit

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"stepgym/traces"
)

// next is the text that follows step t of a trajectory.
func next(tr traces.Input, t int) string {
	if t+1 < len(tr.Actions) {
		return tr.Obs[t+1]
	}
	return *tr.FinalObs
}

// meanWhere averages x over the steps that ok accepts.
func meanWhere(in traces.Inputs, x func(place) float64, ok func(place) bool) float64 {
	total, n := 0.0, 0.0
	everyStep(in, func(at place) float64 {
		if ok(at) {
			total, n = total+x(at), n+1
		}
		return 0
	})
	return total / n
}

func slowRTMC(in traces.Inputs, p RTMCParams) [][]float64 {
	g := func(at place) float64 { return slowReturn(in.Trajectories[at.i], at.t, p.Gamma) }
	obs := func(at place) string { return in.Trajectories[at.i].Obs[at.t] }
	act := func(at place) string { return in.Trajectories[at.i].Actions[at.t] }
	return everyStep(in, func(at place) float64 {
		q := meanWhere(in, g, func(o place) bool { return obs(o) == obs(at) && act(o) == act(at) })
		return q - meanWhere(in, g, func(o place) bool { return obs(o) == obs(at) })
	})
}

func slowARPO(in traces.Inputs, p ARPOParams) [][]float64 {
	adv := slowGRPO(in, p.GRPOParams)
	if p.Base == BaseRLOO {
		adv = slowRLOO(in, RLOOParams{p.Weighting, p.Singleton})
	}
	beginning := func(at place) string {
		tr := in.Trajectories[at.i]
		return fmt.Sprintf("%q%q", tr.Obs[:at.t+1], tr.Actions[:at.t+1])
	}
	return everyStep(in, func(at place) float64 {
		return meanWhere(in, func(o place) float64 { return adv[o.i][o.t] }, func(o place) bool { return beginning(o) == beginning(at) })
	})
}

// slowDistance finds the hops from a state to success by trying longer and
// longer walks, and -1 if there is none.
func slowDistance(in traces.Inputs, from string) int {
	at := map[string]bool{from: true}
	for d := 1; d <= 100; d++ {
		ahead := map[string]bool{}
		for _, tr := range in.Trajectories {
			for t := range tr.Actions {
				if !at[tr.Obs[t]] {
					continue
				}
				if tr.Success && t == len(tr.Actions)-1 {
					return d
				}
				ahead[next(tr, t)] = true
			}
		}
		at = ahead
	}
	return -1
}

func slowGraphGPO(in traces.Inputs, p GraphGPOParams) [][]float64 {
	episode := slowGRPO(in, GRPOParams{MeanStd, p.Weighting, Zero, p.Eps})
	farthest, success := 0, false
	for _, tr := range in.Trajectories {
		success = success || tr.Success
		for t := range tr.Actions {
			farthest = max(farthest, slowDistance(in, tr.Obs[t]))
		}
	}
	value := func(at place) float64 {
		tr := in.Trajectories[at.i]
		d := 0
		if !tr.Success || at.t < len(tr.Actions)-1 {
			if d = slowDistance(in, next(tr, at.t)); d < 0 {
				d = farthest + 1
			}
		}
		return p.Reward * math.Pow(p.Omega, float64(d)+p.Cost)
	}
	return everyStep(in, func(at place) float64 {
		if !success {
			return p.Episode * episode[at.i][at.t]
		}
		var set []float64
		everyStep(in, func(o place) float64 {
			if in.Trajectories[o.i].Obs[o.t] == in.Trajectories[at.i].Obs[at.t] {
				set = append(set, value(o))
			}
			return 0
		})
		return p.Episode*episode[at.i][at.t] + p.Graph*slowCenter(value(at), set, MeanStd, p.Eps, 1, Zero)
	})
}

// slowGRAFT iterates the Bellman equation until nothing moves.
func slowGRAFT(in traces.Inputs, p GRAFTParams) [][]float64 {
	value := map[string]float64{}
	worth := func(at place) float64 { // of what the step leads to
		tr := in.Trajectories[at.i]
		if at.t == len(tr.Actions)-1 {
			return slowReturn(tr, 0, 1)
		}
		return value[tr.Obs[at.t+1]]
	}
	for range 3000 {
		fresh := map[string]float64{}
		everyStep(in, func(at place) float64 {
			s := in.Trajectories[at.i].Obs[at.t]
			if _, ok := fresh[s]; !ok {
				fresh[s] = p.Gamma * meanWhere(in, worth, func(o place) bool { return in.Trajectories[o.i].Obs[o.t] == s })
			}
			return 0
		})
		value = fresh
	}
	delta := func(at place) float64 { return p.Gamma*worth(at) - value[in.Trajectories[at.i].Obs[at.t]] }
	adv := everyStep(in, func(at place) float64 {
		tr, total := in.Trajectories[at.i], delta(at)
		front := map[string]bool{}
		if at.t+1 < len(tr.Obs) {
			front[tr.Obs[at.t+1]] = true
		}
		for h := 1; h < len(tr.Actions)-at.t; h++ {
			leaves := func(o place) bool { return front[in.Trajectories[o.i].Obs[o.t]] }
			m := meanWhere(in, delta, leaves)
			if math.IsNaN(m) {
				break
			}
			total += math.Pow(p.Gamma*p.Lambda, float64(h)) * m
			ahead := map[string]bool{}
			for i, tr := range in.Trajectories {
				for t := 0; t+1 < len(tr.Actions); t++ {
					if leaves(place{i, t}) {
						ahead[tr.Obs[t+1]] = true
					}
				}
			}
			front = ahead
		}
		return total
	})
	if !p.Normalize {
		return adv
	}
	return everyStep(in, func(at place) float64 {
		var set []float64
		everyStep(in, func(o place) float64 {
			if in.Trajectories[o.i].Obs[o.t] == in.Trajectories[at.i].Obs[at.t] {
				set = append(set, adv[o.i][o.t])
			}
			return 0
		})
		x := adv[at.i][at.t]
		if len(set) == 1 {
			return x / (math.Abs(x) + p.Eps)
		}
		return slowCenter(x, set, MeanStd, p.Eps, 0, Zero)
	})
}

func TestRTMCTwin(t *testing.T) {
	checkTwin(t, func(t *rapid.T) RTMCParams { return RTMCParams{gammas.Draw(t, "gamma")} }, RTMC, slowRTMC)
}

func TestARPOTwin(t *testing.T) {
	checkTwin(t, func(t *rapid.T) ARPOParams {
		return ARPOParams{
			rapid.SampledFrom([]Base{BaseGRPO, BaseRLOO}).Draw(t, "base"),
			GRPOParams{modes.Draw(t, "mode"), weightings.Draw(t, "weighting"), singletons.Draw(t, "singleton"), Eps},
		}
	}, ARPO, slowARPO)
}

func TestGraphGPOTwin(t *testing.T) {
	checkTwin(t, func(t *rapid.T) GraphGPOParams {
		return GraphGPOParams{
			rapid.SampledFrom([]float64{.1, .5, 1}).Draw(t, "omega"), rapid.SampledFrom([]float64{1, 10}).Draw(t, "reward"),
			rapid.SampledFrom([]float64{0, 1}).Draw(t, "cost"), rapid.Float64Range(-1, 2).Draw(t, "w_episode"),
			rapid.Float64Range(-1, 2).Draw(t, "w_graph"), weightings.Draw(t, "weighting"), Eps,
		}
	}, GraphGPO, slowGraphGPO)
}

// TestGRAFTTwin does without the division by what may be rounding alone: a state
// left once, or one whose δ are all 0 but for rounding, makes 1e-16 matter.
func TestGRAFTTwin(t *testing.T) {
	checkTwin(t, func(t *rapid.T) GRAFTParams {
		p := GRAFTParams{rapid.SampledFrom([]float64{0, .5, .9}).Draw(t, "gamma"), gammas.Draw(t, "lam"), rapid.Bool().Draw(t, "normalize"), Eps}
		if p.Normalize {
			p.Eps = 1e-2
		}
		return p
	}, GRAFT, slowGRAFT)
}

// slowRatio is the ratio of Ratcliff and Obershelp by its definition: the
// longest common block, the first of several, and the same on both sides of it.
func slowRatio(a, b string) float64 {
	x, y := []rune(a), []rune(b)
	var matched func(x, y []rune) int
	matched = func(x, y []rune) int {
		for n := min(len(x), len(y)); n > 0; n-- {
			for i := 0; i+n <= len(x); i++ {
				for j := 0; j+n <= len(y); j++ {
					if string(x[i:i+n]) == string(y[j:j+n]) {
						return n + matched(x[:i], y[:j]) + matched(x[i+n:], y[j+n:])
					}
				}
			}
		}
		return 0
	}
	if len(x)+len(y) == 0 {
		return 1
	}
	return 2 * float64(matched(x, y)) / float64(len(x)+len(y))
}

func TestRatioTwin(t *testing.T) {
	text := rapid.StringOfN(rapid.SampledFrom([]rune("abcé ")), 0, 30, -1)
	rapid.Check(t, func(t *rapid.T) {
		a, b := text.Draw(t, "a"), text.Draw(t, "b")
		if got, want := Ratio(a, b, rapid.Bool().Draw(t, "autojunk")), slowRatio(a, b); got != want {
			t.Fatalf("%q %q: %v, want %v", a, b, got, want)
		}
	})
}

// TestSimilarStates compares the clusters, and so the shortcuts of resembles,
// with first fit by the whole ratio.
func TestSimilarStates(t *testing.T) {
	word := rapid.SampledFrom(strings.Fields("the red mug is on desk 1 and a blue book lies in drawer 2"))
	rapid.Check(t, func(t *rapid.T) {
		in := traces.Inputs{Trajectories: []traces.Input{{}}}
		tr := &in.Trajectories[0]
		length := rapid.SampledFrom([]int{3, 10, 70}).Draw(t, "words") // 70 words are enough for autojunk
		base := rapid.SliceOfN(word, length, length).Draw(t, "base")
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			words := append([]string(nil), base...)
			for range rapid.IntRange(0, 4).Draw(t, "edits") {
				words[rapid.IntRange(0, length-1).Draw(t, "at")] = word.Draw(t, "word")
			}
			tr.Obs, tr.Actions, tr.Rewards = append(tr.Obs, strings.Join(words, " ")), append(tr.Actions, ""), append(tr.Rewards, 0)
		}
		g, err := traces.FromInputs(in)
		if err != nil {
			t.Fatal(err)
		}
		threshold, junk := rapid.Float64Range(0.01, 1).Draw(t, "threshold"), rapid.Bool().Draw(t, "autojunk")
		got := similarStates(g, threshold, junk)
		var firsts []string
		for j, text := range tr.Obs {
			c := 0
			for c < len(firsts) && Ratio(text, firsts[c], junk) < threshold {
				c++
			}
			if c == len(firsts) {
				firsts = append(firsts, text)
			}
			if int(got.ID[j]) != c {
				t.Fatalf("step %d is in cluster %d, want %d", j, got.ID[j], c)
			}
		}
		if got.N != len(firsts) {
			t.Fatalf("%d clusters, want %d", got.N, len(firsts))
		}
	})
}

// TestChain compares the two ways to solve a chain.
func TestChain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 25).Draw(t, "nodes")
		node := rapid.IntRange(0, n-1)
		a, b := newChain(n), newChain(n)
		for u := range n {
			k := rapid.IntRange(0, 4).Draw(t, "links")
			exit := rapid.Float64Range(-5, 5).Draw(t, "exit")
			for range k {
				v := int32(node.Draw(t, "to"))
				a.add(int32(u), v, 1/(float64(k)+.1))
				b.add(int32(u), v, 1/(float64(k)+.1))
			}
			a.b[u], b.b[u] = exit, exit
		}
		x, y := a.solve(), b.solveSparse()
		for u := range x {
			if d := math.Abs(x[u] - y[u]); d > 1e-9*(1+math.Abs(x[u])) {
				t.Fatalf("node %d: %v and %v", u, x[u], y[u])
			}
		}
	})
}

// slowSubsequence is the longest common subsequence by the usual table.
func slowSubsequence(x, y []int32) int {
	row := make([]int, len(y)+1)
	for _, s := range x {
		diagonal := 0
		for j, u := range y {
			up := row[j+1]
			if row[j+1] = max(up, row[j]); s == u {
				row[j+1] = diagonal + 1
			}
			diagonal = up
		}
	}
	return row[len(y)]
}

func TestSubsequence(t *testing.T) {
	symbols := rapid.SliceOfN(rapid.Int32Range(0, 5), 0, 200)
	rapid.Check(t, func(t *rapid.T) {
		x, y := symbols.Draw(t, "x"), symbols.Draw(t, "y")
		if got, want := newSubsequence(y, 6).with(x), slowSubsequence(x, y); got != want {
			t.Fatalf("%d, want %d", got, want)
		}
	})
}
