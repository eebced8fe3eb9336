package lab

import (
	"fmt"
	"math"
	"strconv"

	"stepgym/credit"
	"stepgym/traces"
)

// TrainConfig configures [Train].
type TrainConfig struct {
	// Method assigns the credit. For "seeupo" the turns are updated one after
	// the other in its order, and the product goes from one to the next; for
	// any other method all turns are updated on the credit of the batch.
	Method credit.Method

	// NoProduct keeps SeeUPO's product from being handed on.
	NoProduct bool

	Iterations int
	GroupSize  int     // rollouts an iteration
	Inner      int     // gradient steps a turn and iteration
	Rate       float64 // of learning
	Clip       float64 // of the ratio; infinite for none
}

// DefaultTrain returns the settings of experiment D3.
func DefaultTrain(m credit.Method) TrainConfig {
	return TrainConfig{Method: m, Iterations: 60, GroupSize: 16, Inner: 8, Rate: 1, Clip: 0.2}
}

// Train learns a policy of logits, one row a history, from samples: every
// iteration plays a group of rollouts and takes gradient steps of the clipped
// surrogate. It returns the payment expected before each iteration and at the
// end.
func Train(g *Game, c TrainConfig, rng *Generator) ([]float64, error) {
	l := &learner{g: g, c: c, logits: g.newTable(0)}
	var out []float64
	for range c.Iterations {
		pi := g.softmax(l.logits)
		out = append(out, g.value(pi, 0, 0))
		l.play(pi, rng)
		update := l.joint
		if p, ok := c.Method.Describe().Params.(credit.SeeUPOParams); ok {
			update = func(pi table) error { return l.sequential(pi, p) }
		}
		if err := update(pi); err != nil {
			return nil, fmt.Errorf("lab: %w", err)
		}
	}
	return append(out, g.value(g.softmax(l.logits), 0, 0)), nil
}

// learner is a policy and the rollouts of one iteration.
type learner struct {
	g      *Game
	c      TrainConfig
	logits table
	played [][]int // by rollout: the history after each turn, [0] before the first
}

// play draws the rollouts of an iteration.
func (l *learner) play(pi table, rng *Generator) {
	l.played = l.played[:0]
	for range l.c.GroupSize {
		path := []int{0}
		for t := range l.g.Turns {
			h := path[t]
			path = append(path, h*l.g.Actions+rng.Choice(l.g.row(pi, t, h)))
		}
		l.played = append(l.played, path)
	}
}

// score returns what rollout i was paid.
func (l *learner) score(i int) float64 { return l.g.Leaf[l.played[i][l.g.Turns]] }

// inputs returns the rollouts as a group. A state is a history.
func (l *learner) inputs() traces.Inputs {
	in := traces.Inputs{ID: "game"}
	for i, path := range l.played {
		t := traces.Input{ID: strconv.Itoa(i), Rewards: make([]float64, l.g.Turns), Success: l.score(i) == l.g.Max()}
		t.Rewards[l.g.Turns-1] = l.score(i)
		for k, h := range path {
			t.Obs = append(t.Obs, fmt.Sprint(k, ":", h))
			if k > 0 {
				t.Actions = append(t.Actions, strconv.Itoa(h%l.g.Actions))
			}
		}
		in.Trajectories = append(in.Trajectories, t)
	}
	return in
}

// joint updates all turns on the credit of the group.
func (l *learner) joint(pi table) error {
	graph, err := traces.FromInputs(l.inputs())
	if err != nil {
		return err
	}
	adv, err := l.c.Method.Advantages(graph)
	if err != nil {
		return err
	}
	for t := range l.g.Turns {
		l.ascend(t, pi, func(i int) float64 { return adv[i][t] })
	}
	return nil
}

// sequential updates turn after turn on SeeUPO's advantage product.
func (l *learner) sequential(pi table, p credit.SeeUPOParams) error {
	batch := make([]credit.Scored, len(l.played))
	for i := range batch {
		batch[i] = credit.Scored{ID: strconv.Itoa(i), Group: "game", Score: l.score(i)}
	}
	m, err := credit.NewMultiplier(batch, l.g.Turns, p)
	if err != nil {
		return err
	}
	for {
		t, more := m.Turn()
		if !more {
			return nil
		}
		adv := make([]float64, len(batch))
		for i := range adv {
			if adv[i], err = m.Advantage(batch[i].ID); err != nil {
				return err
			}
		}
		l.ascend(t, pi, func(i int) float64 { return adv[i] })
		if err := m.Close(t, l.ratios(t, pi)); err != nil {
			return err
		}
	}
}

// ratios says what turn t's update did to the actions of the rollouts.
func (l *learner) ratios(t int, pi table) []credit.TurnRatio {
	if l.c.NoProduct {
		return nil
	}
	now := l.g.softmax(l.logits)
	out := make([]credit.TurnRatio, len(l.played))
	for i, path := range l.played {
		out[i] = credit.TurnRatio{
			Rollout: strconv.Itoa(i), Turn: t, Tokens: 1,
			LogRatio: math.Log(now[t][path[t+1]] / pi[t][path[t+1]]),
		}
	}
	return out
}

// ascend takes the gradient steps of turn t with adv(i) for rollout i.
func (l *learner) ascend(t int, pi table, adv func(i int) float64) {
	n, actions := float64(len(l.played)), l.g.Actions
	p := make([]float64, actions)
	for range l.c.Inner {
		grad, any := make([]float64, len(l.logits[t])), false
		for i, path := range l.played {
			m := adv(i)
			h, a := path[t], path[t+1]%actions
			copy(p, l.g.row(l.logits, t, h))
			softmax(p)
			ratio := p[a] / pi[t][path[t+1]]
			if m == 0 || clipped(ratio, m, l.c.Clip) {
				continue
			}
			any = true
			row := grad[h*actions:][:actions]
			for b := range row {
				g := -p[b] * ratio * m
				if b == a {
					g += ratio * m
				}
				row[b] += g / n
			}
		}
		if !any {
			return // no slope is left
		}
		for k, x := range grad {
			l.logits[t][k] += l.c.Rate * x
		}
	}
}
