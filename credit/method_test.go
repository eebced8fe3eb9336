package credit

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/traces"
)

func TestPresets(t *testing.T) {
	want := []string{
		"grpo/paper", "grpo/verl-agent", "grpo/dr", "rloo/paper", "rloo/verl-agent", "reinforce++/paper", "reinforce++/verl-agent",
		"gae/paper", "gigpo/paper", "gigpo/verl-agent", "gigpo/similarity", "hgpo/paper", "hgpo/verl-agent", "salt/paper", "arpo/paper",
		"rtmc/paper", "graphgpo/recipe", "graphgpo/paper", "graft/paper", "graft/td", "seeupo/paper", "seeupo/released",
	}
	if d := cmp.Diff(want, Presets()); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	for _, name := range want {
		m, err := Parse(name)
		if err != nil {
			t.Fatal(err)
		}
		about := m.Describe()
		if m.Name() != name || about.Name != name || about.Formula == "" || about.Grouping == "" || about.Params == nil {
			t.Errorf("%s describes itself as %+v", name, about)
		}
		text, err := json.Marshal(about.Params)
		if err != nil {
			t.Fatal(err)
		}
		again, err := New(name, text) // what is described can be asked for
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if d := cmp.Diff(about, again.Describe()); d != "" {
			t.Errorf("%s (-once +again):\n%s", name, d)
		}
	}
	for name, want := range map[string]string{
		"hgpo": "hgpo/paper", "graphgpo": "graphgpo/recipe", "reinforce_pp_baseline": "reinforce++/paper", "grpo_nostd": "grpo/dr",
		"gigpo_similarity": "gigpo/similarity", "hgpo_code": "hgpo/verl-agent",
	} {
		if m, err := Parse(name); err != nil || m.Name() != want {
			t.Errorf("%s means %q, %v, want %s", name, m.Name(), err, want)
		}
	}
}

func TestDescribe(t *testing.T) {
	one, zero := 1, 0
	m, err := New("hgpo/verl-agent", json.RawMessage(`{"base_group":true}`))
	if err != nil {
		t.Fatal(err)
	}
	about := m.Describe()
	want := Description{
		Name:     "hgpo/verl-agent",
		Formula:  about.Formula,
		Grouping: about.Grouping,
		Episode:  &Stat{Mode: MeanStd, DDOF: &one, Eps: Eps, Weighting: PerStep, Singleton: Raw, Constant: constantRule},
		Step:     &Stat{Mode: MeanStd, DDOF: &zero, Eps: Eps, Singleton: Zero, Constant: constantRule, Offset: 2, Zeros: "left out"},
		Params:   HGPOParams{Gamma: 0.95, K: 2, Mode: MeanStd, Alpha: 1, BaseGroup: true, Variant: Code, Eps: Eps},
	}
	if d := cmp.Diff(want, about); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestNewRefuses(t *testing.T) {
	for _, c := range []struct {
		name, params string
		want         []string
	}{
		{"ppo", ``, []string{`"ppo"`, "hgpo/paper"}},
		{"gigpo/code", ``, []string{`"gigpo/code"`}},
		{"gigpo", `{"gama":1}`, []string{"gigpo/paper", `"gama"`}},
		{"gigpo", `{"gamma":1.5,"mode":"median","weighting":"token","eps":-1}`, []string{"gamma 1.5", `"median"`, `"token"`, "eps -1"}},
		{"grpo", `[1]`, []string{"object"}},
		{"grpo", `{"mode":"mean"} 3`, []string{"after"}},
		{"grpo", `{"mode":`, []string{"grpo/paper"}},
		{"grpo", `{"singleton":"skip"}`, []string{`"skip"`}},
		{"hgpo", `{"K":-1,"alpha":1e4,"variant":"mine"}`, []string{"K -1", "alpha 10000", `"mine"`}},
		{"hgpo", `{"base_group":true}`, []string{"base_group"}},
		{"salt", `{"base":"gae","history":-2}`, []string{`"gae"`, "history -2"}},
		{"gae", `{"lam":2}`, []string{"lam 2"}},
		{"gigpo", `{"similarity":2,"w":1e200}`, []string{"similarity 2", "w 1e+200"}},
		{"gigpo", `{"autojunk":true}`, []string{"autojunk"}},
		{"rtmc", `{"gamma":-1}`, []string{"gamma -1"}},
		{"graphgpo", `{"omega":0,"cost":-1,"weighting":"token"}`, []string{"omega 0", "cost -1", `"token"`}},
		{"graft", `{"lam":2,"eps":-1}`, []string{"lam 2", "eps -1"}},
		{"arpo", `{"base":"ppo"}`, []string{`"ppo"`}},
		{"reinforce++", `{"weighting":"token"}`, []string{`"token"`}},
		{"seeupo", `{"order":"inward","variant":"mine","clip_low":2,"clamp":-1}`, []string{`"inward"`, `"mine"`, "clip_low 2", "clamp -1"}},
	} {
		_, err := New(c.name, json.RawMessage(c.params))
		if err == nil {
			t.Errorf("%s %s: accepted", c.name, c.params)
			continue
		}
		for _, w := range c.want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s %s: error %q does not say %s", c.name, c.params, err, w)
			}
		}
	}
	for _, params := range []string{"", "null", " {} "} {
		if _, err := New("grpo", json.RawMessage(params)); err != nil {
			t.Errorf("parameters %q: %v", params, err)
		}
	}
	if _, err := (Method{}).Advantages(fork(t)); err == nil {
		t.Error("an empty Method works")
	}
	if _, err := HGPO(fork(t), HGPOParams{}); err == nil {
		t.Error("zero parameters work")
	}
}

func TestExcludedTrajectories(t *testing.T) {
	walks := []traces.Input{walk("a", "S x A y B", 1), {ID: "lost", Err: "the world broke"}, walk("b", "S x A z C", 0)}
	with, without := graph(t, walks...), graph(t, walks[0], walks[2])
	for _, name := range Presets() {
		m, err := Parse(name)
		if err != nil {
			t.Fatal(err)
		}
		a, err := m.Advantages(with)
		if err != nil {
			t.Fatal(err)
		}
		b, err := m.Advantages(without)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff([][]float64{b[0], nil, b[1]}, a); d != "" {
			t.Errorf("%s (-without +with):\n%s", name, d)
		}
	}
	walks[0].Err, walks[2].Err = "x", "x"
	all := graph(t, walks...)
	for _, name := range Presets() {
		m, _ := Parse(name)
		if adv, err := m.Advantages(all); err != nil || !cmp.Equal(adv, [][]float64{nil, nil, nil}) {
			t.Errorf("%s on a group that is lost: %v, %v", name, adv, err)
		}
	}
}

func TestPenalty(t *testing.T) {
	a, b := walk("a", "S x A y B", 1), walk("b", "S x A z C", 0)
	b.Invalid = []bool{false, true}
	g := graph(t, a, b)
	dr := DefaultGRPO()
	dr.Mode = Mean
	rows := dr
	rows.Weighting = PerStep
	for _, c := range []struct {
		name string
		pen  Penalty
		p    GRPOParams
		want [][]float64
	}{
		{"none", Penalty{}, dr, [][]float64{{.5, .5}, {-.5, -.5}}},
		{"own step", Penalty{Coef: .2}, dr, [][]float64{{.5, .5}, {-.5, -.7}}},
		{"own row", Penalty{Coef: .2}, rows, [][]float64{{.55, .55}, {-.45, -.65}}},
		{"propagate", Penalty{Coef: .2, Propagate: true}, dr, [][]float64{{.6, .6}, {-.6, -.6}}},
	} {
		h, err := c.pen.Apply(g)
		if err != nil {
			t.Fatal(err)
		}
		got, err := GRPO(h, c.p)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(c.want, got, near); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, d)
		}
	}
	own, _ := Penalty{Coef: .2}.Apply(g)
	if d := cmp.Diff([]float64{1, 1, 0, -.2}, own.Returns(1), near); d != "" {
		t.Errorf("own step, returns:\n%s", d)
	}
	all, _ := Penalty{Coef: .2, Propagate: true}.Apply(g)
	if d := cmp.Diff([]float64{1, 1, -.2, -.2}, all.Returns(1), near); d != "" {
		t.Errorf("propagated, returns:\n%s", d)
	}
	if d := cmp.Diff([]float64{1, 1, 0, 0}, g.Returns(1)); d != "" {
		t.Errorf("the source changed:\n%s", d)
	}
	for _, coef := range []float64{-1, math.NaN(), math.Inf(1)} {
		if _, err := (Penalty{Coef: coef}).Apply(g); err == nil {
			t.Errorf("penalty %v accepted", coef)
		}
	}
}

func TestStats(t *testing.T) {
	flat := graph(t, walk("a", "S x A", 1), walk("b", "S x A", 1), traces.Input{ID: "c", Err: "lost"})
	groups := []*traces.Graph{fork(t), flat}
	m, err := Parse("salt")
	if err != nil {
		t.Fatal(err)
	}
	adv, err := All(groups, m, 2)
	if err != nil {
		t.Fatal(err)
	}
	got := Summarize(groups, adv)
	want := Stats{Groups: 2, ZeroGroups: 1, Rollouts: 5, Excluded: 1, Steps: 10, ZeroSteps: 2, Singletons: 1, Edges: 7, Merged: 3}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	shares := []float64{got.ZeroGroupShare(), got.ZeroStepShare(), got.SingletonShare(), got.MergedEdgeShare(), Stats{}.ZeroGroupShare()}
	if d := cmp.Diff([]float64{.5, .2, .1, 3.0 / 7, 0}, shares, near); d != "" {
		t.Errorf("shares (-want +got):\n%s", d)
	}
}

func TestAllAndAssign(t *testing.T) {
	groups := synthetic(20, true)
	graphs, err := traces.NewGraphs(groups, traces.GraphOptions{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range Presets() {
		m, err := Parse(name)
		if err != nil {
			t.Fatal(err)
		}
		want, err := All(graphs, m, 1)
		if err != nil {
			t.Fatal(err)
		}
		many, err := All(graphs, m, 7)
		if err != nil {
			t.Fatal(err)
		}
		assigned, err := Assign(groups, traces.GraphOptions{}, m, 3)
		if err != nil {
			t.Fatal(err)
		}
		if d := distance(many, want) + distance(assigned, want); d != 0 {
			t.Errorf("%s: results differ by %g", name, d)
		}
	}
	m, _ := Parse("grpo")
	if out, err := All(nil, m, 4); err != nil || len(out) != 0 {
		t.Errorf("no groups: %v, %v", out, err)
	}
	broken := slices.Clone(groups)
	broken[3], broken[11] = &traces.Group{ID: "third"}, &traces.Group{ID: "eleventh"}
	if _, err := Assign(broken, traces.GraphOptions{}, m, 4); !errors.Is(err, traces.ErrGroup) || !strings.Contains(err.Error(), "third") {
		t.Errorf("got %v, want the fault of the third group", err)
	}
	if _, err := All(graphs, Method{}, 4); err == nil {
		t.Error("an empty Method works")
	}
}

// FuzzNew makes methods from any name and parameters and runs those that are
// accepted: the result is finite.
func FuzzNew(f *testing.F) {
	for _, name := range Presets() {
		f.Add(name, []byte(`{"gamma":0.5}`))
	}
	f.Add("hgpo", []byte(`{"K":1000,"alpha":-100,"eps":0}`))
	f.Fuzz(func(t *testing.T, name string, params []byte) {
		m, err := New(name, params)
		if err != nil {
			return
		}
		adv, err := m.Advantages(fork(t))
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range adv {
			for _, a := range row {
				if math.IsNaN(a) {
					t.Fatalf("%s %s gives %v", name, params, adv)
				}
			}
		}
	})
}
