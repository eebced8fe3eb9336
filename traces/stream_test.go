package traces

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// randomTrajectories draws a group that revisits its few states; one of them may
// be lost.
func randomTrajectories(rng *rand.Rand, group string) *Group {
	g := &Group{ID: group}
	see := func() Observation {
		s := fmt.Sprintf("page %d of %s", rng.IntN(5), group)
		return Observation{Text: s, Anchor: strings.ToUpper(s), State: s[:6]}
	}
	for i := range 2 + rng.IntN(5) {
		t := &Trajectory{ID: fmt.Sprintf("%s/%d", group, i), Index: i, TaskID: "task " + group, Version: i % 2, Success: rng.IntN(2) == 0, Bootstrap: rng.Float64()}
		for range 1 + rng.IntN(6) {
			t.Steps = append(t.Steps, Step{
				Observation: see(), Action: fmt.Sprint("go ", rng.IntN(3)), Reward: rng.Float64(), Value: rng.Float64(),
				LogProb: -rng.Float64(), Entropy: rng.Float64(), Tokens: rng.IntN(9), Invalid: rng.IntN(4) == 0,
			})
		}
		last := &t.Steps[len(t.Steps)-1]
		last.Terminated, last.Truncated = i%2 == 0, i%2 == 1
		t.Terminated, t.Truncated = last.Terminated, last.Truncated
		if rng.IntN(2) == 0 {
			o := see()
			t.Final = &o
		}
		if rng.IntN(8) == 0 {
			t.Err = "the browser died"
		}
		g.Trajectories = append(g.Trajectories, t)
	}
	return g
}

// stream plays t into s.
func stream(s *Stream, group string, t *Trajectory) error {
	live, err := s.Begin(Start{Group: group, ID: t.ID, Task: t.TaskID, Index: t.Index, Version: t.Version})
	if err != nil {
		return err
	}
	for k := range t.Steps {
		runtime.Gosched()
		if err := live.Add(&t.Steps[k]); err != nil {
			return err
		}
	}
	if t.Err != "" {
		return live.Abandon(t.Err)
	}
	return live.Close(End{Final: t.Final, Bootstrap: t.Bootstrap, Success: t.Success})
}

var sameGraph = cmp.Options{cmpopts.IgnoreUnexported(Graph{}), cmpopts.EquateEmpty()}

// TestStreamTwin plays many groups at once, from many goroutines, and compares
// with the graphs of the whole trajectories.
func TestStreamTwin(t *testing.T) {
	for _, by := range []Grouping{"", ByState} {
		s, err := NewStream(StreamOptions{Grouping: by})
		if err != nil {
			t.Fatal(err)
		}
		rng := rand.New(rand.NewPCG(3, 4))
		var groups []*Group
		var wg sync.WaitGroup
		for n := range 30 {
			g := randomTrajectories(rng, fmt.Sprint("g", n))
			groups = append(groups, g)
			for _, i := range rng.Perm(len(g.Trajectories)) {
				wg.Go(func() {
					if err := stream(s, g.ID, g.Trajectories[i]); err != nil {
						t.Error(err)
					}
				})
			}
		}
		wg.Wait()
		if h := s.Held(); h.Groups != 30 || h.Running != 0 {
			t.Errorf("held: %+v", h)
		}
		for _, g := range groups {
			want, err := NewGraph(g, GraphOptions{Grouping: by})
			if err != nil {
				t.Fatal(err)
			}
			early, err := s.Peek(g.ID)
			if err != nil {
				t.Fatal(err)
			}
			got, err := s.Seal(g.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, got := range []*Graph{early, got} {
				if d := cmp.Diff(got, want, sameGraph); d != "" {
					t.Fatalf("group %s: got(-) want(+):\n%s", g.ID, d)
				}
			}
			if d := cmp.Diff(got.Edges(), want.Edges()); d != "" {
				t.Fatalf("edges of %s: got(-) want(+):\n%s", g.ID, d)
			}
		}
		if d := cmp.Diff(s.Held(), Held{}); d != "" {
			t.Errorf("something is left: %s", d)
		}
	}
}

// TestStreamGroupSize lets full groups seal themselves while others run, and
// looks at their views from several goroutines at once.
func TestStreamGroupSize(t *testing.T) {
	const groups, size = 20, 4
	sealed := make(chan *Graph, groups)
	s, err := NewStream(StreamOptions{GroupSize: size, Sealed: func(g *Graph) { sealed <- g }})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for n := range groups {
		for i := range size {
			wg.Go(func() {
				id := fmt.Sprint("g", n)
				tr := &Trajectory{ID: fmt.Sprint(i), Index: i}
				for k := range 3 + i {
					tr.Steps = append(tr.Steps, Step{Observation: Observation{Text: fmt.Sprint("s", k%2)}, Action: "a", Reward: float64(k)})
				}
				if i == 2 {
					tr.Err = "lost"
				}
				if err := stream(s, id, tr); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wg.Wait()
	close(sealed)
	n := 0
	for g := range sealed {
		n++
		if len(g.Rollouts) != size-1 || len(g.Excluded) != 1 || g.Excluded[0].Reason != "lost" || g.Len() != 3+4+6 {
			t.Errorf("group %s: %d rollouts, %v excluded, %d steps", g.ID, len(g.Rollouts), g.Excluded, g.Len())
		}
		contexts := make([]Partition, 8)
		for i := range contexts {
			wg.Go(func() { contexts[i] = g.Context(i % 3); g.Edges(); g.Returns(0.9) })
		}
		wg.Wait()
		for i := range contexts {
			if d := cmp.Diff(contexts[i], contexts[i%3]); d != "" {
				t.Error(d)
			}
		}
	}
	if n != groups || s.Held().Groups != 0 {
		t.Errorf("%d groups were sealed, want %d; held %+v", n, groups, s.Held())
	}
}

func TestStreamFaults(t *testing.T) {
	if _, err := NewStream(StreamOptions{Grouping: "text"}); err == nil {
		t.Error("an unknown grouping was taken")
	}
	if _, err := NewStream(StreamOptions{GroupSize: 2}); err == nil {
		t.Error("full groups have nowhere to go")
	}
	s, err := NewStream(StreamOptions{GroupSize: 3, Sealed: func(*Graph) {}})
	if err != nil {
		t.Fatal(err)
	}
	begin := func(id string) *Live {
		t.Helper()
		live, err := s.Begin(Start{Group: "g", ID: id, Task: "x"})
		if err != nil {
			t.Fatal(err)
		}
		return live
	}
	check := func(err, want error, text string) {
		t.Helper()
		if !errors.Is(err, want) || !strings.Contains(err.Error(), text) {
			t.Errorf("got %v, want %v with %q", err, want, text)
		}
	}
	a, b := begin("a"), begin("b")
	_, err = s.Begin(Start{Group: "g", ID: "a"})
	check(err, ErrGroup, `trajectory "a" occurs twice`)
	_, err = s.Begin(Start{Group: "g", ID: "c", Task: "y"})
	check(err, ErrGroup, `of task "y"`)
	begin("c")
	_, err = s.Begin(Start{Group: "g", ID: "d"})
	check(err, ErrGroup, "one too many")

	check(a.Close(End{}), ErrGroup, "has no steps")
	check(a.Add(&Step{Reward: math.NaN()}), ErrGroup, "step 0: reward NaN")
	check(a.Add(&Step{Entropy: 1e101}), ErrGroup, "step 0: ")
	check(a.Add(&Step{Tokens: -1}), ErrGroup, "step 0: -1 tokens")
	if err := a.Add(&Step{Terminated: true}); err != nil {
		t.Fatal(err)
	}
	check(a.Add(&Step{}), ErrGroup, "step 0 ended the episode")
	check(a.Close(End{Bootstrap: math.Inf(1)}), ErrGroup, "bootstrap value +Inf")
	if err := a.Close(End{}); err != nil {
		t.Fatal(err)
	}
	check(a.Close(End{}), ErrSealed, "closed again")
	check(a.Add(&Step{}), ErrSealed, "step 1 comes too late")
	check(a.Abandon(""), ErrSealed, "cannot be abandoned")

	g, err := s.Seal("g")
	if err != nil {
		t.Fatal(err)
	}
	want := []Exclusion{{1, "b", "was still running when its group was sealed"}, {2, "c", "was still running when its group was sealed"}}
	if d := cmp.Diff(g.Excluded, want); d != "" {
		t.Error(d)
	}
	check(b.Add(&Step{}), ErrSealed, "step 0 comes too late")
	_, err = s.Seal("g")
	check(err, ErrNoGroup, `"g" is not open`)
	_, err = s.Peek("g")
	check(err, ErrNoGroup, `"g" is not open`)
}

// TestStreamMemory holds a million steps, while they run and as graphs, once
// with pages that recur and once with every page a new one.
func TestStreamMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("a million steps: not with -short")
	}
	const groups, rollouts, steps, limit = 2500, 8, 50, 200e6
	held := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	for _, pages := range []int{120, rollouts * steps} {
		texts := make([]string, groups*pages)
		for i := range texts {
			texts[i] = fmt.Sprint("page ", i)
		}
		s, err := NewStream(StreamOptions{})
		if err != nil {
			t.Fatal(err)
		}
		before := held() // the texts are not counted
		rng := rand.New(rand.NewPCG(1, 2))
		for n := range groups {
			order := rng.Perm(pages)
			for i := range rollouts {
				live, err := s.Begin(Start{Group: groupName(n), ID: rolloutName(i), Index: i})
				if err != nil {
					t.Fatal(err)
				}
				for k := range steps {
					page := order[(i*steps+k)%pages]
					if err := live.Add(&Step{Observation: Observation{Text: texts[n*pages+page]}, Action: rolloutName(k % 8), Tokens: 9}); err != nil {
						t.Fatal(err)
					}
				}
				if err := live.Close(End{}); err != nil {
					t.Fatal(err)
				}
			}
		}
		open := held() - before
		count := s.Held()
		graphs := make([]*Graph, groups)
		for n := range graphs {
			if graphs[n], err = s.Seal(groupName(n)); err != nil {
				t.Fatal(err)
			}
		}
		sealed := held() - before
		t.Logf("%d steps, %d states: %.0f MB while open (Held says %.0f), %.0f MB as graphs", count.Steps, count.States, float64(open)/1e6, float64(count.Bytes)/1e6, float64(sealed)/1e6)
		if open > limit || sealed > limit || count.Steps != groups*rollouts*steps {
			t.Errorf("more than %.0f MB", float64(limit)/1e6)
		}
		if r := float64(count.Bytes) / float64(open); r < 0.8 || r > 1.2 {
			t.Errorf("Held says %d bytes, measured are %d", count.Bytes, open)
		}
		runtime.KeepAlive(graphs)
		runtime.KeepAlive(texts)
	}
}

func groupName(n int) string   { return fmt.Sprint("it0/goal:", n) }
func rolloutName(i int) string { return string(rune('a' + i)) }

// BenchmarkStream appends steps and seals groups.
func BenchmarkStream(b *testing.B) {
	texts := make([]string, 120)
	for i := range texts {
		texts[i] = strings.Repeat(fmt.Sprint("page ", i, " "), 20)
	}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		s, err := NewStream(StreamOptions{})
		if err != nil {
			b.Fatal(err)
		}
		for i := range 8 {
			live, err := s.Begin(Start{Group: "g", ID: rolloutName(i), Index: i})
			if err != nil {
				b.Fatal(err)
			}
			for k := range 50 {
				if err := live.Add(&Step{Observation: Observation{Text: texts[(i*37+k*k)%120]}, Action: "go"}); err != nil {
					b.Fatal(err)
				}
			}
			if err := live.Close(End{}); err != nil {
				b.Fatal(err)
			}
		}
		if _, err := s.Seal("g"); err != nil {
			b.Fatal(err)
		}
		n += 400
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/step")
}
