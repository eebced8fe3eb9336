package optim

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/agent/internal/graph"
	"stepgym/agent/internal/graph/interp"
	"stepgym/agent/internal/onnx"
)

// random makes tensors of the given sizes, the second without decay.
func random(seed uint64, sizes ...int) []Tensor {
	r := rand.New(rand.NewPCG(seed, 0))
	var out []Tensor
	for i, n := range sizes {
		t := Tensor{W: make([]float32, n), G: make([]float32, n), M: make([]float32, n), V: make([]float32, n), NoDecay: i == 1}
		for j := range n {
			t.W[j] = float32(r.NormFloat64())
		}
		out = append(out, t)
	}
	return out
}

func gradients(ts []Tensor, seed uint64, scale float64) {
	r := rand.New(rand.NewPCG(seed, 1))
	for _, t := range ts {
		for j := range t.G {
			t.G[j] = float32(r.NormFloat64() * scale)
		}
	}
}

// twin is the rule as it stands in the package comment, in float64.
type twin struct{ w, m, v [][]float64 }

func newTwin(ts []Tensor) *twin {
	t := &twin{}
	for _, x := range ts {
		w := make([]float64, len(x.W))
		for i := range w {
			w[i] = float64(x.W[i])
		}
		t.w, t.m, t.v = append(t.w, w), append(t.m, make([]float64, len(w))), append(t.v, make([]float64, len(w)))
	}
	return t
}

func (w *twin) step(c Config, t int, lr float64, ts []Tensor) float64 {
	sum := 0.0
	for _, x := range ts {
		for _, g := range x.G {
			sum += float64(g) * float64(g)
		}
	}
	norm, scale := math.Sqrt(sum), 1.0
	if c.ClipNorm > 0 && norm+1e-6 > c.ClipNorm {
		scale = c.ClipNorm / (norm + 1e-6)
	}
	for i, x := range ts {
		for j := range x.W {
			g := float64(x.G[j]) * scale
			w.m[i][j] = c.Beta1*w.m[i][j] + (1-c.Beta1)*g
			w.v[i][j] = c.Beta2*w.v[i][j] + (1-c.Beta2)*g*g
			if !x.NoDecay {
				w.w[i][j] -= lr * c.Decay * w.w[i][j]
			}
			mh := w.m[i][j] / (1 - math.Pow(c.Beta1, float64(t)))
			vh := w.v[i][j] / (1 - math.Pow(c.Beta2, float64(t)))
			w.w[i][j] -= lr * mh / (math.Sqrt(vh) + c.Epsilon)
		}
	}
	return norm
}

func configs() map[string]Config {
	plain := DefaultConfig()
	plain.ClipNorm = 0
	decay := DefaultConfig()
	decay.Decay, decay.Beta2 = 0.1, 0.95
	return map[string]Config{"default": DefaultConfig(), "no clip": plain, "decay": decay}
}

func TestStepAgainstTwin(t *testing.T) {
	for name, c := range configs() {
		t.Run(name, func(t *testing.T) {
			ts := random(1, 100, 7, chunk+3)
			want := newTwin(ts)
			a, err := New(c, 3)
			if err != nil {
				t.Fatal(err)
			}
			for n := 1; n <= 20; n++ {
				lr := 0.01 / float64(n)
				gradients(ts, uint64(n), []float64{1e-4, 1, 30}[n%3])
				norm, err := a.Step(n, lr, ts)
				if err != nil {
					t.Fatal(err)
				}
				if w := want.step(c, n, lr, ts); math.Abs(norm-w) > 1e-9*w {
					t.Fatalf("step %d: norm %v, want %v", n, norm, w)
				}
			}
			for i := range ts {
				for j := range ts[i].W {
					if d := math.Abs(float64(ts[i].W[j]) - want.w[i][j]); d > 1e-6*(1+math.Abs(want.w[i][j])) {
						t.Fatalf("tensor %d[%d]: %v, want %v", i, j, ts[i].W[j], want.w[i][j])
					}
				}
			}
		})
	}
}

// TestWorkers expects the same bits from any number of workers.
func TestWorkers(t *testing.T) {
	var want []Tensor
	for _, workers := range []int{1, 2, 5} {
		ts := random(2, 3*chunk+17, 5, 1)
		a, err := New(DefaultConfig(), workers)
		if err != nil {
			t.Fatal(err)
		}
		for n := 1; n <= 3; n++ {
			gradients(ts, uint64(n), 1)
			if _, err := a.Step(n, 0.01, ts); err != nil {
				t.Fatal(err)
			}
		}
		if want == nil {
			want = ts
		}
		for i := range ts {
			for j := range ts[i].W {
				if ts[i].W[j] != want[i].W[j] {
					t.Fatalf("%d workers: tensor %d[%d] differs", workers, i, j)
				}
			}
		}
	}
}

// TestGraphAgainstKernel runs the graph in the interpreter, in float64.
func TestGraphAgainstKernel(t *testing.T) {
	for name, c := range configs() {
		t.Run(name, func(t *testing.T) {
			ts := random(3, 6, 3)
			shapes := []Shape{{Name: "a", Dims: []int{2, 3}}, {Name: "b", Dims: []int{3}, NoDecay: true}}
			g, err := graph.Build(func(g *graph.Graph) { Graph(g, c, shapes) })
			if err != nil {
				t.Fatal(err)
			}
			m := g.Model(nil)
			a, err := New(c, 1)
			if err != nil {
				t.Fatal(err)
			}
			state := map[string]*interp.Tensor{}
			for i, s := range shapes {
				for prefix, x := range map[string][]float32{WeightName: ts[i].W, MeanName: ts[i].M, SquareName: ts[i].V, GradName: ts[i].G} {
					state[prefix+s.Name] = tensor(x, s.Dims)
				}
			}
			for n := 1; n <= 10; n++ {
				gradients(ts, uint64(n), []float64{1e-3, 5}[n%2])
				for i, s := range shapes {
					state[GradName+s.Name] = tensor(ts[i].G, s.Dims)
				}
				state["lr"] = interp.From(onnx.Float32, []float64{0.02})
				state["c1"] = interp.From(onnx.Float32, []float64{1 - math.Pow(c.Beta1, float64(n))})
				state["c2"] = interp.From(onnx.Float32, []float64{1 - math.Pow(c.Beta2, float64(n))})
				out, err := interp.Run(m, state)
				if err != nil {
					t.Fatal(err)
				}
				norm, err := a.Step(n, 0.02, ts)
				if err != nil {
					t.Fatal(err)
				}
				if d := math.Abs(norm - out["norm"].X[0]); d > 1e-6*norm {
					t.Errorf("norms %v and %v", norm, out["norm"].X[0])
				}
				for name, x := range out {
					if rest, ok := strings.CutPrefix(name, NextName); ok {
						state[rest] = x
					}
				}
			}
			for i, s := range shapes {
				for j, w := range ts[i].W {
					if d := math.Abs(float64(w) - state[WeightName+s.Name].X[j]); d > 1e-6 {
						t.Errorf("%s[%d]: kernel %v, graph %v", s.Name, j, w, state[WeightName+s.Name].X[j])
					}
				}
			}
		})
	}
}

func tensor(x []float32, dims []int) *interp.Tensor {
	out := interp.New(onnx.Float32, dims...)
	for i := range x {
		out.X[i] = float64(x[i])
	}
	return out
}

// TestWide expects the wide kernels to give the bits of the plain loops.
func TestWide(t *testing.T) {
	for _, n := range []int{0, 1, 7, 8, 9, 31, 64, 1000} {
		a, b := random(9, n), random(9, n)
		gradients(a, 9, 2)
		gradients(b, 9, 2)
		for step := 1; step <= 3; step++ {
			k := configs()["decay"].scalars(step, 0.01, 3)
			x, y := a[0], b[0]
			done := k.updateWide(k.keep, x.W, x.G, x.M, x.V)
			k.update(k.keep, x.W[done:], x.G[done:], x.M[done:], x.V[done:])
			k.update(k.keep, y.W, y.G, y.M, y.V)
		}
		if d := cmp.Diff(a, b); d != "" {
			t.Errorf("%d elements: %s", n, d)
		}
		var plain, wide [4]float64
		for i, x := range a[0].G[:n&^3] {
			plain[i%4] += float64(x) * float64(x)
		}
		if done := squaresWide(a[0].G, &wide); done > 0 && plain != wide {
			t.Errorf("%d elements: squares %v, want %v", n, wide, plain)
		}
	}
}

func TestStepRefuses(t *testing.T) {
	a, err := New(DefaultConfig(), 1)
	if err != nil {
		t.Fatal(err)
	}
	ts := random(4, 3)
	ts[0].G[1] = float32(math.Inf(1))
	before := append([]float32(nil), ts[0].W...)
	if _, err := a.Step(1, 0.1, ts); !errors.Is(err, ErrNotFinite) {
		t.Errorf("infinite gradient: got %v", err)
	}
	if d := cmp.Diff(ts[0].W, before); d != "" {
		t.Error(d)
	}
	ts[0].G = ts[0].G[:2]
	if _, err := a.Step(1, 0.1, ts); err == nil {
		t.Error("a gradient of another length was accepted")
	}
}

func TestValidate(t *testing.T) {
	_, err := New(Config{Beta1: 1, Beta2: -1, Decay: -1, ClipNorm: -2}, 1)
	want := strings.Join([]string{
		"optim: beta1 is 1, not in [0, 1)", "optim: beta2 is -1, not in [0, 1)", "optim: epsilon is 0, not above 0",
		"optim: the weight decay is -1, below 0", "optim: the gradient norm's limit is -2, below 0",
	}, "\n")
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// FuzzUpdate checks that no gradient, however odd, makes a step that reports
// success leave a weight undefined.
func FuzzUpdate(f *testing.F) {
	f.Add([]byte{0, 0, 128, 63, 255, 255, 127, 127, 1, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		ts := random(5, len(b)/4)
		for i := range ts[0].G {
			ts[0].G[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
		}
		a, err := New(DefaultConfig(), 1)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.Step(1, 0.1, ts); err != nil {
			return
		}
		for i, w := range ts[0].W {
			if math.IsNaN(float64(w)) || math.IsInf(float64(w), 0) {
				t.Errorf("gradient %v: weight %v", ts[0].G[i], w)
			}
		}
	})
}

func BenchmarkStep(b *testing.B) {
	for _, n := range []int{1 << 14, 1 << 20, 1 << 24} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			ts := random(6, n)
			gradients(ts, 1, 1)
			a, err := New(DefaultConfig(), 0)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			b.SetBytes(int64(28 * n)) // four arrays read, three written
			for i := 1; b.Loop(); i++ {
				if _, err := a.Step(i, 1e-3, ts); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/weight")
		})
	}
}
