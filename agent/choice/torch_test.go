package choice

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"stepgym/agent/internal/nn"
	"stepgym/agent/internal/pytest"
	"stepgym/agent/internal/safetensors"
	"stepgym/agent/policytest"
	"stepgym/envs"
	"stepgym/envs/webshop"
)

// A torchRig is a policy and a minibatch that PyTorch gets, too.
type torchRig struct {
	p    *Policy
	part []sample
}

// newTorchRig plays 32 groups of 8 episodes of the generated shop with shaken
// weights and draws n of their decisions, as a pass over them would: without
// most of those that have no advantage.
func newTorchRig(t testing.TB, n int, change func(c *Config)) *torchRig {
	t.Helper()
	env, err := webshop.Open(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer env.Close()
	p := open(t, func(c *Config) {
		c.MinFamilies = DefaultConfig().MinFamilies
		c.MaxTurns = env.Spec().MaxTurns
		change(c)
	})
	if err := p.Fit(env.Tasks("train")); err != nil {
		t.Fatal(err)
	}
	shake(t, p, 11)
	r := &torchRig{p: p}
	pl := plan{share: p.config.ZeroShare, rng: rand.New(rand.NewPCG(5, 5))}
	all := shopSamples(t, p, env)
	r.part = pl.choose(nil, all)
	if len(r.part) < n {
		t.Fatalf("%d of %d decisions are left, want %d", len(r.part), len(all), n)
	}
	r.part = r.part[:n]
	for i := range r.part {
		p.learnSymbols(r.part[i].row)
	}
	return r
}

// newKitchenRig is newTorchRig with things, on made-up samples.
func newKitchenRig(t testing.TB, n int, change func(c *Config)) *torchRig {
	t.Helper()
	p := open(t, func(c *Config) {
		c.Things, c.Novelty, c.Classes, c.Words, c.Kin = true, 1, 20, 30, 6
		change(c)
	})
	shake(t, p, 11)
	r := &torchRig{p: p}
	rng := rand.New(rand.NewPCG(7, 7))
	words := map[token]int32{}
	for i, x := range kitchenRows(n) {
		g := x.goal
		for j, tok := range tokens(nil, g.text, maxGoal) { // the vocabulary of the tests has none of them
			if words[tok] == 0 {
				words[tok] = int32(len(words) + 1)
			}
			g.ids[j] = words[tok]
		}
		p.learnSymbols(x)
		x.taken = rng.IntN(x.size())
		r.part = append(r.part, sample{
			row: x, weight: float32(1 + i%2), adv: float32(rng.NormFloat64()), target: rng.Float32(),
			old: float32(-1 + 0.3*rng.NormFloat64()), ref: float32(-1 + 0.3*rng.NormFloat64()), good: []int{x.size() / 2},
		})
	}
	return r
}

// shopSamples plays groups and returns a sample for every decision. Behaviour
// and reference are a little off the policy, so that ratios are clipped and no
// term of the loss is zero.
func shopSamples(t testing.TB, p *Policy, env envs.Env) []sample {
	t.Helper()
	const groups, size = 32, 8
	tasks, err := policytest.Tasks(env, "train", groups)
	if err != nil {
		t.Fatal(err)
	}
	var starts []policytest.Start
	for i := range groups * size {
		starts = append(starts, policytest.Start{Task: tasks[i/size%len(tasks)], Seed: uint64(i)})
	}
	eps, err := policytest.Play(t.Context(), env, p, starts)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(7, 7))
	var out []sample
	for i, e := range eps {
		mean := 0.0
		for _, other := range eps[i/size*size : (i/size+1)*size] {
			mean += other.Return / size
		}
		for _, d := range e.Decisions {
			r := d.Input.(*row)
			out = append(out, sample{
				row: r, weight: 1, adv: float32(4 * (e.Return - mean)), target: float32(e.Return),
				old: float32(d.LogProb + 0.2*rng.NormFloat64()), ref: float32(d.LogProb + 0.2*rng.NormFloat64()),
				good: slices.Compact([]int{r.size() / 2, r.size() - 1}),
			})
		}
	}
	return out
}

// plan is a step of an update.
func (r *torchRig) plan() plan {
	return plan{loss: r.p.learner.update, rate: 1e-4, feed: func(b *batch, f *nn.Feeds, part []sample) {
		feedUpdate(b, f, part, r.p.config.Entropy, newObjective(r.p.config, nil, nil))
	}}
}

// imitation is a step of an imitation.
func (r *torchRig) imitation() plan {
	return plan{loss: r.p.learner.imitate, feed: feedImitate}
}

// weight is that of all samples.
func (r *torchRig) weight() (total float64) {
	for _, s := range r.part {
		total += float64(s.weight)
	}
	return total
}

// save writes the weights and the inputs to files that the script reads, and
// returns the configuration in JSON.
func (r *torchRig) save(t testing.TB, dir string) string {
	t.Helper()
	if err := r.p.weights.Save(filepath.Join(dir, "weights")); err != nil {
		t.Fatal(err)
	}
	var in safetensors.File
	shape := func(dims []int) (out []int64) {
		for _, d := range dims {
			out = append(out, int64(d))
		}
		return out
	}
	w := r.p.learner.workers[0]
	w.fill(r.plan(), r.part, r.weight())
	feedImitate(&w.batch, w.feeds, r.part)
	b, f := &w.batch, w.feeds
	ints := func(name string, dims ...int) {
		in.Tensors = append(in.Tensors, safetensors.Tensor{Name: name, Shape: shape(dims), I64: f.I64(name, dims...)})
	}
	floats := func(name string, dims ...int) {
		in.Tensors = append(in.Tensors, safetensors.Tensor{Name: name, Shape: shape(dims), F32: f.F32(name, dims...)})
	}
	if b.things.on {
		ints("thing_sets", b.p, chunk, thingMasks)
		floats("thing_facts", b.p, chunk, b.things.width)
		ints("thing_classes", b.p, chunk, thingClasses)
		ints("hand_sets", b.s, handMasks)
		floats("hand_facts", b.s, b.things.around)
		ints("hand_classes", b.s, thingClasses)
		ints("goals", b.s)
		floats("bags", b.g, b.things.words)
		if b.things.numClasses > 0 {
			ints("thing_kin", b.p, chunk, thingClasses)
			ints("hand_kin", b.s, thingClasses)
		}
	}
	ints("tokens", b.g, maxGoal)
	floats("token_facts", b.g, maxGoal, tokenFeatures)
	floats("sets", b.g, b.u, maxGoal)
	ints("state_sets", b.s, stateMasks)
	ints("rest_sets", b.s, restMasks)
	floats("state_facts", b.s, b.stateWidth)
	ints("choice_sets", b.p, chunk, choiceMasks)
	floats("choice_facts", b.p, chunk, b.choiceWidth)
	ints("owner", b.p)
	ints("chunks", b.s, b.q)
	ints("action", b.s, 1)
	floats("good", b.s, b.q*chunk)
	floats("entropy_weight")
	for _, name := range []string{"weight", "old", "advantage", "return", "ref"} {
		floats(name, b.s)
	}
	if err := safetensors.Write(filepath.Join(dir, "inputs"), &in); err != nil {
		t.Fatal(err)
	}
	config, err := json.Marshal(r.p.config)
	if err != nil {
		t.Fatal(err)
	}
	return string(config)
}

// torchScript returns the script of the comparison.
func torchScript(t testing.TB) string {
	t.Helper()
	b, err := os.ReadFile("testdata/torch_choice.py")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// torchLayouts are the ways in which the script lays out choices.
var torchLayouts = []string{"chunks", "flat", "padded"}

// TestAgainstTorch compares loss, gradients and their norm, of both losses,
// with PyTorch's automatic differentiation, in float64 and float32, on a
// minibatch of WebShop that has padding.
func TestAgainstTorch(t *testing.T) {
	py := pytest.Find(t, "torch", "safetensors")
	terms := func(c *Config) { c.Value, c.RefKL, c.Threads = 0.5, 0.1, 2 }
	for _, tt := range []struct {
		name string
		rig  func() *torchRig
	}{
		{"default", func() *torchRig { return newTorchRig(t, 256, func(*Config) {}) }},
		{"all terms", func() *torchRig { return newTorchRig(t, 250, terms) }},
		{"things", func() *torchRig { return newKitchenRig(t, 250, terms) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := tt.rig()
			dir := t.TempDir()
			py.Run(t, torchScript(t), "grads", r.save(t, dir), dir)
			t.Run("ppo", func(t *testing.T) { r.compare(t, dir, "ppo", r.plan()) })
			t.Run("imitate", func(t *testing.T) { r.compare(t, dir, "imitate", r.imitation()) })
		})
	}
}

// compare runs a loss and compares with what the script wrote.
func (r *torchRig) compare(t *testing.T, dir, name string, pl plan) {
	opt := r.p.learner.opt
	defer opt.Drop()
	outs, _, err := r.p.learner.gradients(pl, r.part)
	if err != nil {
		t.Fatal(err)
	}
	if len(outs) != r.p.config.Threads {
		t.Errorf("%s: %d parts, want one for each of %d threads", name, len(outs), r.p.config.Threads)
	}
	got, grads, norm := 0.0, map[string][]float32{}, 0.0
	for _, out := range outs {
		got += out.Scalar(nn.LossName)
	}
	for _, p := range r.p.params.Names() {
		g, err := opt.Grad(p)
		if err != nil {
			t.Fatal(err)
		}
		grads[p] = g
		for _, x := range g {
			norm += float64(x) * float64(x)
		}
	}
	norm = math.Sqrt(norm)
	for _, layout := range torchLayouts {
		for _, precision := range []string{"float64", "float32"} {
			file := name + "." + layout + "." + precision
			want, err := safetensors.Read(filepath.Join(dir, file))
			if err != nil {
				t.Fatal(err)
			}
			if x := float64(want.Find("loss").F32[0]); !(math.Abs(got-x) <= 1e-6*max(1, math.Abs(x))) {
				t.Errorf("%s: loss %v, PyTorch %v", file, got, x)
			}
			if x := float64(want.Find("norm").F32[0]); !(math.Abs(norm-x) <= 1e-5*x) || x == 0 {
				t.Errorf("%s: norm %v, PyTorch %v", file, norm, x)
			}
			worst := 0.0
			for _, p := range r.p.params.Names() {
				d, zero := relative(grads[p], want.Find(p).F32)
				worst = max(worst, d)
				if !(d <= 1e-5) {
					t.Errorf("%s: gradient of %s: relative difference %v", file, p, d)
				}
				if zero && !(name == "imitate" && strings.HasPrefix(p, "value.")) {
					t.Errorf("%s: the gradient of %s is zero, which tests nothing", file, p)
				}
			}
			t.Logf("%s: loss %.7f, %d gradients, largest relative difference %.2g", file, got, len(grads), worst)
		}
	}
}

// relative returns |a-b|/|b| in Euclidean norms, and whether b is zero. No a at
// all stands for zeros.
func relative(a, b []float32) (d float64, zero bool) {
	var diff, norm float64
	for i, x := range b {
		y := 0.0
		if a != nil {
			y = float64(a[i])
		}
		diff += (y - float64(x)) * (y - float64(x))
		norm += float64(x) * float64(x)
	}
	if norm == 0 {
		return math.Sqrt(diff), true
	}
	return math.Sqrt(diff / norm), false
}
