package runner

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/agent"
	"stepgym/credit"
	"stepgym/envs/envtest/toy"
	"stepgym/traces"
)

func toyGroups(t *testing.T, lost ...int) []group {
	t.Helper()
	tasks, err := readTasks(toy.New(), "train")
	if err != nil {
		t.Fatal(err)
	}
	outcomes := Play(t.Context(), toy.New(), newTabular(), (&draw{run: 1, size: 8, split: "train", drawn: map[string]int{}}).specs(tasks), 0, nil)
	for _, i := range lost {
		outcomes[i].Err = &Error{Stage: StageEnv}
		outcomes[i].Trajectory.Err = "lost"
	}
	return groups(outcomes, 8)
}

// TestTransforms checks that credit sees transformed rewards, by parts that the
// environment measures, and that what is recorded stays as it was paid.
func TestTransforms(t *testing.T) {
	method, err := credit.Parse("grpo/dr")
	if err != nil {
		t.Fatal(err)
	}
	changes, err := credit.ParseTransforms([]byte(`[{"name": "gates", "stages": [{"name": "score", "weight": 4, "pass": 0}]}]`))
	if err != nil {
		t.Fatal(err)
	}
	gs, twins := toyGroups(t), toyGroups(t)
	plain := creditor{method: method, grouping: traces.ByAnchor, gamma: 1, keepZero: true}
	changed := plain
	changed.changes = changes
	want, err := plain.assign(gs, build(t, plain, gs))
	if err != nil {
		t.Fatal(err)
	}
	got, err := changed.assign(twins, build(t, changed, twins))
	if err != nil {
		t.Fatal(err)
	}
	nonzero := false
	for i := range want.samples {
		if a, b := got.samples[i].Advantage, 4*want.samples[i].Advantage; math.Abs(a-b) > 1e-12 {
			t.Fatalf("sample %d: advantage %v, want %v", i, a, b)
		}
		nonzero = nonzero || want.samples[i].Advantage != 0
	}
	if !nonzero {
		t.Error("no advantage to compare")
	}
	for i, g := range twins {
		for j, tr := range g.Trajectories {
			if tr.Return != gs[i].Trajectories[j].Return {
				t.Errorf("%s: recorded return is %v, want %v", tr.ID, tr.Return, gs[i].Trajectories[j].Return)
			}
		}
	}
	changed.changes = credit.Transforms{credit.Gates{Stages: []credit.Gate{{Name: "nosuch", Weight: 1}}}}
	if _, err := changed.build(toyGroups(t)); err == nil || !strings.Contains(err.Error(), `no reward part "nosuch"`) {
		t.Errorf("error is %v, want one about the part that is not measured", err)
	}
}

func TestCreditor(t *testing.T) {
	method, err := credit.Parse("grpo/paper")
	if err != nil {
		t.Fatal(err)
	}
	gs := toyGroups(t, 0, 9, 8, 10, 11, 12, 13, 14, 15) // the second group is lost whole
	if len(gs) != 3 {
		t.Fatalf("%d groups, want 3", len(gs))
	}
	c := creditor{method: method, grouping: traces.ByAnchor, gamma: 1, keepZero: true}
	all, err := c.assign(gs, build(t, c, gs))
	if err != nil {
		t.Fatal(err)
	}
	steps, nonzero := 0, 0
	for _, g := range gs {
		for i, tr := range g.Trajectories {
			if g.outcomes[i].Err != nil {
				continue
			}
			for at, s := range tr.Steps {
				got := all.samples[steps]
				if got.Advantage != s.Advantages["grpo/paper"] || got.Return != tr.Return || got.Decision.Action.Text != tr.Steps[at].Action {
					t.Fatalf("sample %d: %+v for step %d of %s", steps, got, at, tr.ID)
				}
				if got.Advantage != 0 {
					nonzero++
				}
				steps++
			}
		}
	}
	if len(all.samples) != steps || all.std != 0 || nonzero == 0 {
		t.Errorf("%d samples for %d steps, std %v", len(all.samples), steps, all.std)
	}
	c.keepZero, c.normalize = false, true
	some, err := c.assign(gs, build(t, c, gs))
	if err != nil {
		t.Fatal(err)
	}
	var sum, ss float64
	for _, s := range some.samples {
		if s.Advantage == 0 {
			t.Error("a sample without advantage was kept")
		}
		sum += s.Advantage
		ss += s.Advantage * s.Advantage
	}
	n := float64(len(some.samples))
	if len(some.samples) != nonzero || math.Abs(ss/n-sum/n*sum/n-1) > 1e-4 {
		t.Errorf("%d samples, want %d; variance %v, want 1", len(some.samples), nonzero, ss/n-sum/n*sum/n)
	}
}

func TestScale(t *testing.T) {
	s := []agent.Sample{{Advantage: 1}, {Advantage: 3}}
	if std := scale(s); std != 1 || math.Abs(s[1].Advantage-3) > 1e-5 {
		t.Errorf("std %v, samples %+v", std, s)
	}
	if scale(nil) != 0 {
		t.Error("an empty batch has a deviation")
	}
}

func TestGroupSpecs(t *testing.T) {
	tasks, _ := readTasks(toy.New(), "train")
	tasks = append(tasks[:2:2], tasks[0])
	specs := (&draw{run: 7, iteration: 12, size: 2, maxTurns: 5, split: "train", drawn: map[string]int{}}).specs(tasks)
	var got []string
	for _, s := range specs {
		got = append(got, s.ID)
	}
	if d := cmp.Diff(got, []string{"it12/0/0", "it12/0/1", "it12/2/0", "it12/2/1", "it12/0#2/0", "it12/0#2/1"}); d != "" {
		t.Errorf("(-got +want)\n%s", d)
	}
	if specs[0].EnvSeed != specs[1].EnvSeed || specs[0].SampleSeed == specs[1].SampleSeed || specs[0].EnvSeed == specs[4].EnvSeed {
		t.Errorf("seeds: %+v", specs)
	}
}

// build makes graphs, or ends the test.
func build(t *testing.T, c creditor, gs []group) []*traces.Graph {
	t.Helper()
	graphs, err := c.build(gs)
	if err != nil {
		t.Fatal(err)
	}
	return graphs
}
