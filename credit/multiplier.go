package credit

import (
	"fmt"
	"math"
)

// Scored is a rollout of a batch and what it came to.
type Scored struct {
	ID    string // unique in the batch
	Group string // ID of the group that it is compared with
	Score float64
}

// TurnRatio says how much more likely an update has made one action.
type TurnRatio struct {
	Rollout  string  // Scored.ID
	Turn     int     // from 0
	LogRatio float64 // of the whole action: log new - log sampling policy, in nats
	Tokens   int     // of the action; 0 marks a placeholder, whose ratio is 1
}

// Multiplier carries SeeUPO's advantage product M through the sequential
// updates of one batch; see [SeeUPO] for the formulas. The turns are updated in
// the order of [SeeUPOParams.Turns]: for each, read [Multiplier.Advantage] of
// every rollout that has that turn, update the policy, and hand the new ratios
// to [Multiplier.Close]. Everything is keyed by rollout and turn, never by the
// order of rows. It is used by one goroutine.
type Multiplier struct {
	p       SeeUPOParams
	order   []int
	closed  int // turns of order that are done
	at      map[string]int
	a       []float64 // A by rollout
	product []float64 // of the ratios so far, by rollout
	mark    []int     // last turn closed by each rollout, in places of order + 1
}

// NewMultiplier begins a batch whose longest rollout has turns turns.
func NewMultiplier(batch []Scored, turns int, p SeeUPOParams) (*Multiplier, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	if turns < 1 {
		return nil, fmt.Errorf("credit: seeupo: %d turns, want at least 1", turns)
	}
	m := &Multiplier{
		p: p, order: p.Turns(turns), at: make(map[string]int, len(batch)),
		a: make([]float64, len(batch)), product: make([]float64, len(batch)), mark: make([]int, len(batch)),
	}
	groups, names := map[string][]int{}, []string(nil)
	for i, r := range batch {
		if _, ok := m.at[r.ID]; ok {
			return nil, fmt.Errorf("credit: seeupo: rollout %q occurs twice in the batch", r.ID)
		}
		if !(math.Abs(r.Score) <= 1e100) {
			return nil, fmt.Errorf("credit: seeupo: rollout %q has score %v, want a number of at most 1e100", r.ID, r.Score)
		}
		m.at[r.ID], m.product[i] = i, 1
		if groups[r.Group] == nil {
			names = append(names, r.Group)
		}
		groups[r.Group] = append(groups[r.Group], i)
	}
	for _, name := range names {
		scores := make([]float64, len(groups[name]))
		for k, i := range groups[name] {
			scores[k] = batch[i].Score
		}
		centerScores(scores)
		for k, i := range groups[name] {
			m.a[i] = scores[k]
		}
	}
	p.normalize(m.a)
	return m, nil
}

// Turn returns the turn to update now, and false when all are done.
func (m *Multiplier) Turn() (int, bool) {
	if m.closed == len(m.order) {
		return 0, false
	}
	return m.order[m.closed], true
}

// Advantage returns M of a rollout for the turn to update now.
func (m *Multiplier) Advantage(rollout string) (float64, error) {
	i, ok := m.at[rollout]
	if !ok {
		return 0, fmt.Errorf("credit: seeupo: no rollout %q in the batch", rollout)
	}
	return m.a[i] * m.product[i], nil
}

// Close ends the update of a turn, which must be [Multiplier.Turn], with what
// it did to the actions of that turn. A rollout that is not among the ratios did
// nothing there: its ratio is 1. On an error nothing has changed.
func (m *Multiplier) Close(turn int, ratios []TurnRatio) error {
	now, open := m.Turn()
	if !open || now != turn {
		return fmt.Errorf("credit: seeupo: turn %d is not the one to close; the order is %v and %d are closed", turn, m.order, m.closed)
	}
	product := append([]float64(nil), m.product...)
	mark := append([]int(nil), m.mark...)
	for _, r := range ratios {
		i, ok := m.at[r.Rollout]
		switch {
		case !ok:
			return fmt.Errorf("credit: seeupo: no rollout %q in the batch", r.Rollout)
		case r.Turn != turn:
			return fmt.Errorf("credit: seeupo: rollout %q: a ratio of turn %d among those of turn %d", r.Rollout, r.Turn, turn)
		case mark[i] == m.closed+1:
			return fmt.Errorf("credit: seeupo: rollout %q: two ratios for turn %d", r.Rollout, turn)
		}
		mark[i] = m.closed + 1
		if r.Tokens <= 0 {
			continue
		}
		product[i] = m.p.multiply(product[i], r.LogRatio, r.Tokens)
		if !(math.Abs(m.a[i]*product[i]) <= math.MaxFloat64) {
			return fmt.Errorf("credit: seeupo: rollout %q, turn %d: log ratio %v makes the product %v: the policies are too far apart", r.Rollout, turn, r.LogRatio, product[i])
		}
	}
	m.product, m.mark = product, mark
	m.closed++
	return nil
}
