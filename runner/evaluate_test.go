package runner

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs"
	"stepgym/envs/envtest/toy"
	"stepgym/traces"
)

// families is the toy environment with other families: tasks i*8+k are task i
// of the toy, in family i/3.
type families struct{ envs.Env }

func (f families) Tasks(split string) iter.Seq2[envs.Task, error] {
	return func(yield func(envs.Task, error) bool) {
		i := 0
		for t, err := range f.Env.Tasks(split) {
			t.Family = fmt.Sprintf("f%d", i/3)
			if i == 7 {
				t.Family = ""
			}
			i++
			if !yield(t, err) {
				return
			}
		}
	}
}

func ids(tasks []envs.Task) []string {
	var out []string
	for _, t := range tasks {
		out = append(out, t.ID)
	}
	return out
}

func TestCapped(t *testing.T) {
	tasks, err := readTasks(families{toy.New()}, "all") // 012 345 6 7
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		perFamily, total int
		want             []string
	}{
		{0, 0, []string{"0", "1", "2", "3", "4", "5", "6", "7"}},
		{2, 0, []string{"0", "1", "3", "4", "6", "7"}},
		{1, 0, []string{"0", "3", "6", "7"}},
		{0, 3, []string{"0", "3", "6"}},
		{0, 5, []string{"0", "1", "3", "6", "7"}},
		{1, 7, []string{"0", "3", "6", "7"}},
		{9, 99, []string{"0", "1", "2", "3", "4", "5", "6", "7"}},
	} {
		if d := cmp.Diff(ids(capped(tasks, tt.perFamily, tt.total)), tt.want); d != "" {
			t.Errorf("capped(%d, %d): (-got +want)\n%s", tt.perFamily, tt.total, d)
		}
	}
}

func TestEvaluate(t *testing.T) {
	// The guide succeeds everywhere but where the world breaks or is cut short.
	env := hooked{Env: families{toy.New()}, step: func(task envs.Task, _ int) error {
		if task.ID == "4" {
			return errors.New("broken")
		}
		return nil
	}}
	var seen []string
	c := EvalConfig{Split: "all", Greedy: true, MaxTurns: 2, Seed: 3, Each: func(tr *traces.Trajectory) error {
		seen = append(seen, tr.TaskID)
		return nil
	}}
	r, err := Evaluate(t.Context(), env, guide{}, c)
	if err != nil {
		t.Fatal(err)
	}
	if r.Tasks != 8 || r.Episodes != 7 || r.Lost != 1 || r.NumFamilies != 4 || len(seen) != 8 {
		t.Errorf("tasks %d, episodes %d, lost %d, families %d, seen %v", r.Tasks, r.Episodes, r.Lost, r.NumFamilies, seen)
	}
	// The slow way: from single rollouts of the same specs.
	tasks, _ := readTasks(env, "all")
	sums := map[string][2]float64{}
	wins, turns := 0, 0
	for _, s := range evalSpecs(tasks, c) {
		o := Rollout(t.Context(), env, guide{}, s)
		if o.Err != nil {
			continue
		}
		f := o.Trajectory.Family
		if f == "" {
			f = o.Trajectory.TaskID
		}
		x := sums[f]
		x[1]++
		turns += o.Trajectory.Turns
		if o.Trajectory.Success {
			x[0]++
			wins++
		}
		sums[f] = x
	}
	var want float64
	for _, x := range sums {
		want += x[0] / x[1] / float64(len(sums))
	}
	if math.Abs(r.Success.Mean-want) > 1e-12 || r.EpisodeSuccess.Mean != float64(wins)/7 || math.Abs(r.Turns-float64(turns)/7) > 1e-12 {
		t.Errorf("success %v and %v, turns %v; want %v, %d/7 and %d/7", r.Success.Mean, r.EpisodeSuccess.Mean, r.Turns, want, wins, turns)
	}
	if r.Failures.Truncated != 7-wins || r.Success.Low > want || r.Success.High < want {
		t.Errorf("failures %+v, interval %+v", r.Failures, r.Success)
	}
	again, err := Evaluate(t.Context(), env, guide{}, EvalConfig{Split: "all", Greedy: true, MaxTurns: 2, Seed: 3, Parallel: 2})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(again, r); d != "" {
		t.Errorf("another number of goroutines changes the report (-got +want)\n%s", d)
	}
}

func TestEvaluateErrors(t *testing.T) {
	broken := hooked{Env: toy.New(), step: func(envs.Task, int) error { return errors.New("broken") }}
	if _, err := Evaluate(t.Context(), broken, guide{}, EvalConfig{Split: "dev"}); err == nil {
		t.Error("no error although all episodes were lost")
	}
	if _, err := Evaluate(t.Context(), toy.New(), guide{}, EvalConfig{Split: "moon"}); !errors.Is(err, envs.ErrNoSplit) {
		t.Errorf("got %v, want ErrNoSplit", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Evaluate(ctx, toy.New(), guide{}, EvalConfig{Split: "dev"}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want canceled", err)
	}
	full := errors.New("disk full")
	if _, err := Evaluate(t.Context(), toy.New(), guide{}, EvalConfig{Split: "dev", Each: func(*traces.Trajectory) error { return full }}); !errors.Is(err, full) {
		t.Errorf("got %v, want disk full", err)
	}
}

func TestMerge(t *testing.T) {
	var parts []*Report
	for _, split := range []string{"train", "dev", "test"} {
		r, err := Evaluate(t.Context(), toy.New(), newTabular(), EvalConfig{Split: split, Repeats: 3, Seed: 9})
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, r)
	}
	got, err := Merge(parts...)
	if err != nil {
		t.Fatal(err)
	}
	var sum float64
	for _, p := range parts {
		sum += p.Success.Mean * float64(p.NumFamilies)
	}
	if got.NumFamilies != 8 || got.Episodes != 24 || got.Tasks != 8 || math.Abs(got.Success.Mean-sum/8) > 1e-12 {
		t.Errorf("got %d families, %d episodes, %d tasks, success %v, want %v", got.NumFamilies, got.Episodes, got.Tasks, got.Success.Mean, sum/8)
	}
	if len(parts[0].ByFamily) != 4 {
		t.Error("Merge changed its argument")
	}
	twice, err := Merge(parts[0], parts[0])
	if err != nil {
		t.Fatal(err)
	}
	if twice.NumFamilies != 4 || twice.Episodes != 24 || math.Abs(twice.Success.Mean-parts[0].Success.Mean) > 1e-12 {
		t.Errorf("a report with itself: %d families, %d episodes, success %v, want 4, 24, %v", twice.NumFamilies, twice.Episodes, twice.Success.Mean, parts[0].Success.Mean)
	}
	if _, err := Merge(); err == nil {
		t.Error("no error for no reports")
	}
}

func TestWilson(t *testing.T) {
	for _, tt := range []struct {
		k, n      int
		low, high float64
	}{ // computed by hand from the formula with z = 1.95996
		{0, 10, 0, .27753}, {10, 10, .72247, 1}, {5, 10, .23659, .76341}, {125, 140, .83066, .93400},
	} {
		got := Wilson(tt.k, tt.n)
		if math.Abs(got.Low-tt.low) > 1e-4 || math.Abs(got.High-tt.high) > 1e-4 {
			t.Errorf("Wilson(%d, %d) = %+v, want [%v, %v]", tt.k, tt.n, got, tt.low, tt.high)
		}
	}
	if got := Wilson(0, 0); got != (Interval{0, 0, 1}) {
		t.Errorf("Wilson(0, 0) = %+v", got)
	}
}

func TestBootstrap(t *testing.T) {
	// Of n fair coins the mean has deviation 1/(2√n); the interval is ±1.96 of it.
	x := make([]float64, 400)
	for i := range x {
		x[i] = float64(i % 2)
	}
	got := Bootstrap(x, newRand(1))
	if got.Mean != .5 || math.Abs(got.Low-.451) > .006 || math.Abs(got.High-.549) > .006 {
		t.Errorf("got %+v, want about [.451, .549]", got)
	}
	if again := Bootstrap(x, newRand(1)); again != got {
		t.Errorf("the same seed gives %+v and %+v", got, again)
	}
	if got := Bootstrap([]float64{.25}, newRand(1)); got != (Interval{.25, .25, .25}) {
		t.Errorf("one value: %+v", got)
	}
	if got := Bootstrap(nil, newRand(1)); got != (Interval{}) {
		t.Errorf("no values: %+v", got)
	}
}
