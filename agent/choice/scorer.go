package choice

import (
	"fmt"
	"math"

	"stepgym/agent/internal/nn"
)

// A scorer runs the net forward. It is used by one goroutine.
type scorer struct {
	net   *nn.Scorer
	feeds *nn.Feeds
	batch batch
	rows  []*row
}

func newScorer(c Config, w *nn.Weights) (*scorer, error) {
	net, err := nn.NewScorer(w, func(b *nn.Build) {
		score, value := c.forward(c.declare(b.Graph), b.Weight)
		b.Output("score", score)
		if value != nil {
			b.Output("value", value)
		}
	})
	if err != nil {
		return nil, fmt.Errorf("build the scoring graph: %w", err)
	}
	return &scorer{batch: newBatch(c), net: net, feeds: nn.NewFeeds(w.Runtime())}, nil
}

// score fills in what the net says of the players' rows.
func (s *scorer) score(players []*player) error {
	s.rows = s.rows[:0]
	for _, x := range players {
		s.rows = append(s.rows, x.row)
	}
	scores, values, err := s.run(s.rows)
	clear(s.rows)
	if err != nil {
		return err
	}
	for i, x := range players {
		own := scores[s.batch.first[i]:][:x.row.size()]
		for _, v := range own {
			if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
				return fmt.Errorf("a score is %v: the weights are broken, go back to an earlier checkpoint", v)
			}
		}
		x.scores = append(x.scores[:0], own...)
		if values != nil {
			x.value = values[i]
		}
	}
	return nil
}

// run scores rows. The results are laid out as the batch is and valid until the
// next run; values is nil without a value head.
func (s *scorer) run(rows []*row) (scores, values []float32, err error) {
	s.batch.build(rows)
	s.batch.feed(s.feeds)
	out, err := s.net.Run(background(), s.feeds)
	if err != nil {
		return nil, nil, err
	}
	return out.F32("score"), out.F32("value"), nil
}

func (s *scorer) close() {
	s.net.Close()
	s.feeds.Close()
}

// feed copies the batch into the inputs of declare.
func (b *batch) feed(f *nn.Feeds) {
	copy(f.I64("tokens", b.g, maxGoal), b.tokens)
	copy(f.F32("token_facts", b.g, maxGoal, tokenFeatures), b.tokenFacts)
	copy(f.F32("sets", b.g, b.u, maxGoal), b.sets)
	copy(f.I64("state_sets", b.s, stateMasks), b.stateSets)
	copy(f.I64("rest_sets", b.s, restMasks), b.restSets)
	copy(f.F32("state_facts", b.s, b.stateWidth), b.stateFacts)
	copy(f.I64("choice_sets", b.p, chunk, choiceMasks), b.choiceSets)
	copy(f.F32("choice_facts", b.p, chunk, b.choiceWidth), b.choiceFacts)
	copy(f.I64("owner", b.p), b.owner)
	copy(f.I64("chunks", b.s, b.q), b.chunks)
	copy(f.I64("at", b.p), b.at)
	if b.things.on {
		b.feedThings(f)
	}
}
