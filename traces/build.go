package traces

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"sync/atomic"
)

// ErrGroup is wrapped by the error for a group that no graph can be made of.
var ErrGroup = errors.New("traces: bad group")

// NewGraph merges the trajectories of a group on equal states. Abandoned
// trajectories (Err is set) stay out and are listed in Graph.Excluded.
//
// A group without trajectories, a trajectory without steps, one that occurs
// twice, one of another task, a reward or another number that is NaN or
// beyond 1e100, and steps after the end of an episode are errors that wrap [ErrGroup] and name the
// trajectory and the step. If every trajectory is abandoned the graph is empty.
// g is not modified; the graph shares its strings.
func NewGraph(g *Group, o GraphOptions) (*Graph, error) {
	return new(builder).group(g, o)
}

// NewGraphs builds the graph of every group, as [NewGraph] does, on up to
// workers goroutines (at least one). The result does not depend on workers; of
// several faults the first group's is returned.
func NewGraphs(groups []*Group, o GraphOptions, workers int) ([]*Graph, error) {
	out := make([]*Graph, len(groups))
	errs := make([]error, len(groups))
	var next atomic.Int64
	work := func() {
		b := new(builder) // its tables serve one group after the other
		for {
			n := int(next.Add(1)) - 1
			if n >= len(groups) {
				return
			}
			out[n], errs[n] = b.group(groups[n], o)
		}
	}
	var wg sync.WaitGroup
	for range min(workers, len(groups)) - 1 {
		wg.Go(work)
	}
	work()
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Builder makes graphs that are looked at and dropped, one after the other, in
// the same memory. It is used by one goroutine; the zero value is ready.
type Builder struct{ b builder }

// Graph is [NewGraph], but its result is valid only until the next call.
func (b *Builder) Graph(g *Group, o GraphOptions) (*Graph, error) {
	b.b.recycle = true
	return b.b.group(g, o)
}

// builder fills the columns of one graph after the other.
type builder struct {
	g               *Graph
	states, actions interner
	ids             map[string]int // trajectory ID to place

	touched byte // keeps touch from being optimised away

	recycle bool // the memory of the last graph serves the next
	ints    []int32
	floats  []float64
	bools   []bool
}

// reset begins a graph with room for some number of steps.
func (b *builder) reset(id string, size, steps int) {
	ints, floats, bools := b.columns(steps)
	i32 := func(i int) []int32 { return ints[i*steps : (i+1)*steps : (i+1)*steps] }
	f64 := func(i int) []float64 { return floats[i*steps : (i+1)*steps : (i+1)*steps] }
	var rollouts []Rollout
	var d *derived
	if b.recycle && b.g != nil {
		rollouts, d = b.g.Rollouts[:0], b.g.derived
		d.forget()
	} else {
		b.g, d = new(Graph), &derived{keep: b.recycle}
	}
	*b.g = Graph{
		ID: id, Grouping: ByAnchor, Size: size, Rollouts: slices.Grow(rollouts, size),
		Rollout: i32(0), Step: i32(1), State: i32(2), Action: i32(3), Next: i32(4), Tokens: i32(5),
		Reward: f64(0), LogProb: f64(1), Entropy: f64(2), Value: f64(3),
		Valid: bools, derived: d,
	}
	b.states.reset(steps/2+size, b.recycle)
	b.actions.reset(steps/8, b.recycle)
	if b.ids == nil {
		b.ids = make(map[string]int, size)
	}
	clear(b.ids)
}

// columns returns memory for the columns of a graph: zeroed, unless that of the
// last graph serves again, in which group writes every row.
func (b *builder) columns(steps int) (ints []int32, floats []float64, bools []bool) {
	if b.recycle && len(b.bools) >= steps {
		return b.ints[:6*steps], b.floats[:4*steps], b.bools[:steps]
	}
	b.ints, b.floats, b.bools = make([]int32, 6*steps), make([]float64, 4*steps), make([]bool, steps)
	return b.ints, b.floats, b.bools
}

func (b *builder) group(g *Group, o GraphOptions) (*Graph, error) {
	if o.Grouping != "" && o.Grouping != ByAnchor && o.Grouping != ByState {
		return nil, fmt.Errorf("traces: unknown grouping %q, want %q or %q", o.Grouping, ByAnchor, ByState)
	}
	steps := 0
	for _, t := range g.Trajectories {
		if t != nil && t.Err == "" {
			steps += len(t.Steps)
		}
	}
	b.reset(g.ID, len(g.Trajectories), steps)
	if o.Grouping != "" {
		b.g.Grouping = o.Grouping
	}
	task := ""
	for i, t := range g.Trajectories {
		if t == nil {
			return nil, fmt.Errorf("%w %q: trajectory %d is nil", ErrGroup, g.ID, i)
		}
		if t.Err != "" {
			b.exclude(i, t.ID, t.Err)
			continue
		}
		if task == "" {
			task = t.TaskID
		} else if t.TaskID != "" && t.TaskID != task {
			return nil, b.fault(i, t.ID, "is of task %q, the ones before it of %q", t.TaskID, task)
		}
		if err := b.trajectory(i, t, o.Grouping == ByState); err != nil {
			return nil, err
		}
	}
	return b.done()
}

func (b *builder) exclude(i int, id, reason string) {
	b.g.Excluded = append(b.g.Excluded, Exclusion{Source: i, ID: id, Reason: reason})
}

// trajectory adds a trajectory; byState says what its states are compared by.
func (b *builder) trajectory(i int, t *Trajectory, byState bool) error {
	r, err := b.begin(Rollout{
		ID: t.ID, Source: i, Steps: len(t.Steps), Bootstrap: t.Bootstrap, Success: t.Success,
		Terminated: t.Terminated, Truncated: t.Truncated, Version: t.Version,
	})
	if err != nil {
		return err
	}
	b.touched ^= touch(t.Steps, byState)
	g, last := b.g, len(t.Steps)-1
	states, actions := b.states.room(len(t.Steps)), b.actions.room(len(t.Steps))
	from, to := r.First, r.First+len(t.Steps)
	reward, value, logProb, entropy := g.Reward[from:to], g.Value[from:to], g.LogProb[from:to], g.Entropy[from:to]
	tokens, valid := g.Tokens[from:to], g.Valid[from:to]
	for k := range t.Steps {
		s := &t.Steps[k]
		if k < last && (s.Terminated || s.Truncated) {
			return b.fault(i, t.ID, "step %d ended the episode, but %d more follow: the chain is broken", k, last-k)
		}
		reward[k], value[k], logProb[k], entropy[k] = s.Reward, s.Value, s.LogProb, s.Entropy
		tokens[k], valid[k] = int32(s.Tokens), !s.Invalid
		states[k], actions[k] = sketch(s.Observation.key(byState)), sketch(s.Action)
	}
	state, action := g.State[from:to], g.Action[from:to]
	for k := range t.Steps {
		s := &t.Steps[k]
		state[k], action[k] = b.states.find(s.Observation.key(byState), states[k]), b.actions.find(s.Action, actions[k])
	}
	var final *string
	if t.Final != nil {
		key := t.Final.key(byState)
		final = &key
	}
	return b.end(r, final)
}

// key returns what o is compared by.
func (o *Observation) key(byState bool) string {
	switch {
	case byState:
		return o.State
	case o.Anchor == "":
		return o.Text
	}
	return o.Anchor
}

// begin opens the rollout r of r.Steps steps and checks what is said of it as
// a whole.
func (b *builder) begin(r Rollout) (*Rollout, error) {
	if r.ID != "" {
		if at, ok := b.ids[r.ID]; ok {
			return nil, b.fault(r.Source, r.ID, "occurs twice, first as trajectory %d; every rollout needs an id of its own", at)
		}
		b.ids[r.ID] = r.Source
	}
	if r.Steps == 0 {
		return nil, b.fault(r.Source, r.ID, "has no steps; leave it out of the group, or set its error")
	}
	if !usable(r.Bootstrap) {
		return nil, b.fault(r.Source, r.ID, "has bootstrap value %v, want a number of at most 1e100", r.Bootstrap)
	}
	if n := len(b.g.Rollouts); n > 0 {
		r.First = b.g.Rollouts[n-1].First + b.g.Rollouts[n-1].Steps
	}
	b.g.Rollouts = append(b.g.Rollouts, r)
	return &b.g.Rollouts[len(b.g.Rollouts)-1], nil
}

// end closes the rollout, whose states and actions have their numbers, and
// checks its own numbers. final is what was seen after the last step, nil if
// nobody looked.
func (b *builder) end(r *Rollout, final *string) error {
	g, from, to := b.g, r.First, r.First+r.Steps
	copy(g.Next[from:to-1], g.State[from+1:to])
	g.Next[to-1] = -1
	if final != nil {
		g.Next[to-1] = b.states.id(*final)
	}
	i, score, size := int32(len(g.Rollouts)-1), 0.0, 0.0
	for j := from; j < to; j++ {
		g.Rollout[j], g.Step[j] = i, int32(j-from)
		score += g.Reward[j]
		size += math.Abs(g.Reward[j]) + math.Abs(g.Value[j]) + math.Abs(g.LogProb[j]) + math.Abs(g.Entropy[j])
	}
	r.Score = score
	if !(size <= maxNumber) { // too large, or NaN as soon as one number is: look closer
		return b.badNumber(r)
	}
	return nil
}

// touch reads a byte of every cache line of the texts that steps are compared
// by. Texts lie anywhere in memory; a short loop that does nothing else lets the
// processor wait for many of them at once.
func touch(steps []Step, byState bool) byte {
	x := byte(0)
	for k := range steps {
		s := &steps[k]
		key := s.Observation.key(byState)
		for i := 0; i < len(key); i += 64 {
			x ^= key[i]
		}
		if len(s.Action) > 0 {
			x ^= s.Action[0]
		}
		x ^= byte(s.Tokens)
	}
	return x
}

// maxNumber bounds the numbers of a graph, so that sums of their squares are
// finite.
const maxNumber = 1e100

// usable reports whether x is a number within the bound.
func usable(x float64) bool { return math.Abs(x) <= maxNumber }

// badNumber says where a number of the rollout r is not usable.
func (b *builder) badNumber(r *Rollout) error {
	g := b.g
	for j := r.First; j < r.First+r.Steps; j++ {
		if !usable(g.Reward[j]) || !usable(g.Value[j]) || !usable(g.LogProb[j]) || !usable(g.Entropy[j]) {
			return b.fault(r.Source, r.ID, "step %d: reward %v, value %v, log-probability %v, entropy %v: want numbers of at most 1e100",
				j-r.First, g.Reward[j], g.Value[j], g.LogProb[j], g.Entropy[j])
		}
	}
	return nil // they only add up to much
}

func (b *builder) done() (*Graph, error) {
	if b.g.Size == 0 {
		return nil, fmt.Errorf("%w %q: it has no trajectories", ErrGroup, b.g.ID)
	}
	b.g.States, b.g.Actions = b.states.texts, b.actions.texts
	return b.g, nil
}

// fault names the group and the trajectory that an error is about.
func (b *builder) fault(place int, id, format string, args ...any) error {
	return fmt.Errorf("%w %q: trajectory %d (%q) %s", ErrGroup, b.g.ID, place, id, fmt.Sprintf(format, args...))
}
