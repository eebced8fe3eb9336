package index_test

import (
	"cmp"
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"stepgym/traces"
	"stepgym/traces/index"
)

// has is the slow twin of a search: it looks through a decoded episode.
func has(t *traces.Trajectory, text string, in index.Where) bool {
	text = strings.ToLower(text)
	var places []string
	for _, s := range t.Steps {
		if in != index.Actions {
			places = append(places, s.Observation.Text)
		}
		if in != index.Observations {
			places = append(places, s.Action, s.Raw)
		}
	}
	if in != index.Actions && t.Final != nil {
		places = append(places, t.Final.Text)
	}
	if in == index.All || in == "" {
		places = append(places, t.ID, t.TaskID, t.Goal)
	}
	return slices.ContainsFunc(places, func(p string) bool { return strings.Contains(strings.ToLower(p), text) })
}

func TestSearchIsWhatASlowOneFinds(t *testing.T) {
	dir := made(t, 120)
	x := open(t, dir)
	odd := &traces.Trajectory{
		ID: "odd", Goal: "a \"quoted\" <goal> & more", Steps: []traces.Step{
			{Observation: traces.Observation{Text: "Grüße\naus ÄTHIOPIEN \u2028 und \\ C:\\x\t/slash <b>bold</b> 日本語"}, Action: `click["quoted"]`, Raw: "<think>hmm</think> Straße"},
		},
	}
	if err := x.AppendFork(odd); err != nil {
		t.Fatal(err)
	}
	v := refresh(t, x)
	list := append(stored(t, dir), odd)
	for _, text := range []string{
		"kettle", "KETTLE mirror", "click[b0000", "zzyzx", "a", "goal:", "$", "page 1 (total results: 50)", "äthiopien", "GRÜSSE", "grüße",
		"\n", "\\", `"quoted"`, "<b>", "日本", "</b> 日", "straße", "/slash", "& more", "it0/", "Thank you", "e",
	} {
		for _, in := range []index.Where{index.All, index.Observations, index.Actions} {
			got, err := v.Select(t.Context(), index.Filter{Text: text, In: in})
			if err != nil {
				t.Fatal(err)
			}
			want := []int32{}
			for i, e := range list {
				if has(e, text, in) {
					want = append(want, int32(i))
				}
			}
			if d := gocmp.Diff(got, want); d != "" {
				t.Errorf("%q in %q (-got +want):\n%s", text, in, d)
			}
		}
	}
}

func TestSearchGoesOnFromWhereItWas(t *testing.T) {
	v := open(t, made(t, 60)).View()
	rows, err := v.Select(t.Context(), index.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	all, err := v.Search(t.Context(), "total results", index.Observations, rows, 0, math.MaxInt, time.Hour)
	if err != nil || !all.Done || len(all.Hits) < 50 {
		t.Fatalf("%d hits, done %t, %v", len(all.Hits), all.Done, err)
	}
	if _, err := v.Select(t.Context(), index.Filter{Text: "total results", In: index.Observations}); err != nil { // now it is known where to look
		t.Fatal(err)
	}
	var parts []index.Hit
	for from, rounds := 0, 0; ; rounds++ {
		part, err := v.Search(t.Context(), "total results", index.Observations, rows, from, 7, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, part.Hits...)
		if from = part.Scanned; part.Done {
			if rounds < 5 {
				t.Errorf("done after %d rounds: the limit has no effect", rounds)
			}
			break
		}
	}
	if d := gocmp.Diff(parts, all.Hits); d != "" {
		t.Errorf("in parts and at once (-parts +once):\n%s", d)
	}
	for _, h := range all.Hits {
		e, err := v.Load(h.Row)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(e.Steps[h.Step].Observation.Text, h.Before+h.Match+h.After) || !strings.EqualFold(h.Match, "total results") {
			t.Fatalf("the hit %+v is not what stands there", h)
		}
	}
}

func TestSearchEnds(t *testing.T) {
	v := open(t, made(t, 60)).View()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := v.Select(ctx, index.Filter{Text: "kettle"}); !errors.Is(err, context.Canceled) {
		t.Errorf("a search that was called off ends with %v", err)
	}
	for _, text := range []string{strings.Repeat("x", 201), "\xff"} {
		if _, err := v.Select(t.Context(), index.Filter{Text: text}); !errors.Is(err, index.ErrText) {
			t.Errorf("a search for %.10q gives %v", text, err)
		}
	}
}

func TestFiltersAndOrder(t *testing.T) {
	v := open(t, made(t, 200)).View()
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(of func(*index.Row) string) []string {
		var out []string
		for range r.IntN(3) {
			out = append(out, of(&v.Rows[r.IntN(len(v.Rows))]))
		}
		return out
	}
	for range 200 {
		f := index.Filter{
			Split: pick(func(r *index.Row) string { return r.Split }), Task: pick(func(r *index.Row) string { return r.Task }),
			Family: pick(func(r *index.Row) string { return r.Family }), Group: pick(func(r *index.Row) string { return r.Group }),
		}
		if r.IntN(2) == 0 {
			f.Outcome = index.Outcomes()[r.IntN(3):]
			f.Family, f.Group = nil, nil
		}
		from := r.IntN(4)
		f.From = &from
		got, err := v.Ordered(t.Context(), f, index.SortTurns, true)
		if err != nil {
			t.Fatal(err)
		}
		want := []int32{}
		in := func(list []string, s string) bool { return len(list) == 0 || slices.Contains(list, s) }
		for i := range v.Rows {
			r := &v.Rows[i]
			if in(f.Split, r.Split) && in(f.Task, r.Task) && in(f.Family, r.Family) && in(f.Group, r.Group) && r.Iteration >= from &&
				(f.Outcome == nil || slices.Contains(f.Outcome, r.Outcome())) {
				want = append(want, int32(i))
			}
		}
		slices.SortStableFunc(want, func(a, b int32) int { return cmp.Compare(v.Rows[b].Turns, v.Rows[a].Turns) })
		if d := gocmp.Diff(got, want); d != "" {
			t.Fatalf("%+v (-got +want):\n%s", f, d)
		}
	}
	for _, by := range []string{"", "time", "id", "task", "return", "score", "turns", "invalid", "iteration", "class", "outcome", "type"} {
		for _, descending := range []bool{false, true} {
			list, err := v.Ordered(t.Context(), index.Filter{}, by, descending)
			if err != nil || len(list) != len(v.Rows) {
				t.Errorf("sorted by %q: %d rows, %v", by, len(list), err)
			}
		}
	}
	if _, err := v.Ordered(t.Context(), index.Filter{}, "color", false); !errors.Is(err, index.ErrSort) {
		t.Errorf("sorted by a color: %v", err)
	}
}

func TestFacetsCount(t *testing.T) {
	v := open(t, made(t, 200)).View()
	f := index.Filter{Outcome: []index.Outcome{index.Success}}
	got, err := v.Facets(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int{}
	for i := range v.Rows {
		want[string(v.Rows[i].Outcome())]++
	}
	counted := map[string]int{}
	for _, c := range got.Outcome {
		counted[c.Value] = c.N
	}
	if d := gocmp.Diff(counted, want); d != "" { // its own filter does not count
		t.Errorf("outcomes (-got +want):\n%s", d)
	}
	if got.Total != want["success"] || got.Split[0].N != got.Total {
		t.Errorf("total %d and %d of a split, want %d", got.Total, got.Split[0].N, want["success"])
	}
	n := 0
	for _, b := range got.Iterations {
		n += b.N
		if b.Success != b.N || b.From > b.To {
			t.Errorf("bin %+v of successes", b)
		}
	}
	if n != got.Total {
		t.Errorf("%d in bins, want %d", n, got.Total)
	}
}

func TestTasksAddUp(t *testing.T) {
	v := open(t, made(t, 200)).View()
	tasks, err := v.Tasks(t.Context(), index.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	near := cmpopts.EquateApprox(0, 1e-12)
	for _, task := range tasks {
		returns := map[string][]float64{}
		n, won, lost, episodes := 0.0, 0.0, 0, 0
		for i := range v.Rows {
			r := &v.Rows[i]
			if r.Task != task.Task || r.Split != task.Split {
				continue
			}
			episodes++
			if r.Outcome() == index.Lost {
				lost++
				continue
			}
			n++
			if r.Success {
				won++
			}
			returns[r.Group] = append(returns[r.Group], r.Return)
		}
		variance, groups := 0.0, 0.0
		for _, xs := range returns {
			if len(xs) < 2 {
				continue
			}
			m, s := 0.0, 0.0
			for _, x := range xs {
				m += x / float64(len(xs))
			}
			for _, x := range xs {
				s += (x - m) * (x - m) / float64(len(xs))
			}
			variance, groups = variance+s, groups+1
		}
		got := []float64{task.Success, task.Variance, float64(task.Lost), float64(task.Episodes)}
		want := []float64{won / n, variance / groups, float64(lost), float64(episodes)}
		if d := gocmp.Diff(got, want, near, cmpopts.EquateNaNs()); d != "" {
			t.Errorf("%s: success, variance, lost, episodes (-got +want):\n%s", task.Task, d)
		}
	}
	for _, by := range []string{"task", "type", "split", "episodes", "groups", "success", "score", "return", "variance", "turns", "lost"} {
		if err := index.SortTasks(tasks, by, true); err != nil {
			t.Error(err)
		}
	}
	tasks[1].Variance = math.NaN()
	for _, descending := range []bool{true, false} {
		if err := index.SortTasks(tasks, "variance", descending); err != nil || !math.IsNaN(tasks[len(tasks)-1].Variance) {
			t.Errorf("what has no variance does not come last (%v)", err)
		}
	}
	if err := index.SortTasks(tasks, "color", true); !errors.Is(err, index.ErrSort) {
		t.Errorf("sorted by a color: %v", err)
	}
	sum := index.SumTasks(tasks, func(*index.Task) string { return "all" })
	if len(sum) != 1 || sum[0].Episodes != 200 || sum[0].Tasks != len(tasks) {
		t.Errorf("the sum is %+v", sum)
	}
}
