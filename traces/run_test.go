package traces

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// sample makes a trajectory with every kind of field in use.
func sample(i int) *Trajectory {
	t := path(fmt.Sprintf("it%d/goal:%d/%d", i/4, i/2, i%2), "S search[a,\"b\"] results<&> buy end", 0, 0.5)
	t.GroupID, t.TaskID, t.Family = fmt.Sprintf("it%d/goal:%d", i/4, i/2), fmt.Sprintf("goal:%d", i/2), "B00"
	t.Env, t.Split, t.Policy, t.Version, t.Iteration, t.Index = "webshop-v1", "train", "choice", i/4, i/4, i%2
	t.EnvSeed, t.SampleSeed = math.MaxUint64, 1<<63+uint64(i)
	t.Return, t.Score, t.Success, t.Terminated, t.Turns, t.Invalid = 0.5, 0.25, i%2 == 0, true, 2, 1
	t.Goal = "find me {\"steps\":[1]} under $5,\"steps\":\\ \u00e9"
	t.Metrics = map[string]float64{"steps": 3, "r_att": 0.5}
	t.Steps[0].Options, t.Steps[0].Probs = []string{"a", "b"}, []float32{0.1, 0.9}
	t.Steps[1].Advantages = map[string]float64{"hgpo/paper": -0.1}
	if i%3 == 2 {
		t.Err, t.Stage, t.Parent, t.ForkAt = "policy: no answer", "policy", "p", 1
	}
	return t
}

func newRun(t testing.TB, o Options) *Run {
	t.Helper()
	r, err := Create(filepath.Join(t.TempDir(), "run"), Manifest{Command: "train", Seed: 7, Config: json.RawMessage(`{"iterations":3}`)}, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func appendAll(t testing.TB, r *Run, from, to int) {
	t.Helper()
	for i := from; i < to; i++ {
		if err := r.Append(sample(i)); err != nil {
			t.Fatal(err)
		}
	}
}

// checkRun checks that dir holds the samples 0 to n-1 and nothing else.
func checkRun(t testing.TB, dir string, n int) {
	t.Helper()
	r, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	x, err := r.Index()
	if err != nil {
		t.Fatal(err)
	}
	if len(x.Heads) != n || len(x.Faults) != 0 {
		t.Fatalf("%d heads and faults %v, want %d heads", len(x.Heads), x.Faults, n)
	}
	i := 0
	for got, err := range r.Trajectories(Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(sample(i), got); d != "" {
			t.Fatalf("trajectory %d (-want +got):\n%s", i, d)
		}
		i++
	}
}

func TestRunRoundTrip(t *testing.T) {
	for _, o := range []Options{{}, {SegmentBytes: 2500}, {SegmentBytes: 1}, {SegmentBytes: 2500, SealAside: true}, {SegmentBytes: 1, SealAside: true}} {
		r := newRun(t, o)
		appendAll(t, r, 0, 9)
		checkRun(t, r.Dir(), 9) // while it is being written
		if err := r.Sync(); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(r.Close(), r.Close()); err != nil {
			t.Fatal(err)
		}
		if err := r.Append(sample(9)); !errors.Is(err, ErrReadOnly) {
			t.Errorf("append after close: %v", err)
		}
		w, err := OpenForAppend(r.Dir(), o)
		if err != nil {
			t.Fatal(err)
		}
		if w.Repairs() != nil {
			t.Errorf("repairs of a run that was closed in order: %v", w.Repairs())
		}
		appendAll(t, w, 9, 12)
		w.Close()
		checkRun(t, r.Dir(), 12)
		m := w.Manifest()
		if m.Format != Format || m.Seed != 7 || m.Command != "train" {
			t.Errorf("manifest %+v", m)
		}
	}
}

func TestHeadEqualsTrajectory(t *testing.T) {
	r := newRun(t, Options{})
	appendAll(t, r, 0, 3)
	x, err := r.Index()
	if err != nil {
		t.Fatal(err)
	}
	for i, h := range x.Heads {
		tr := sample(i)
		tr.Steps, tr.Final = nil, nil
		var a, b map[string]any
		ja, _ := json.Marshal(tr)
		jb, _ := json.Marshal(h)
		if err := errors.Join(json.Unmarshal(ja, &a), json.Unmarshal(jb, &b)); err != nil {
			t.Fatal(err)
		}
		delete(a, "steps")
		if d := cmp.Diff(a, b); d != "" {
			t.Errorf("head %d (-want +got):\n%s", i, d)
		}
		if h.EnvSeed != tr.EnvSeed || h.SampleSeed != tr.SampleSeed {
			t.Errorf("seeds %d, %d lost digits", h.EnvSeed, h.SampleSeed)
		}
	}
}

func TestFilters(t *testing.T) {
	r := newRun(t, Options{SegmentBytes: 3000})
	appendAll(t, r, 0, 12)
	x, err := r.Index()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		f    Filter
		want int
	}{
		{"all", Filter{}, 12},
		{"task", Filter{Task: "goal:2"}, 2},
		{"group", Filter{Group: "it1/goal:3"}, 2},
		{"split", Filter{Split: "dev"}, 0},
		{"env", Filter{Env: "webshop-v1", Policy: "choice"}, 12},
		{"success", Filter{Success: new(true)}, 6},
		{"iteration 0", Filter{Iteration: new(0)}, 4},
		{"lost", Filter{Lost: new(true)}, 4},
		{"kept failures", Filter{Lost: new(false), Success: new(false)}, 4},
	} {
		if got := len(x.Select(c.f)); got != c.want {
			t.Errorf("%s: %d trajectories, want %d", c.name, got, c.want)
		}
	}
	if _, err := r.Load("nobody"); !errors.Is(err, ErrNoTrajectory) {
		t.Errorf("got %v, want ErrNoTrajectory", err)
	}
	tr, err := r.Load("it1/goal:3/1")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(sample(7), tr); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestReaderFollowsWriter(t *testing.T) {
	r := newRun(t, Options{SegmentBytes: 2000})
	reader, err := Open(r.Dir())
	if err != nil {
		t.Fatal(err)
	}
	for i := range 12 {
		appendAll(t, r, i, i+1)
		before, err := reader.Index()
		if err != nil {
			t.Fatal(err)
		}
		if len(before.Heads) != i+1 {
			t.Fatalf("%d trajectories seen, %d written", len(before.Heads), i+1)
		}
		for k := range i + 1 {
			if got, err := reader.Load(sample(k).ID); err != nil || !cmp.Equal(got, sample(k)) {
				t.Fatalf("trajectory %d of %d: %v", k, i, err)
			}
		}
	}
	if err := reader.Append(sample(0)); !errors.Is(err, ErrReadOnly) {
		t.Errorf("a reader appends: %v", err)
	}
}

func TestLaterLineCounts(t *testing.T) {
	r := newRun(t, Options{})
	appendAll(t, r, 0, 3)
	again := sample(1)
	again.Score = 0.75
	if err := r.Append(again); err != nil {
		t.Fatal(err)
	}
	x, err := r.Index()
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, h := range x.Heads {
		ids = append(ids, fmt.Sprint(h.ID, " ", h.Score))
	}
	if d := cmp.Diff([]string{"it0/goal:0/0 0.25", "it0/goal:1/0 0.25", "it0/goal:0/1 0.75"}, ids); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if got, err := r.Load(again.ID); err != nil || got.Score != 0.75 {
		t.Errorf("loaded %v, %v", got, err)
	}
}

func TestTwoWriters(t *testing.T) {
	r := newRun(t, Options{})
	if _, err := OpenForAppend(r.Dir(), Options{}); !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), fmt.Sprint(os.Getpid())) {
		t.Errorf("got %v, want ErrLocked naming the process", err)
	}
	if _, err := Create(r.Dir(), Manifest{}, Options{}); !errors.Is(err, ErrLocked) {
		t.Errorf("create: got %v, want ErrLocked", err)
	}
	r.Close()
	if _, err := Create(r.Dir(), Manifest{}, Options{}); !errors.Is(err, ErrExists) {
		t.Errorf("create: got %v, want ErrExists", err)
	}
	w, err := OpenForAppend(r.Dir(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	w.Close()
}

func TestOpenErrors(t *testing.T) {
	dir := t.TempDir()
	if _, err := Open(dir); !errors.Is(err, ErrNoRun) {
		t.Errorf("empty folder: %v", err)
	}
	for text, want := range map[string]string{
		"{":             "run.json",
		`{"format":2}`:  "format 2",
		`{"format":""}`: "run.json",
	} {
		if err := os.WriteFile(filepath.Join(dir, "run.json"), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v does not say %q", text, err, want)
		}
	}
	file := filepath.Join(dir, "file")
	os.WriteFile(file, nil, 0o666)
	if _, err := Create(filepath.Join(file, "run"), Manifest{}, Options{}); err == nil {
		t.Error("a run below a file")
	}
}

func TestAppendRefuses(t *testing.T) {
	r := newRun(t, Options{})
	if err := r.Append(&Trajectory{}); err == nil {
		t.Error("a trajectory without ID is stored")
	}
	bad := sample(0)
	bad.Return = math.NaN()
	if err := r.Append(bad); err == nil || !strings.Contains(err.Error(), bad.ID) {
		t.Errorf("NaN: %v", err)
	}
	appendAll(t, r, 0, 1)
	checkRun(t, r.Dir(), 1)
}

func TestConcurrentAppends(t *testing.T) {
	r := newRun(t, Options{SegmentBytes: 5000})
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := range 10 {
				if err := r.Append(sample(4*i + w)); err != nil {
					t.Error(err)
				}
				if err := r.AppendMetrics(map[string]int{"i": i}); err != nil {
					t.Error(err)
				}
				if _, err := r.Index(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	x, err := r.Index()
	if err != nil || len(x.Heads) != 40 {
		t.Fatalf("%d trajectories, %v; want 40", len(x.Heads), err)
	}
}
