package traces

import (
	"errors"
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// path makes a trajectory from states and actions in turn, "S x A y B"; the
// last state is what was seen at the end.
func path(id, text string, rewards ...float64) *Trajectory {
	words := strings.Fields(text)
	t := &Trajectory{ID: id, TaskID: "task"}
	for k := 0; k+1 < len(words); k += 2 {
		s := Step{Observation: Observation{Text: words[k], State: "state " + words[k]}, Action: words[k+1]}
		if k/2 < len(rewards) {
			s.Reward = rewards[k/2]
		}
		t.Steps = append(t.Steps, s)
	}
	if len(words)%2 == 1 {
		t.Final = &Observation{Text: words[len(words)-1]}
	}
	return t
}

func TestGraphColumns(t *testing.T) {
	lost := path("t1", "S x A")
	lost.Err, lost.Stage = "env: the world broke", "env"
	a, b := path("t0", "S x A y B", 0, 1), path("t2", "S x A y S z B", 0, 0, 0.5)
	a.Success, b.Steps[1].Invalid, b.Steps[2].Tokens = true, true, 7
	g, err := NewGraph(&Group{ID: "g", Trajectories: []*Trajectory{a, lost, b}}, GraphOptions{})
	if err != nil {
		t.Fatal(err)
	}
	type columns struct {
		States, Actions                          []string
		Rollout, Step, State, Action, Next, Toks []int32
		Reward                                   []float64
		Valid                                    []bool
		Excluded                                 []Exclusion
	}
	got := columns{g.States, g.Actions, g.Rollout, g.Step, g.State, g.Action, g.Next, g.Tokens, g.Reward, g.Valid, g.Excluded}
	want := columns{
		States: []string{"S", "A", "B"}, Actions: []string{"x", "y", "z"},
		Rollout: []int32{0, 0, 1, 1, 1}, Step: []int32{0, 1, 0, 1, 2},
		State: []int32{0, 1, 0, 1, 0}, Action: []int32{0, 1, 0, 1, 2}, Next: []int32{1, 2, 1, 0, 2},
		Toks: []int32{0, 0, 0, 0, 7}, Reward: []float64{0, 1, 0, 0, 0.5},
		Valid:    []bool{true, true, true, false, true},
		Excluded: []Exclusion{{Source: 1, ID: "t1", Reason: "env: the world broke"}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("columns (-want +got):\n%s", d)
	}
	rollouts := []Rollout{
		{ID: "t0", Source: 0, First: 0, Steps: 2, Score: 1, Success: true},
		{ID: "t2", Source: 2, First: 2, Steps: 3, Score: 0.5},
	}
	if d := cmp.Diff(rollouts, g.Rollouts); d != "" {
		t.Errorf("rollouts (-want +got):\n%s", d)
	}
	rows := g.Rows([]float64{1, 2, 3, 4, 5})
	if d := cmp.Diff([][]float64{{1, 2}, nil, {3, 4, 5}}, rows); d != "" {
		t.Errorf("rows (-want +got):\n%s", d)
	}
}

func TestGraphGuards(t *testing.T) {
	other := path("t1", "S x A")
	other.TaskID = "another"
	ended := path("t1", "S x A y B")
	ended.Steps[0].Terminated = true
	nan := path("t1", "S x A y B")
	nan.Steps[1].Reward = math.NaN()
	value := path("t1", "S x A")
	value.Steps[0].Value = math.Inf(1)
	boot := path("t1", "S x A")
	boot.Bootstrap = math.NaN()
	for _, c := range []struct {
		name string
		bad  *Trajectory
		want []string
	}{
		{"no steps", &Trajectory{ID: "t1"}, []string{`"t1"`, "no steps"}},
		{"nil", nil, []string{"trajectory 1 is nil"}},
		{"twice", path("t0", "S x A"), []string{`"t0"`, "twice"}},
		{"other task", other, []string{`"t1"`, `"another"`, `"task"`}},
		{"steps after the end", ended, []string{`"t1"`, "step 0", "broken"}},
		{"reward", nan, []string{`"t1"`, "step 1", "NaN"}},
		{"value", value, []string{`"t1"`, "step 0", "+Inf"}},
		{"bootstrap", boot, []string{`"t1"`, "bootstrap"}},
		{"huge", path("t1", "S x A y B", 0, -1e101), []string{`"t1"`, "step 1", "-1e+101"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := NewGraph(&Group{ID: "grp", Trajectories: []*Trajectory{path("t0", "S x A"), c.bad}}, GraphOptions{})
			checkGroupError(t, err, append(c.want, `"grp"`))
		})
	}
	if _, err := NewGraph(&Group{}, GraphOptions{}); !errors.Is(err, ErrGroup) {
		t.Errorf("empty group: %v", err)
	}
	if _, err := NewGraph(&Group{Trajectories: []*Trajectory{path("a", "S x A")}}, GraphOptions{Grouping: "page"}); err == nil {
		t.Error("unknown grouping is accepted")
	}
}

func checkGroupError(t *testing.T, err error, want []string) {
	t.Helper()
	if !errors.Is(err, ErrGroup) {
		t.Fatalf("got %v, want an ErrGroup", err)
	}
	for _, w := range want {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("error %q does not say %s", err, w)
		}
	}
}

func TestAllLostGivesAnEmptyGraph(t *testing.T) {
	a := path("a", "S x A")
	a.Err = "lost"
	g, err := NewGraph(&Group{Trajectories: []*Trajectory{a}}, GraphOptions{})
	if err != nil || g.Len() != 0 || g.Size != 1 || len(g.Excluded) != 1 {
		t.Fatalf("got %+v, %v", g, err)
	}
	if rows := g.Rows(g.Returns(1)); len(rows) != 1 || rows[0] != nil {
		t.Errorf("rows %v, want one nil", rows)
	}
	if g.Context(3).N != 0 || g.Edges().Len() != 0 || g.Histories(2).N != 1 {
		t.Error("an empty graph has contexts or edges")
	}
}

func TestFromInputsGuards(t *testing.T) {
	s := func(x string) *string { return &x }
	good := Input{ID: "t0", Obs: []string{"S", "A"}, Actions: []string{"x", "y"}, Rewards: []float64{0, 1}, FinalObs: s("B")}
	for _, c := range []struct {
		name   string
		change func(*Input)
		want   string
	}{
		{"rewards", func(in *Input) { in.Rewards = in.Rewards[:1] }, "2 actions but 1 rewards"},
		{"obs", func(in *Input) { in.Obs = in.Obs[:1] }, "1 obs"},
		{"values", func(in *Input) { in.Values = []float64{1} }, "1 values"},
		{"next", func(in *Input) { in.NextObs = []string{"C", "B"} }, "step 0: next_obs"},
		{"last next", func(in *Input) { in.NextObs = []string{"A", "C"} }, "final_obs"},
		{"final", func(in *Input) { in.Obs = []string{"S", "A", "C"} }, "final_obs"},
		{"empty", func(in *Input) { *in = Input{ID: "t0"} }, "no steps"},
		{"nan", func(in *Input) { in.Rewards = []float64{0, math.NaN()} }, "step 1"},
		{"tokens", func(in *Input) { in.NTokens = []int{1, -1} }, "step 1: n_tokens is -1"},
		{"calls", func(in *Input) { in.ToolCalls = []int{0, -2} }, "step 1: tool_calls is -2"},
		{"logratios", func(in *Input) { in.LogRatios = []float64{math.Inf(1), 0} }, "step 0: logratio"},
		{"short logratios", func(in *Input) { in.LogRatios = []float64{0} }, "1 logratios"},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := good
			c.change(&in)
			_, err := FromInputs(Inputs{ID: "grp", Trajectories: []Input{in}})
			checkGroupError(t, err, []string{c.want, `"t0"`, `"grp"`})
		})
	}
	for name, in := range map[string]Input{
		"final": good,
		"next":  {Obs: good.Obs, Actions: good.Actions, Rewards: good.Rewards, NextObs: []string{"A", "B"}},
		"obs":   {Obs: []string{"S", "A", "B"}, Actions: good.Actions, Rewards: good.Rewards},
	} {
		g, err := FromInputs(Inputs{Trajectories: []Input{in, {ID: "lost", Err: "x"}}})
		if err != nil || g.Next[1] != 2 || g.States[2] != "B" || len(g.Excluded) != 1 {
			t.Errorf("%s: %+v, %v", name, g, err)
		}
	}
}

// TestOptionalColumns checks that a column which one trajectory brings is there
// for all, with what its absence means for the others.
func TestOptionalColumns(t *testing.T) {
	plain := Input{Obs: []string{"S", "A"}, Actions: []string{"x", "y"}, Rewards: []float64{0, 1}}
	full := plain
	full.ToolCalls, full.LogRatios = []int{2, 0}, []float64{.5, -.5}
	g, err := FromInputs(Inputs{Trajectories: []Input{plain, full, plain}})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]int32{1, 1, 2, 0, 1, 1}, g.Calls); d != "" {
		t.Errorf("calls (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]float64{0, 0, .5, -.5, 0, 0}, g.LogRatio); d != "" {
		t.Errorf("log ratios (-want +got):\n%s", d)
	}
	g, err = FromInputs(Inputs{Trajectories: []Input{plain}})
	if err != nil || g.Calls != nil || g.LogRatio != nil || g.Grouping != ByAnchor {
		t.Errorf("%+v, %v", g, err)
	}
}

func TestTransformsShareAndDoNotChange(t *testing.T) {
	g, err := NewGraph(&Group{Trajectories: []*Trajectory{path("a", "S x A y B", 1, 2)}}, GraphOptions{})
	if err != nil {
		t.Fatal(err)
	}
	h, err := g.WithRewards([]float64{0, 5})
	if err != nil || h.Rollouts[0].Score != 5 || g.Rollouts[0].Score != 3 {
		t.Fatalf("scores %v and %v, %v", h.Rollouts[0].Score, g.Rollouts[0].Score, err)
	}
	p, err := g.WithPenalty([]float64{0, 0.5})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]float64{3, 1.5}, p.Returns(1)); d != "" {
		t.Errorf("a penalty reaches other steps (-want +got):\n%s", d)
	}
	if _, err := g.WithRewards([]float64{1}); err == nil {
		t.Error("short column accepted")
	}
	if _, err := g.WithPenalty([]float64{1, math.NaN()}); err == nil || !strings.Contains(err.Error(), "step 1") {
		t.Errorf("NaN penalty: %v", err)
	}
}

func TestGraphConcurrentUse(t *testing.T) {
	g, err := NewGraph(&Group{Trajectories: []*Trajectory{path("a", "S x A y S x A y B"), path("b", "S x A z B")}}, GraphOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for k := range 8 {
		wg.Go(func() {
			if got := g.Context(k % 4); len(got.ID) != g.Len() {
				t.Errorf("context %d has %d rows", k, len(got.ID))
			}
			g.Edges()
		})
	}
	wg.Wait()
}

func TestManyBuildersOneResult(t *testing.T) {
	groups := []*Group{
		{ID: "1", Trajectories: []*Trajectory{path("a", "S x A y B", 1)}},
		{ID: "2", Trajectories: []*Trajectory{path("a", "Q x Q x Q x Q x R", 1), path("b", "S x A")}},
		{ID: "3", Trajectories: []*Trajectory{path("a", "A y B", 3)}},
	}
	opt := cmp.Comparer(func(a, b *derived) bool { return true })
	many, err := NewGraphs(groups, GraphOptions{}, 2)
	if err != nil {
		t.Fatal(err)
	}
	var b Builder
	for n, group := range groups {
		one, err := NewGraph(group, GraphOptions{})
		if err != nil {
			t.Fatal(err)
		}
		again, err := b.Graph(group, GraphOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(one, many[n], opt, cmp.AllowUnexported(Graph{})); d != "" {
			t.Errorf("NewGraphs, group %s: %s", group.ID, d)
		}
		if d := cmp.Diff(one, again, opt, cmp.AllowUnexported(Graph{})); d != "" {
			t.Errorf("Builder, group %s: %s", group.ID, d)
		}
	}
	groups[1].Trajectories[0].Steps = nil
	groups[2].Trajectories[0].Steps = nil
	if _, err := NewGraphs(groups, GraphOptions{}, 3); err == nil || !strings.Contains(err.Error(), `"2"`) {
		t.Errorf("got %v, want the fault of group 2", err)
	}
}

func TestCollect(t *testing.T) {
	mk := func(id, group string, index int) *Trajectory {
		return &Trajectory{ID: id, GroupID: group, Index: index}
	}
	var got []string
	for _, g := range Collect([]*Trajectory{mk("b1", "b", 1), mk("a0", "a", 0), mk("b0", "b", 0)}) {
		for _, tr := range g.Trajectories {
			got = append(got, g.ID+"/"+tr.ID)
		}
	}
	if d := cmp.Diff([]string{"b/b0", "b/b1", "a/a0"}, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}
