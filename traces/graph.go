package traces

import (
	"fmt"
	"slices"
	"sync"
)

// Grouping says which identity of an observation makes two steps one state.
type Grouping string

const (
	// ByAnchor merges steps that look the same now: the papers' choice. It
	// merges states that differ in what cannot be seen.
	ByAnchor Grouping = "anchor"
	// ByState merges steps whose true state is the same.
	ByState Grouping = "state"
)

// GraphOptions configures [NewGraph]. The zero value is ready to use.
type GraphOptions struct {
	Grouping Grouping // "" means ByAnchor
}

// Graph is a group of trajectories merged on equal states, kept as one table:
// row j is one occurrence, step Step[j] of rollout Rollout[j]. Rows run
// through the rollouts in order and through each one's steps in order, so the
// rows of rollout i are Rollouts[i].First up to First+Steps.
//
// States and actions are numbered by first appearance in that order, hence
// equal groups give equal graphs. All columns have length [Graph.Len] and
// belong to the graph: read them, do not write them. A Graph is immutable and
// safe for concurrent use; what it computes on demand is cached behind a lock.
type Graph struct {
	ID       string
	Grouping Grouping  // what the states are compared by
	Size     int       // trajectories of the source, excluded ones counted
	Rollouts []Rollout // the ones that count, in the source's order
	Excluded []Exclusion

	States  []string // text of every state, final ones too
	Actions []string // text of every action

	Rollout []int32 // index into Rollouts
	Step    []int32 // t, from 0
	State   []int32 // index into States
	Action  []int32 // index into Actions
	Next    []int32 // state after the action; -1 if nobody looked
	Reward  []float64
	Valid   []bool // the world accepted the action
	Tokens  []int32
	LogProb []float64 // nats
	Entropy []float64 // nats
	Value   []float64

	// Calls is the number of tool calls of each step; nil if nobody counted.
	Calls []int32

	// LogRatio is the log-probability that a later policy gives the whole
	// action minus that under the policy that sampled it, in nats; nil if
	// unknown. See credit.SeeUPO.
	LogRatio []float64

	// Penalty is what an explicit transform takes from the credit of single
	// rows without touching their rewards; nil for none. See [Graph.WithPenalty].
	Penalty []float64

	// Parts are further rewards by name, one value per row each, which say what
	// a reward was made of; nil if there are none. Transforms such as
	// credit.GDPO combine them. See [Graph.WithParts].
	Parts map[string][]float64

	derived *derived
}

// Rollout is one trajectory of a graph.
type Rollout struct {
	ID         string
	Source     int // place among the trajectories that the graph was made of
	First      int // its first row
	Steps      int // its number of rows, at least 1
	Score      float64
	Bootstrap  float64 // value estimate after the last step when truncated
	Success    bool
	Terminated bool
	Truncated  bool
	Version    int // of the policy, at the first decision
}

// Exclusion names a trajectory that is not part of a graph, and why.
type Exclusion struct {
	Source int // place among the trajectories that the graph was made of
	ID     string
	Reason string
}

// Partition splits the rows of a graph into sets.
type Partition struct {
	ID []int32 // set of each row, -1 for a row that is in none
	N  int     // sets are numbered 0 to N-1; a set may be empty
}

// derived holds what a graph computes on demand. Graphs that differ only in
// rewards share it.
type derived struct {
	mu       sync.Mutex
	contexts []Partition // by depth
	edges    *Edges

	spare  *Edges  // of an earlier graph
	table  pairs   // scratch of contexts and edges
	second pairs   // scratch of edges
	visits []int32 // scratch of contexts
	keep   bool    // the scratch, for the next graph
}

// tidy drops the scratch, unless another graph is to come.
func (d *derived) tidy() {
	if !d.keep {
		d.table, d.second, d.visits = pairs{}, pairs{}, nil
	}
}

// forget makes d ready for another graph. Contexts leave their memory to it.
func (d *derived) forget() {
	if d.edges != nil {
		d.spare = d.edges
	}
	d.contexts, d.edges = d.contexts[:0], nil
}

// Len returns the number of rows.
func (g *Graph) Len() int { return len(g.State) }

// Returns computes the discounted return of every row,
//
//	G_t = r_t + gamma·G_{t+1},
//
// in one backward pass, and takes the row's Penalty off afterwards, so that a
// penalty does not reach earlier steps. The slice is the caller's.
func (g *Graph) Returns(gamma float64) []float64 { return g.ReturnsIn(nil, gamma) }

// ReturnsIn is [Graph.Returns] in the memory of buf, if that is large enough.
func (g *Graph) ReturnsIn(buf []float64, gamma float64) []float64 {
	out := slices.Grow(buf[:0], g.Len())[:g.Len()]
	for i := range g.Rollouts {
		r, run := &g.Rollouts[i], 0.0
		for j := r.First + r.Steps - 1; j >= r.First; j-- {
			run = g.Reward[j] + gamma*run
			out[j] = run
		}
	}
	for j, p := range g.Penalty {
		out[j] -= p
	}
	return out
}

// Rows cuts a column with one value per row into one slice per trajectory of
// the source: out[i] belongs to trajectory i and is nil if that is excluded.
// The slices share memory with column.
func (g *Graph) Rows(column []float64) [][]float64 {
	out := make([][]float64, g.Size)
	for _, r := range g.Rollouts {
		end := r.First + r.Steps
		out[r.Source] = column[r.First:end:end]
	}
	return out
}

// ByState returns the rows split by state.
func (g *Graph) ByState() Partition { return Partition{ID: g.State, N: len(g.States)} }

// Context returns the rows split by their current state and the k states
// before it. A row with fewer than k steps before it is in no set. Contexts
// are numbered by rolling pairs,
//
//	ctx_0(t) = state_t,  ctx_k(t) = intern(ctx_{k-1}(t-1), state_t),
//
// which costs one integer look-up a row and depth. k below 0 counts as 0.
func (g *Graph) Context(k int) Partition {
	if k <= 0 {
		return g.ByState()
	}
	d := g.derived
	d.mu.Lock()
	defer d.mu.Unlock()
	for depth := len(d.contexts); depth <= k; depth++ {
		d.deeper(g, depth)
	}
	d.tidy()
	return d.contexts[k]
}

// deeper adds the contexts of depth k, those of depth k-1 being there. A row
// that is alone at depth k-1 stays alone, and needs no look-up.
func (d *derived) deeper(g *Graph, k int) {
	var ids []int32 // in the place of an earlier graph's, if there is one
	if cap(d.contexts) > k {
		ids = d.contexts[:k+1][k].ID
	}
	if k == 0 {
		d.contexts = append(d.contexts, g.ByState())
		return
	}
	shallow, n := d.contexts[k-1], g.Len()
	ids = slices.Grow(ids[:0], n)[:n]
	visits := d.count(shallow)
	d.table.reset(n)
	for j := range ids {
		switch {
		case int(g.Step[j]) < k:
			ids[j] = -1
		case visits[shallow.ID[j]] == 1:
			ids[j] = d.table.n
			d.table.n++
		default:
			ids[j] = d.table.id(shallow.ID[j-1], g.State[j])
		}
	}
	d.contexts = append(d.contexts, Partition{ID: ids, N: int(d.table.n)})
}

// count returns the number of rows of each set, until its next call.
func (d *derived) count(p Partition) []int32 {
	d.visits = slices.Grow(d.visits[:0], p.N)[:p.N]
	clear(d.visits)
	for _, s := range p.ID {
		if s >= 0 {
			d.visits[s]++
		}
	}
	return d.visits
}

// WithRewards returns a graph that differs from g in its rewards, and so in
// its scores and returns. rewards has one value per row; it is not
// copied and must not change afterwards.
func (g *Graph) WithRewards(rewards []float64) (*Graph, error) {
	if err := g.checkColumn("reward", rewards); err != nil {
		return nil, err
	}
	out := *g
	out.Reward = rewards
	out.Rollouts = make([]Rollout, len(g.Rollouts))
	for i, r := range g.Rollouts {
		r.Score = sum(rewards[r.First : r.First+r.Steps])
		out.Rollouts[i] = r
	}
	return &out, nil
}

// WithPenalty returns a graph that differs from g in its Penalty column, which
// takes from the credit of single steps and of no other. penalty has one
// value per row; it is not copied and must not change afterwards.
func (g *Graph) WithPenalty(penalty []float64) (*Graph, error) {
	if err := g.checkColumn("penalty", penalty); err != nil {
		return nil, err
	}
	out := *g
	out.Penalty = penalty
	return &out, nil
}

func (g *Graph) checkColumn(name string, column []float64) error {
	if len(column) != g.Len() {
		return fmt.Errorf("traces: graph %q: %d values in the %s column, want one for each of its %d rows", g.ID, len(column), name, g.Len())
	}
	for j, x := range column {
		if !usable(x) {
			return fmt.Errorf("traces: graph %q, trajectory %q, step %d: %s is %v, want a number of at most 1e100", g.ID, g.Rollouts[g.Rollout[j]].ID, g.Step[j], name, x)
		}
	}
	return nil
}

func sum(xs []float64) float64 {
	s := 0.0
	for _, x := range xs {
		s += x
	}
	return s
}
