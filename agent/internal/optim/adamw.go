// Package optim improves weights by their gradients: AdamW with clipping of the
// gradient's norm, once as a kernel over Go slices for the CPU ([AdamW]) and
// once as an ONNX graph ([Graph]) for devices whose memory Go cannot reach. Both
// compute the same numbers to within rounding.
//
// The rule (Loshchilov and Hutter, "Decoupled weight decay regularization"), for
// step t = 1, 2, ... and gradient g scaled by min(1, clip / (norm + 1e-6)):
//
//	m = m + (1-b1) (g - m)            v = v + (1-b2) (g^2 - v)
//	w = w (1 - lr decay) - lr/(1-b1^t) m / (sqrt(v/(1-b2^t)) + eps)
//
// The learning rate is an argument of every step, so schedules need no state.
package optim

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"sync"
	"sync/atomic"
)

// Config has the constants of AdamW.
type Config struct {
	Beta1    float64 `json:"beta1"`     // decay of the mean gradient, in [0, 1)
	Beta2    float64 `json:"beta2"`     // decay of the mean squared gradient, in [0, 1)
	Epsilon  float64 `json:"epsilon"`   // added to the divisor, above 0
	Decay    float64 `json:"decay"`     // weight decay, 0 for none
	ClipNorm float64 `json:"clip_norm"` // largest norm of all gradients together, 0 for no limit
}

// DefaultConfig is Adam with the usual decays, no weight decay and norm 1.
func DefaultConfig() Config {
	return Config{Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8, ClipNorm: 1}
}

// Validate returns all that is wrong with c.
func (c Config) Validate() error {
	var errs []error
	check := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf("optim: "+format, args...))
		}
	}
	check(c.Beta1 >= 0 && c.Beta1 < 1, "beta1 is %v, not in [0, 1)", c.Beta1)
	check(c.Beta2 >= 0 && c.Beta2 < 1, "beta2 is %v, not in [0, 1)", c.Beta2)
	check(c.Epsilon > 0, "epsilon is %v, not above 0", c.Epsilon)
	check(c.Decay >= 0, "the weight decay is %v, below 0", c.Decay)
	check(c.ClipNorm >= 0, "the gradient norm's limit is %v, below 0", c.ClipNorm)
	return errors.Join(errs...)
}

// Tensor is one parameter with its gradient and the optimizer's state, four
// slices of one length. An update writes W, M and V in place.
type Tensor struct {
	W, G, M, V []float32
	NoDecay    bool // weight decay leaves it alone (biases, gains)
}

// AdamW updates parameters in place. It keeps no state but the worker count, so
// the caller owns M, V and the step number and can save them.
type AdamW struct {
	cfg     Config
	workers int
}

// New returns an optimizer that uses up to workers goroutines, 0 for one a
// core. Results do not depend on the number.
func New(c Config, workers int) (*AdamW, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	return &AdamW{cfg: c, workers: workers}, nil
}

// chunk is the number of elements that one worker takes at a time. Sums are
// made per chunk and added in order, whoever computed them.
const chunk = 1 << 15

// span is a part of one tensor.
type span struct{ tensor, from, to int }

func spans(ts []Tensor) []span {
	var out []span
	for i, t := range ts {
		for from := 0; from < len(t.W); from += chunk {
			out = append(out, span{i, from, min(from+chunk, len(t.W))})
		}
	}
	return out
}

// each calls f(i) for i < n from up to a.workers goroutines.
func (a *AdamW) each(n int, f func(i int)) {
	workers := min(a.workers, n)
	if workers <= 1 {
		for i := range n {
			f(i)
		}
		return
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				f(i)
			}
		})
	}
	wg.Wait()
}

// Norm returns the Euclidean norm of all gradients together.
func (a *AdamW) Norm(ts []Tensor) float64 {
	parts := spans(ts)
	sums := make([]float64, len(parts))
	a.each(len(parts), func(i int) {
		s := parts[i]
		sums[i] = sumSquares(ts[s.tensor].G[s.from:s.to])
	})
	sum := 0.0
	for _, s := range sums {
		sum += s
	}
	return math.Sqrt(sum)
}

// sumSquares adds in four lanes, which the processor can overlap.
func sumSquares(x []float32) float64 {
	var s [4]float64
	x = x[squaresWide(x, &s):]
	for len(x) >= 4 {
		for i, v := range x[:4] {
			s[i] += float64(float64(v) * float64(v))
		}
		x = x[4:]
	}
	for _, v := range x {
		s[0] += float64(float64(v) * float64(v))
	}
	return (s[0] + s[1]) + (s[2] + s[3])
}

// Step makes update number t, counted from 1, with learning rate lr, and
// returns the gradients' norm before clipping. A gradient that is not finite
// leaves everything as it is and is an error.
func (a *AdamW) Step(t int, lr float64, ts []Tensor) (norm float64, err error) {
	for i, x := range ts {
		if len(x.G) != len(x.W) || len(x.M) != len(x.W) || len(x.V) != len(x.W) {
			return 0, fmt.Errorf("optim: tensor %d has %d weights but %d, %d, %d elements of gradient and state", i, len(x.W), len(x.G), len(x.M), len(x.V))
		}
	}
	norm = a.Norm(ts)
	if math.IsNaN(norm) || math.IsInf(norm, 0) {
		return norm, ErrNotFinite
	}
	k := a.cfg.scalars(t, lr, norm)
	parts := spans(ts)
	a.each(len(parts), func(i int) {
		s := parts[i]
		x := ts[s.tensor]
		keep := k.keep
		if x.NoDecay {
			keep = 1
		}
		w, g, m, v := x.W[s.from:s.to], x.G[s.from:s.to], x.M[s.from:s.to], x.V[s.from:s.to]
		n := k.updateWide(keep, w, g, m, v)
		k.update(keep, w[n:], g[n:], m[n:], v[n:])
	})
	return norm, nil
}

// ErrNotFinite is returned for gradients with an infinite or undefined norm.
var ErrNotFinite = errors.New("optim: the gradient is not finite: the weights are unchanged; lower the learning rate or look at the loss")

// scalars are the numbers that one step needs for every element.
type scalars struct {
	scale      float32 // of the gradient
	mix1, mix2 float32 // 1-b1, 1-b2
	rate       float32 // lr / (1-b1^t)
	inv2       float32 // 1 / (1-b2^t)
	eps, keep  float32 // keep is 1 - lr decay
}

func (c Config) scalars(t int, lr, norm float64) scalars {
	scale := 1.0
	if c.ClipNorm > 0 {
		scale = min(1, c.ClipNorm/(norm+1e-6))
	}
	return scalars{
		scale: float32(scale),
		mix1:  float32(1 - c.Beta1), mix2: float32(1 - c.Beta2),
		rate: float32(lr / (1 - math.Pow(c.Beta1, float64(t)))),
		inv2: float32(1 / (1 - math.Pow(c.Beta2, float64(t)))),
		eps:  float32(c.Epsilon), keep: float32(1 - lr*c.Decay),
	}
}

// update applies one step to a run of elements. The conversions keep compilers
// from fusing multiplications and additions, so that every processor gives the
// same bits.
func (k *scalars) update(keep float32, w, g, m, v []float32) {
	g, m, v = g[:len(w)], m[:len(w)], v[:len(w)]
	for i := range w {
		x := g[i] * k.scale
		mi := m[i] + float32(k.mix1*(x-m[i]))
		vi := v[i] + float32(k.mix2*(float32(x*x)-v[i]))
		m[i], v[i] = mi, vi
		den := float32(math.Sqrt(float64(float32(vi*k.inv2)))) + k.eps
		w[i] = float32(w[i]*keep) - float32(k.rate*mi)/den
	}
}
