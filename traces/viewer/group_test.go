package viewer

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"net/url"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"stepgym/credit"
	"stepgym/traces"
)

func TestGroup(t *testing.T) {
	s := both(t)
	for _, run := range []string{"webshop", "alfworld"} {
		all := stored(t, s.v, run)
		for _, g := range traces.Collect(all) {
			var d groupDoc
			s.get("api/runs/"+run+"/group?id="+url.QueryEscape(g.ID), &d)
			if len(d.Episodes) != 4 || d.Task != g.Trajectories[0].TaskID {
				t.Fatalf("%+v", d)
			}
			for i, e := range g.Trajectories {
				for k, step := range d.Episodes[i].Steps {
					if d.States[step.State].Key != e.Steps[k].Observation.State || step.Action != e.Steps[k].Action {
						t.Fatalf("%s step %d is %+v", e.ID, k, step)
					}
				}
				for j, f := range g.Trajectories { // the slow twin
					same := 0
					for same < min(len(e.Steps), len(f.Steps)) && e.Steps[same].Observation.State == f.Steps[same].Observation.State && e.Steps[same].Action == f.Steps[same].Action {
						same++
					}
					if d.Diverge[i][j] != same {
						t.Errorf("%s and %s part at %d, want %d", e.ID, f.ID, d.Diverge[i][j], same)
					}
				}
			}
			order := slices.Sorted(slices.Values(d.Order))
			if diff := cmp.Diff(order, []int{0, 1, 2, 3}); diff != "" {
				t.Errorf("the order %v is none", d.Order)
			}
		}
	}
	s.fails("GET", "api/runs/webshop/group?id=x", nil, 404, codeNotFound, `"x"`)
	s.fails("GET", "api/runs/webshop/group", nil, 400, codeBadRequest, "group is missing")
}

func TestChain(t *testing.T) {
	// 0 and 2 stay together longest, then 3 with 2, then 1.
	got := chain([][]int{{9, 1, 5, 2}, {1, 9, 1, 1}, {5, 1, 9, 3}, {2, 1, 3, 9}})
	if d := cmp.Diff(got, []int{0, 2, 3, 1}); d != "" {
		t.Errorf("(-got +want):\n%s", d)
	}
	if got := chain(nil); len(got) != 0 {
		t.Errorf("nothing in the order %v", got)
	}
}

func TestCreditIsTheMethods(t *testing.T) {
	s := both(t)
	g := traces.Collect(stored(t, s.v, "alfworld"))[1]
	g.Trajectories[0].Steps[3].Reward = 0
	for _, name := range credit.Presets() {
		for _, by := range []traces.Grouping{traces.ByAnchor, traces.ByState} {
			m, err := credit.New(name, nil)
			if err != nil {
				t.Fatal(err)
			}
			graph, err := traces.NewGraph(g, traces.GraphOptions{Grouping: by})
			if err != nil {
				t.Fatal(err)
			}
			want, err := m.Advantages(graph)
			if err != nil {
				t.Fatal(err)
			}
			var d struct {
				Method    string
				Advantage [][]float64
				Note      string
				Steps     []struct {
					Episode, Step int
					Advantage     float64
					Parts         []struct{ Value float64 }
				}
			}
			s.get(fmt.Sprintf("api/runs/alfworld/credit?group=%s&method=%s&grouping=%s&explain=1", url.QueryEscape(g.ID), url.QueryEscape(name), by), &d)
			near := cmpopts.EquateApprox(0, 1e-12)
			if diff := cmp.Diff(d.Advantage, want, near); diff != "" || d.Method != name || m.Batchwise() != (d.Note != "") {
				t.Errorf("%s by %s (-got +want):\n%s", name, by, diff)
			}
			for _, step := range d.Steps {
				sum := 0.0
				for _, p := range step.Parts {
					sum += p.Value
				}
				if math.Abs(sum-step.Advantage) > 1e-9 || step.Advantage != d.Advantage[step.Episode][step.Step] {
					t.Errorf("%s: parts add up to %v, the advantage is %v", name, sum, step.Advantage)
				}
			}
		}
	}
	id := url.QueryEscape(g.ID)
	s.fails("GET", "api/runs/alfworld/credit?group="+id+"&method=luck", nil, 400, codeBadRequest, "luck")
	s.fails("GET", "api/runs/alfworld/credit?group="+id+"&grouping=color", nil, 400, codeBadRequest, "color")
	s.fails("GET", "api/runs/alfworld/credit?group=x", nil, 404, codeNotFound, "x")
}

func TestGraph(t *testing.T) {
	s := both(t)
	for _, run := range []string{"webshop", "alfworld"} {
		for _, g := range traces.Collect(stored(t, s.v, run)) {
			for _, by := range []traces.Grouping{traces.ByAnchor, traces.ByState} {
				for _, direction := range []string{"down", "right"} {
					var d graphDoc
					s.get(fmt.Sprintf("api/runs/%s/graph?group=%s&grouping=%s&direction=%s", run, url.QueryEscape(g.ID), by, direction), &d)
					checkGraph(t, &d, g, by)
				}
			}
		}
	}
}

// checkGraph compares a drawn graph with the one that credit is assigned by.
func checkGraph(t *testing.T, d *graphDoc, g *traces.Group, by traces.Grouping) {
	t.Helper()
	want, err := traces.NewGraph(g, traces.GraphOptions{Grouping: by})
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Nodes) != len(want.States) || d.Truncated {
		t.Errorf("%d states, want %d", len(d.Nodes), len(want.States))
	}
	visits, steps := 0, 0
	at := map[[2]int]bool{}
	for i, n := range d.Nodes {
		visits += n.Visits
		if n.ID != i || n.Visits != len(n.Steps) || n.X < 0 || n.X > d.Width || n.Y < 0 || n.Y > d.Height || at[[2]int{n.X, n.Y}] {
			t.Errorf("node %+v in a picture of %d by %d", n, d.Width, d.Height)
		}
		at[[2]int{n.X, n.Y}] = true
	}
	for _, e := range d.Edges {
		steps += e.Visits
		from, to := d.Nodes[e.From], d.Nodes[e.To]
		if len(e.Points) != 4 || e.Points[0] != [2]int{from.X, from.Y} || e.Points[3] != [2]int{to.X, to.Y} || e.Loop != (e.From == e.To) {
			t.Errorf("edge %+v from %d,%d to %d,%d", e, from.X, from.Y, to.X, to.Y)
		}
		if to.Layer > from.Layer+1 || !e.Loop && e.Back != (to.Layer <= from.Layer) {
			t.Errorf("edge %+v from layer %d to %d", e, from.Layer, to.Layer)
		}
	}
	if steps != want.Len() || visits != steps+len(g.Trajectories) {
		t.Errorf("%d steps, %d visits, want %d steps of %d episodes", steps, visits, want.Len(), len(g.Trajectories))
	}
}

// TestGraphOfRandomEpisodes draws what may come from anywhere.
func TestGraphOfRandomEpisodes(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 5))
	for range 300 {
		g := &group{}
		for range 1 + r.IntN(5) {
			e := &traces.Trajectory{}
			for range r.IntN(8) {
				e.Steps = append(e.Steps, traces.Step{Observation: traces.Observation{State: fmt.Sprint(r.IntN(5))}, Action: fmt.Sprint(r.IntN(3))})
			}
			if r.IntN(4) > 0 {
				e.Final = &traces.Observation{State: fmt.Sprint(r.IntN(5))}
			}
			g.episodes = append(g.episodes, e)
		}
		draw := func(most int) *graphDoc {
			d := new(graphDoc)
			d.merge(g, traces.ByState, nil)
			d.cut(most)
			d.lay(false)
			return d
		}
		d := draw(3)
		if len(d.Nodes) > 3 {
			t.Fatalf("%d nodes after a cut to 3", len(d.Nodes))
		}
		for _, e := range d.Edges {
			if e.From >= len(d.Nodes) || e.To >= len(d.Nodes) || len(e.Points) != 4 {
				t.Fatalf("edge %+v of %d nodes", e, len(d.Nodes))
			}
		}
		if diff := cmp.Diff(text(t, draw(100)), text(t, draw(100))); diff != "" {
			t.Fatalf("drawn twice:\n%s", diff)
		}
	}
}

// text returns v as JSON.
func text(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
