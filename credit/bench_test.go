package credit

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"stepgym/traces"
)

// synthetic returns n groups of 8 rollouts with 50 steps each, over 120 pages
// of some 170 bytes a group. Unless pages are shared, as those of an environment
// are that builds each once, every observation is a copy of its own, as after
// reading them from a file.
func synthetic(n int, shared bool) []*traces.Group {
	const rollouts, steps, pages = 8, 50, 120
	rng := rand.New(rand.NewPCG(1, 2))
	groups := make([]*traces.Group, n)
	texts := map[string]string{}
	text := func(format string, args ...any) string {
		s := fmt.Sprintf(format, args...)
		if t, ok := texts[s]; ok && shared {
			return t
		}
		texts[s] = s
		return s
	}
	for g := range groups {
		groups[g] = &traces.Group{ID: fmt.Sprintf("g%d", g)}
		for i := range rollouts {
			t := &traces.Trajectory{ID: fmt.Sprintf("t%d", i), TaskID: "task", Steps: make([]traces.Step, steps)}
			for k := range t.Steps {
				page := rng.IntN(pages)
				t.Steps[k] = traces.Step{
					Observation: traces.Observation{Text: text("You are in room %d-%d. Looking around you, you see a bed 1, a desk 2, a drawer %d, a shelf %d and a safe 1. What do you do next? This is step text %d", g%64, page, page, page%7, page)},
					Action:      text("go to drawer %d", rng.IntN(8)),
				}
			}
			if rng.IntN(2) == 0 {
				t.Steps[steps-1].Reward = 10
			}
			groups[g].Trajectories = append(groups[g].Trajectories, t)
		}
	}
	return groups
}

// BenchmarkMethods runs each method with everything before it: checks,
// numbering of states and actions, returns. 1024 groups are 409,600 steps; "two" is
// "large" on two goroutines.
func BenchmarkMethods(b *testing.B) {
	for _, in := range []struct {
		name    string
		groups  int
		shared  bool
		workers int
	}{{"small", 16, false, 1}, {"large", 1024, false, 1}, {"shared", 1024, true, 1}, {"two", 1024, false, 2}} {
		groups, steps := synthetic(in.groups, in.shared), in.groups*400
		for _, name := range []string{"grpo", "rloo", "gigpo", "hgpo", "salt"} {
			m, err := Parse(name)
			if err != nil {
				b.Fatal(err)
			}
			b.Run(name+"/"+in.name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := Assign(groups, traces.GraphOptions{}, m, in.workers); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(steps), "ns/step")
			})
		}
	}
}

// BenchmarkGraphMethods runs the methods that look farther into the graph, on
// 16 groups.
func BenchmarkGraphMethods(b *testing.B) {
	groups := synthetic(16, false)
	for _, name := range []string{"arpo", "rtmc", "graphgpo", "graft", "graft/td", "reinforce++", "seeupo", "gigpo/similarity"} {
		m, err := Parse(name)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Assign(groups, traces.GraphOptions{}, m, 1); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/6400, "ns/step")
		})
	}
}

// BenchmarkRatio compares pages of 885 characters in which 10 item numbers
// differ, whole and as a question about a threshold.
func BenchmarkRatio(b *testing.B) {
	page := func(seed uint64) string {
		rng := rand.New(rand.NewPCG(seed, 0))
		text := "Back to Search [SEP] Page 1 (Total results: 50) [SEP] Next >"
		for i := range 10 {
			text += fmt.Sprintf(" [SEP] B0%08d [SEP] A mug of the kind that holds tea, number %d, blue or red [SEP] $%d", rng.IntN(1e8), i, 10+i)
		}
		return text
	}
	x, y := page(1), page(2)
	b.Run("ratio", func(b *testing.B) {
		for b.Loop() {
			Ratio(x, y, false)
		}
	})
	var alpha alphabet
	e, f := alpha.encode(x), alpha.encode(y)
	m := newMatcher(f, alpha.size(), false)
	for _, threshold := range []float64{0.9, 0.97} {
		b.Run(fmt.Sprint("resembles/", threshold), func(b *testing.B) {
			for b.Loop() {
				m.resembles(e, threshold)
			}
		})
	}
}

// columns returns the groups as the columns that other trainers hand over.
func columns(groups []*traces.Group) []traces.Inputs {
	out := make([]traces.Inputs, len(groups))
	for n, g := range groups {
		out[n].ID = g.ID
		for _, t := range g.Trajectories {
			var in traces.Input
			for _, s := range t.Steps {
				in.Obs = append(in.Obs, s.Observation.Text)
				in.Actions = append(in.Actions, s.Action)
				in.Rewards = append(in.Rewards, s.Reward)
			}
			out[n].Trajectories = append(out[n].Trajectories, in)
		}
	}
	return out
}

// BenchmarkColumns is BenchmarkMethods on columns, which are a quarter of the
// memory that whole trajectories are.
func BenchmarkColumns(b *testing.B) {
	groups := columns(synthetic(1024, false))
	for _, name := range []string{"gigpo", "hgpo"} {
		m, err := Parse(name)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				for _, in := range groups {
					g, err := traces.FromInputs(in)
					if err != nil {
						b.Fatal(err)
					}
					if _, err := m.Advantages(g); err != nil {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/409600, "ns/step")
		})
	}
}

// BenchmarkGraph builds the graphs alone.
func BenchmarkGraph(b *testing.B) {
	groups := synthetic(1024, false)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := traces.NewGraphs(groups, traces.GraphOptions{}, 1); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/409600, "ns/step")
}
