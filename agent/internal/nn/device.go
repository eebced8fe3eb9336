package nn

import (
	"fmt"
	"math"

	"stepgym/agent/internal/graph"
	"stepgym/agent/internal/optim"
	"stepgym/agent/internal/ort"
)

// deviceUpdate adds and applies gradients by graphs, so that they never leave
// the device. One session is made for each set of parameters that occurs.
type deviceUpdate struct {
	o       *Optimizer
	adders  map[string]*ort.Binding
	steps   map[string]*updateRun
	release []func()
}

// updateRun is a bound optim.Graph with its scalar inputs.
type updateRun struct {
	binding *ort.Binding
	inputs  map[string]*ort.Value
	norm    *ort.Value
}

func newDeviceUpdate(o *Optimizer) *deviceUpdate {
	return &deviceUpdate{o: o, adders: map[string]*ort.Binding{}, steps: map[string]*updateRun{}}
}

// bind makes a session of the graph and a binding for it.
func (d *deviceUpdate) bind(build func(g *graph.Graph)) (*ort.Binding, error) {
	g, err := graph.Build(build)
	if err != nil {
		return nil, err
	}
	s, err := d.o.w.rt.session(g)
	if err != nil {
		return nil, err
	}
	b, err := s.NewBinding()
	s.Release() // the binding keeps it
	if err != nil {
		return nil, err
	}
	d.release = append(d.release, b.Release)
	return b, nil
}

// tie binds inputs and outputs by name until one fails.
type tie struct {
	b   *ort.Binding
	err error
}

func (t *tie) in(name string, v *ort.Value) {
	if t.err == nil {
		t.err = t.b.Input(name, v)
	}
}

func (t *tie) out(name string, v *ort.Value) {
	if t.err == nil {
		t.err = t.b.Output(name, v)
	}
}

// add adds the newest gradients of the parameters to the sums, in place.
func (d *deviceUpdate) add(params []int) error {
	key := fmt.Sprint(params)
	b := d.adders[key]
	if b == nil {
		var err error
		b, err = d.bind(func(g *graph.Graph) {
			for _, p := range params {
				q := d.o.w.params.list[p]
				dims := make([]graph.Dim, len(q.shape))
				for i, n := range q.shape {
					dims[i] = graph.D(n)
				}
				sum := g.Input("sum."+q.name, graph.F32, dims...)
				g.Output("next."+q.name, sum.Add(g.Input("more."+q.name, graph.F32, dims...)))
			}
		})
		if err != nil {
			return err
		}
		t := tie{b: b}
		for _, p := range params {
			name := d.o.w.params.list[p].name
			t.in("sum."+name, d.o.grad.values[p])
			t.in("more."+name, d.o.more.values[p])
			t.out("next."+name, d.o.grad.values[p])
		}
		if t.err != nil {
			return t.err
		}
		d.adders[key] = b
	}
	return b.Run(background())
}

// step applies the gradients of the parameters as update number n.
func (d *deviceUpdate) step(params []int, n int64, lr float64) (float64, error) {
	key := fmt.Sprint(params)
	u := d.steps[key]
	if u == nil {
		var err error
		if u, err = d.newRun(params); err != nil {
			return 0, err
		}
		d.steps[key] = u
	}
	for name, x := range map[string]float64{
		"lr": lr,
		"c1": 1 - math.Pow(d.o.cfg.Beta1, float64(n)),
		"c2": 1 - math.Pow(d.o.cfg.Beta2, float64(n)),
	} {
		s, err := ort.Data[float32](u.inputs[name])
		if err != nil {
			return 0, err
		}
		s[0] = float32(x)
		if err := u.binding.Input(name, u.inputs[name]); err != nil {
			return 0, err
		}
	}
	if err := u.binding.Run(background()); err != nil {
		return 0, err
	}
	norm, err := ort.Data[float32](u.norm)
	if err != nil {
		return 0, err
	}
	if x := float64(norm[0]); math.IsNaN(x) || math.IsInf(x, 0) {
		return x, optim.ErrNotFinite
	}
	return float64(norm[0]), nil
}

// newRun binds an update of the parameters in place.
func (d *deviceUpdate) newRun(params []int) (*updateRun, error) {
	var shapes []optim.Shape
	for _, p := range params {
		q := d.o.w.params.list[p]
		shapes = append(shapes, optim.Shape{Name: q.name, Dims: q.shape, NoDecay: q.noDecay})
	}
	b, err := d.bind(func(g *graph.Graph) { optim.Graph(g, d.o.cfg, shapes) })
	if err != nil {
		return nil, err
	}
	u := &updateRun{binding: b, inputs: map[string]*ort.Value{}}
	t := tie{b: b}
	for _, p := range params {
		name := d.o.w.params.list[p].name
		t.in(optim.GradName+name, d.o.grad.values[p])
		for prefix, v := range map[string]*ort.Value{
			optim.WeightName: d.o.w.values.values[p],
			optim.MeanName:   d.o.mean.values[p],
			optim.SquareName: d.o.mean2.values[p],
		} {
			t.in(prefix+name, v)
			t.out(optim.NextName+prefix+name, v)
		}
	}
	for _, name := range []string{"lr", "c1", "c2"} {
		v, err := d.o.w.rt.Lib.New(ort.Float32)
		if err != nil {
			return nil, err
		}
		u.inputs[name] = v
		d.release = append(d.release, v.Release)
	}
	if u.norm, err = d.o.w.rt.Lib.New(ort.Float32); err != nil {
		return nil, err
	}
	d.release = append(d.release, u.norm.Release)
	t.out("norm", u.norm)
	return u, t.err
}

func (d *deviceUpdate) close() {
	for _, f := range d.release {
		f()
	}
	d.release = nil
}
