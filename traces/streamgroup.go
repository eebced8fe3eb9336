package traces

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"unsafe"
)

// openGroup is a group whose rollouts are being played.
type openGroup struct {
	id, task string

	mu       sync.Mutex // guards what follows, and the rollouts
	states   interner   // numbers in order of arrival; the graph has its own
	actions  interner
	rollouts []*Live
	ids      map[string]struct{}
	over     int // rollouts that have ended
}

func newOpenGroup(s Start) *openGroup {
	return &openGroup{
		id: s.Group, task: s.Task, ids: map[string]struct{}{},
		states: interner{slots: make([]slot, tableSize(0))}, actions: interner{slots: make([]slot, tableSize(0))},
	}
}

// begin adds a rollout.
func (g *openGroup) begin(s *Stream, start Start) (*Live, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if _, ok := g.ids[start.ID]; ok {
		return nil, fmt.Errorf("%w %q: trajectory %q occurs twice; every rollout needs an id of its own", ErrGroup, g.id, start.ID)
	}
	if n := s.o.GroupSize; n > 0 && len(g.rollouts) == n {
		return nil, fmt.Errorf("%w %q: trajectory %q is one too many: the group has its %d rollouts", ErrGroup, g.id, start.ID, n)
	}
	if start.Task != "" && g.task != "" && start.Task != g.task {
		return nil, fmt.Errorf("%w %q: trajectory %q is of task %q, the ones before it of %q", ErrGroup, g.id, start.ID, start.Task, g.task)
	}
	if g.task == "" {
		g.task = start.Task
	}
	r := &Live{stream: s, group: g, start: start}
	g.rollouts = append(g.rollouts, r)
	g.ids[start.ID] = struct{}{}
	return r, nil
}

// ended counts a rollout that has ended and reports whether it was the last of
// size.
func (g *openGroup) ended(size int) bool {
	g.over++
	return size > 0 && g.over == size
}

// held adds what the group holds to h.
func (g *openGroup) held(h *Held) {
	g.mu.Lock()
	defer g.mu.Unlock()
	h.Groups++
	h.States += len(g.states.texts)
	for _, r := range g.rollouts {
		h.Steps += len(r.steps)
		h.Bytes += int64(cap(r.steps))*int64(unsafe.Sizeof(liveStep{})) + int64(unsafe.Sizeof(*r)) + 40 // of its name
		if r.state == running {
			h.Running++
		} else {
			h.Ended++
		}
	}
	for _, in := range []*interner{&g.states, &g.actions} {
		h.Bytes += int64(len(in.slots))*int64(unsafe.Sizeof(slot{})) + int64(cap(in.texts))*int64(unsafe.Sizeof(""))
	}
}

// seal ends what is running and returns the graph.
func (g *openGroup) seal(by Grouping) *Graph {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, r := range g.rollouts {
		if r.state == running {
			r.state, r.lost, r.steps = cut, "was still running when its group was sealed", nil
		}
	}
	return g.graph(by)
}

// graph makes the graph of the rollouts that have ended. The caller holds mu.
func (g *openGroup) graph(by Grouping) *Graph {
	order := slices.DeleteFunc(slices.Clone(g.rollouts), func(r *Live) bool { return r.state == running })
	slices.SortFunc(order, func(a, b *Live) int {
		return cmp.Or(cmp.Compare(a.start.Index, b.start.Index), cmp.Compare(a.start.ID, b.start.ID))
	})
	steps := 0
	for _, r := range order {
		steps += len(r.steps)
	}
	out := newGraph(g.id, len(order), steps)
	if by != "" {
		out.Grouping = by
	}
	states, actions := newRenumber(&g.states), newRenumber(&g.actions)
	for i, r := range order {
		if r.state != closed {
			out.Excluded = append(out.Excluded, Exclusion{Source: i, ID: r.start.ID, Reason: r.lost})
			continue
		}
		r.fill(out, i, states, actions)
	}
	out.States, out.Actions = states.texts, actions.texts
	return out
}

// newGraph returns a graph with room for some steps in size rollouts.
func newGraph(id string, size, steps int) *Graph {
	ints, floats := make([]int32, 6*steps), make([]float64, 4*steps)
	i32 := func(i int) []int32 { return ints[i*steps : (i+1)*steps : (i+1)*steps] }
	f64 := func(i int) []float64 { return floats[i*steps : (i+1)*steps : (i+1)*steps] }
	return &Graph{
		ID: id, Grouping: ByAnchor, Size: size, Rollouts: make([]Rollout, 0, size),
		Rollout: i32(0), Step: i32(1), State: i32(2), Action: i32(3), Next: i32(4), Tokens: i32(5),
		Reward: f64(0), LogProb: f64(1), Entropy: f64(2), Value: f64(3),
		Valid: make([]bool, steps), derived: &derived{},
	}
}

// fill appends the rollout to g, as its trajectory number source.
func (r *Live) fill(g *Graph, source int, states, actions *renumber) {
	last := &r.steps[len(r.steps)-1]
	to := Rollout{
		ID: r.start.ID, Source: source, Steps: len(r.steps), Bootstrap: r.end.Bootstrap, Success: r.end.Success,
		Terminated: last.terminated, Truncated: last.stopped, Version: r.start.Version,
	}
	if n := len(g.Rollouts); n > 0 {
		to.First = g.Rollouts[n-1].First + g.Rollouts[n-1].Steps
	}
	for k := range r.steps {
		s, j := &r.steps[k], to.First+k
		g.Rollout[j], g.Step[j] = int32(len(g.Rollouts)), int32(k)
		g.State[j], g.Action[j] = states.id(s.state), actions.id(s.action)
		if k > 0 {
			g.Next[j-1] = g.State[j]
		}
		g.Reward[j], g.Value[j], g.LogProb[j], g.Entropy[j] = s.reward, s.value, s.logProb, s.entropy
		g.Tokens[j], g.Valid[j] = s.tokens, !s.invalid
		to.Score += s.reward
	}
	end := int32(-1)
	if r.final >= 0 {
		end = states.id(r.final)
	}
	g.Next[to.First+len(r.steps)-1] = end
	g.Rollouts = append(g.Rollouts, to)
}

// renumber numbers texts by their first appearance in the graph, whatever
// their order of arrival was.
type renumber struct {
	from  []string
	to    []int32 // number + 1 by number of arrival; 0 for none yet
	texts []string
}

func newRenumber(in *interner) *renumber {
	return &renumber{from: in.texts, to: make([]int32, len(in.texts)), texts: make([]string, 0, len(in.texts))}
}

func (n *renumber) id(arrival int32) int32 {
	if n.to[arrival] == 0 {
		n.texts = append(n.texts, n.from[arrival])
		n.to[arrival] = int32(len(n.texts))
	}
	return n.to[arrival] - 1
}
