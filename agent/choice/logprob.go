package choice

import (
	"context"
	"fmt"
	"math"

	"stepgym/agent"
)

var _ agent.Rater = (*Policy)(nil)

// LogProbs returns the log-probability of every decision under the weights as
// they are now, in nats. With the weights that made a decision it is its LogProb
// to the bit, whichever are rated together; see [Policy]. Of a goal of which the
// player saw a part of the words, that part is looked at again.
//
// It must not run beside Update, Imitate, Save, Load or Acts.
func (p *Policy) LogProbs(ctx context.Context, decisions []agent.Decision) ([]float64, error) {
	if p.closed.Load() {
		return nil, ErrClosed
	}
	rows := make([]*row, len(decisions))
	for i := range decisions {
		r, err := p.rowOf(&decisions[i])
		if err != nil {
			return nil, fmt.Errorf("choice: rate: decision %d: %w", i, err)
		}
		rows[i] = r
	}
	out, err := p.rate(ctx, rows)
	if err != nil {
		return nil, fmt.Errorf("choice: rate: %w", err)
	}
	return out, nil
}

// rate returns the log-probability of what each row took, under the weights as
// they are now.
func (p *Policy) rate(ctx context.Context, rows []*row) ([]float64, error) {
	out := make([]float64, 0, len(rows))
	for from := 0; from < len(rows); from += maxBatch {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		part := rows[from:min(len(rows), from+maxBatch)]
		scores, _, err := p.scorer.run(part)
		if err != nil {
			return nil, err
		}
		for i, r := range part {
			x := logSoftmax(scores[p.scorer.batch.first[i]:][:r.size()], r.taken)
			if !finite(x) {
				return nil, fmt.Errorf("decision %d has log-probability %v: the weights are broken, go back to an earlier checkpoint", from+i, x)
			}
			out = append(out, x)
		}
	}
	return out, nil
}

// logSoftmax is the logarithm of the softmax of scores at i, computed as a
// player does who decides.
func logSoftmax(scores []float32, i int) float64 {
	best := scores[0]
	for _, s := range scores {
		best = max(best, s)
	}
	sum := 0.0
	for _, s := range scores {
		sum += math.Exp(float64(s) - float64(best))
	}
	return float64(scores[i]) - float64(best) - math.Log(sum)
}
