package nn

import (
	"errors"
	"math"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/agent/internal/graph"
	"stepgym/agent/internal/graph/loss"
	"stepgym/agent/internal/optim"
	"stepgym/agent/internal/ort/orttest"
)

// bandit is a tiny policy: features of choices in, log-probabilities out.
type bandit struct {
	params Params
	body   MLP
	value  Linear
}

func newBandit() *bandit {
	m := &bandit{}
	m.body = NewMLP(&m.params, "body", 3, 8, 1)
	m.value = NewLinear(&m.params, "value", 3, 1)
	return m
}

func (m *bandit) logp(b *Build) (x, logp *graph.V) {
	n, a := graph.Sym("B"), graph.Sym("A")
	x = b.Input("x", graph.F32, n, a, graph.D(3))
	return x, m.body.Apply(b, x).Squeeze(2).LogSoftmax(-1)
}

func (m *bandit) score(b *Build) {
	_, lp := m.logp(b)
	b.Output("logp", lp)
	b.Output("best", lp.ArgMax(1))
}

func (m *bandit) imitate(b *Build) *graph.V {
	x, lp := m.logp(b)
	good := b.Input("good", graph.I64, x.Dim(0))
	scale := b.Input("scale", graph.F32)
	b.Output("entropy", loss.Mean(loss.Entropy(lp), scale))
	return loss.Mean(lp.GatherElements(1, good.Unsqueeze(1)).Neg(), scale)
}

// runtimeOf opens the library; -short skips.
func runtimeOf(t testing.TB) Runtime {
	if testing.Short() {
		t.Skip("needs the ONNX Runtime library")
	}
	return Runtime{Lib: orttest.Library(t), Threads: 2}
}

// must ends the test on an error.
func must[T any](x T, err error) func(t testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
}

// rig is a bandit with everything that learns.
type rig struct {
	w     *Weights
	opt   *Optimizer
	loss  *Loss
	score *Scorer
	feeds *Feeds
}

func newRig(t testing.TB, rt Runtime, cfg optim.Config, asGraph bool) *rig {
	t.Helper()
	m := newBandit()
	r := &rig{w: must(NewWeights(rt, &m.params, 1))(t)}
	r.opt = must(newOptimizer(r.w, cfg, asGraph))(t)
	r.loss = must(NewLoss(r.opt, m.imitate))(t)
	r.score = must(NewScorer(r.w, m.score))(t)
	r.feeds = NewFeeds(rt)
	t.Cleanup(func() {
		r.feeds.Close()
		r.score.Close()
		r.loss.Close()
		r.opt.Close()
		r.w.Close()
	})
	return r
}

// fill feeds rows of a batch of n situations with a choices each; the good
// choice is the one with the largest second feature.
func (r *rig) fill(n, a int, seed uint64, total int) {
	rnd := rand.New(rand.NewPCG(seed, 0))
	x, good := r.feeds.F32("x", n, a, 3), r.feeds.I64("good", n)
	for i := range n {
		best := float32(math.Inf(-1))
		for j := range a {
			row := x[(i*a+j)*3:][:3]
			for k := range row {
				row[k] = float32(rnd.NormFloat64())
			}
			if row[1] > best {
				best, good[i] = row[1], int64(j)
			}
		}
	}
	r.feeds.Scalar("scale", 1/float64(total))
}

// step makes one update from batches of the given sizes.
func (r *rig) step(t testing.TB, seed uint64, sizes ...int) (lossSum, norm float64) {
	t.Helper()
	total := 0
	for _, n := range sizes {
		total += n
	}
	for i, n := range sizes {
		r.fill(n, 4, seed+uint64(i), total)
		lossSum += must(r.loss.Run(t.Context(), r.feeds))(t).Scalar(LossName)
	}
	return lossSum, must(r.opt.Step(1e-2))(t)
}

func (r *rig) all(t testing.TB) map[string][]float32 {
	out := map[string][]float32{}
	for _, name := range r.w.params.Names() {
		out[name] = must(r.w.Get(name))(t)
	}
	return out
}

func TestLearns(t *testing.T) {
	r := newRig(t, runtimeOf(t), optim.DefaultConfig(), false)
	value := must(r.w.Get("value.w"))(t)
	first, _ := r.step(t, 0, 64)
	for i := range 150 {
		r.step(t, uint64(i), 64)
	}
	last, _ := r.step(t, 1000, 256)
	if first < 0.8 || last > 0.3 {
		t.Errorf("loss went from %.3f to %.3f, want from over 0.8 to under 0.3", first, last)
	}
	r.fill(512, 4, 7, 1)
	out := must(r.score.Run(t.Context(), r.feeds))(t)
	right := 0
	for i, g := range r.feeds.I64("good", 512) {
		if out.I64("best")[i] == g {
			right++
		}
	}
	if right < 450 {
		t.Errorf("%d of 512 choices are right", right)
	}
	if d := cmp.Diff(out.Shape("logp"), []int{512, 4}); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(must(r.w.Get("value.w"))(t), value); d != "" {
		t.Error("a parameter that the loss does not use has changed: ", d)
	}
}

// TestGraphUpdate compares the update as a graph with the Go kernel.
func TestGraphUpdate(t *testing.T) {
	rt := runtimeOf(t)
	cfg := optim.DefaultConfig()
	cfg.Decay = 0.05
	cfg.ClipNorm = 0.5
	cfg.Epsilon = 1e-4 // one bias has gradient 0: its rounding errors must not be blown up
	a, b := newRig(t, rt, cfg, false), newRig(t, rt, cfg, true)
	for i := range 20 {
		sizes := []int{16, 5}[:1+i%2]
		_, na := a.step(t, uint64(i), sizes...)
		_, nb := b.step(t, uint64(i), sizes...)
		if math.Abs(na-nb) > 1e-5*na {
			t.Errorf("step %d: norms %v and %v", i, na, nb)
		}
	}
	wa, wb := a.all(t), b.all(t)
	for name, x := range wa {
		for i := range x {
			if d := math.Abs(float64(x[i] - wb[name][i])); d > 2e-6 {
				t.Errorf("%s[%d]: kernel %v, graph %v", name, i, x[i], wb[name][i])
			}
		}
	}
}

func TestAccumulate(t *testing.T) {
	rt := runtimeOf(t)
	for _, asGraph := range []bool{false, true} {
		a, b := newRig(t, rt, optim.DefaultConfig(), asGraph), newRig(t, rt, optim.DefaultConfig(), asGraph)
		// The same 12 situations, once in one batch and once in three.
		a.fill(12, 4, 1, 12)
		x := append([]float32(nil), a.feeds.F32("x", 12, 4, 3)...)
		good := append([]int64(nil), a.feeds.I64("good", 12)...)
		must(a.loss.Run(t.Context(), a.feeds))(t)
		for from := 0; from < 12; from += 4 {
			copy(b.feeds.F32("x", 4, 4, 3), x[from*12:])
			copy(b.feeds.I64("good", 4), good[from:])
			b.feeds.Scalar("scale", 1.0/12)
			must(b.loss.Run(t.Context(), b.feeds))(t)
		}
		for _, name := range a.w.params.Names() {
			ga, gb := must(a.opt.Grad(name))(t), must(b.opt.Grad(name))(t)
			for i := range ga {
				if d := math.Abs(float64(ga[i] - gb[i])); d > 1e-6 {
					t.Errorf("%s[%d]: one batch %v, three %v", name, i, ga[i], gb[i])
				}
			}
		}
	}
}

// TestResume saves in the middle and expects the bits of an unbroken run.
func TestResume(t *testing.T) {
	rt := runtimeOf(t)
	dir := t.TempDir()
	weights, state := filepath.Join(dir, "w.safetensors"), filepath.Join(dir, "o.safetensors")
	a, b := newRig(t, rt, optim.DefaultConfig(), false), newRig(t, rt, optim.DefaultConfig(), false)
	for i := range 6 {
		if i == 3 {
			for _, err := range []error{a.w.Save(weights), a.opt.Save(state), b.w.Load(weights), b.opt.Load(state)} {
				if err != nil {
					t.Fatal(err)
				}
			}
		}
		a.step(t, uint64(i), 8)
		if i >= 3 {
			b.step(t, uint64(i), 8)
		}
	}
	if d := cmp.Diff(b.all(t), a.all(t)); d != "" {
		t.Error(d)
	}
	if a.opt.Updates() != b.opt.Updates() {
		t.Errorf("%d and %d updates", a.opt.Updates(), b.opt.Updates())
	}
	if err := a.w.Load(state); err == nil {
		t.Error("an optimizer's file was loaded as weights")
	}
	if err := a.opt.Load(weights); err == nil {
		t.Error("a weights file was loaded as an optimizer")
	}
	if d := cmp.Diff(a.all(t), b.all(t)); d != "" {
		t.Error("a failed load changed something: ", d)
	}
}

func TestClone(t *testing.T) {
	r := newRig(t, runtimeOf(t), optim.DefaultConfig(), false)
	before := r.all(t)
	c := must(r.w.Clone())(t)
	defer c.Close()
	r.step(t, 1, 8)
	if d := cmp.Diff((&rig{w: c}).all(t), before); d != "" {
		t.Error("the copy changed: ", d)
	}
	if err := r.w.CopyFrom(c); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(r.all(t), before); d != "" {
		t.Error(d)
	}
}

func TestNotFinite(t *testing.T) {
	rt := runtimeOf(t)
	for _, asGraph := range []bool{false, true} {
		r := newRig(t, rt, optim.DefaultConfig(), asGraph)
		r.step(t, 3, 8)
		before := r.all(t)
		r.fill(4, 4, 1, 4)
		r.feeds.F32("x", 4, 4, 3)[5] = float32(math.NaN())
		must(r.loss.Run(t.Context(), r.feeds))(t)
		if _, err := r.opt.Step(1e-2); !errors.Is(err, optim.ErrNotFinite) {
			t.Errorf("got %v", err)
		}
		if d := cmp.Diff(r.all(t), before); d != "" {
			t.Error("the weights changed: ", d)
		}
		r.step(t, 4, 8) // and it goes on
	}
}

func TestErrors(t *testing.T) {
	rt := runtimeOf(t)
	r := newRig(t, rt, optim.DefaultConfig(), false)
	check := func(name string, err error, want string) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q in it", name, err, want)
		}
	}
	_, err := r.score.Run(t.Context(), NewFeeds(rt))
	check("nothing fed", err, "nn: run: the input x was not fed")
	f := NewFeeds(rt)
	defer f.Close()
	f.F32("x", 2, 4, 5)
	_, err = r.score.Run(t.Context(), f)
	check("wrong shape", err, "x")
	f.I64("x", 2, 4, 3)
	_, err = r.score.Run(t.Context(), f)
	check("wrong type", err, "float32")
	f.F32("x", -1)
	_, err = r.score.Run(t.Context(), f)
	check("impossible shape", err, "negative")
	_, err = r.opt.Step(1)
	check("step without gradients", err, "no gradients")
	_, err = NewScorer(r.w, func(b *Build) { b.Output("y", b.Weight("no such")) })
	check("unknown parameter", err, `train_test.go:`)
	_, err = NewScorer(r.w, func(b *Build) {})
	check("no outputs", err, "names no outputs")
	_, err = NewLoss(r.opt, func(b *Build) *graph.V { return nil })
	check("no loss", err, "returned nil")
	_, err = r.w.Get("nothing")
	check("get", err, `no parameter "nothing"`)
	check("set", r.w.Set("value.b", make([]float32, 7)), "has 1 elements, not 7")
	_, err = NewWeights(Runtime{}, &Params{}, 1)
	check("no library", err, "no runtime library")
	var p Params
	p.Add("a", Zeros, 2)
	p.Add("a", Zeros, 2)
	p.Add("b", nil, 0)
	_, err = NewWeights(rt, &p, 1)
	check("declared twice", err, "declared twice")
	check("bad declaration", err, `parameter "b" of shape [0]`)
}

// TestRunIsStable runs batches of many shapes through one session.
func TestRunIsStable(t *testing.T) {
	r := newRig(t, runtimeOf(t), optim.DefaultConfig(), false)
	for _, n := range []int{1, 5, 2, 0, 64, 1} {
		for _, a := range []int{1, 3} {
			r.fill(n, a, uint64(n), 1)
			out := must(r.score.Run(t.Context(), r.feeds))(t)
			lp := out.F32("logp")
			if len(lp) != n*a {
				t.Fatalf("%d log-probabilities for %d x %d", len(lp), n, a)
			}
			again := append([]float32(nil), lp...)
			out = must(r.score.Run(t.Context(), r.feeds))(t)
			if d := cmp.Diff(out.F32("logp"), again, cmp.Comparer(func(a, b []float32) bool { return len(a) == len(b) && (len(a) == 0 || cmp.Equal(&a[0], &b[0])) })); d != "" {
				t.Error(d)
			}
		}
	}
}
