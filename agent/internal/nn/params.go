package nn

import (
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
)

// Params declares the parameters of a model, in order. The zero Params is
// empty. Mistakes are kept and come back from NewWeights.
type Params struct {
	list []param
	errs []error
}

type param struct {
	name    string
	shape   []int
	init    Init
	noDecay bool
}

// Init fills the elements x of a new parameter of the given shape.
type Init func(r *rand.Rand, shape []int, x []float32)

// Add declares a parameter. Parameters of fewer than two dimensions (biases,
// gains) are left alone by weight decay.
func (p *Params) Add(name string, init Init, shape ...int) {
	bad := name == "" || init == nil
	for _, d := range shape {
		bad = bad || d < 1
	}
	if bad {
		p.errs = append(p.errs, fmt.Errorf("nn: parameter %q of shape %v: want a name, an initialisation and sizes above 0", name, shape))
		return
	}
	if p.find(name) != nil {
		p.errs = append(p.errs, fmt.Errorf("nn: parameter %q is declared twice", name))
		return
	}
	p.list = append(p.list, param{name, slices.Clone(shape), init, len(shape) < 2})
}

// Names returns the parameters' names in the order of declaration.
func (p *Params) Names() []string {
	out := make([]string, len(p.list))
	for i, q := range p.list {
		out[i] = q.name
	}
	return out
}

// Size returns the number of elements of all parameters together.
func (p *Params) Size() int {
	n := 0
	for _, q := range p.list {
		n += q.size()
	}
	return n
}

// Err returns all mistakes made in Add.
func (p *Params) Err() error { return errors.Join(p.errs...) }

func (p *Params) find(name string) *param {
	for i := range p.list {
		if p.list[i].name == name {
			return &p.list[i]
		}
	}
	return nil
}

func (q param) size() int {
	n := 1
	for _, d := range q.shape {
		n *= d
	}
	return n
}

// values returns the parameter's first elements. They depend on its name and
// the seed only, not on the parameters declared beside it.
func (q param) values(seed uint64) []float32 {
	h := fnv.New64a()
	h.Write([]byte(q.name))
	x := make([]float32, q.size())
	q.init(rand.New(rand.NewPCG(seed, h.Sum64())), q.shape, x)
	return x
}

// Zeros sets every element to 0.
func Zeros(_ *rand.Rand, _ []int, x []float32) { clear(x) }

// Ones sets every element to 1.
func Ones(r *rand.Rand, shape []int, x []float32) { Constant(1)(r, shape, x) }

// Constant sets every element to c.
func Constant(c float32) Init {
	return func(_ *rand.Rand, _ []int, x []float32) {
		for i := range x {
			x[i] = c
		}
	}
}

// Normal draws from a normal distribution of mean 0 and standard deviation std.
func Normal(std float64) Init {
	return func(r *rand.Rand, _ []int, x []float32) {
		for i := range x {
			x[i] = float32(r.NormFloat64() * std)
		}
	}
}

// Uniform draws from [-limit, limit).
func Uniform(limit float64) Init {
	return func(r *rand.Rand, _ []int, x []float32) {
		for i := range x {
			x[i] = float32((2*r.Float64() - 1) * limit)
		}
	}
}

// FanIn draws a matrix [in, out] uniformly from ±gain/sqrt(in); gain sqrt(3)
// keeps the variance of a linear layer, gain 1 is common in front of ReLUs.
func FanIn(gain float64) Init {
	return func(r *rand.Rand, shape []int, x []float32) {
		Uniform(gain/math.Sqrt(float64(shape[0])))(r, shape, x)
	}
}

// Glorot draws a matrix [in, out] uniformly from ±sqrt(6/(in+out)) (Glorot and
// Bengio, 2010).
func Glorot(r *rand.Rand, shape []int, x []float32) {
	sum := 0
	for _, d := range shape {
		sum += d
	}
	Uniform(math.Sqrt(6/float64(sum)))(r, shape, x)
}
