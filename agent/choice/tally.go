package choice

import (
	"stepgym/agent"
	"stepgym/agent/internal/nn"
)

// A tally adds up what an update or an imitation comes to.
type tally struct {
	stats     *agent.UpdateStats
	objective *objective // nil for imitation
	total     float64    // weight of the samples so far
}

// add counts a minibatch of the given weight: outs[i] came of parts[i], and has
// the share of its samples in the means.
func (t *tally) add(outs []*nn.Outputs, parts [][]sample, weight, norm float64) {
	s := t.stats
	s.Minibatch++
	s.GradNorm += norm
	if t.objective != nil {
		for i, out := range outs {
			t.addRatios(parts[i], out.F32("ratio"))
		}
	}
	t.total += weight
	for _, out := range outs {
		s.Loss += weight * out.Scalar(nn.LossName)
		s.PolicyLoss += weight * out.Scalar("policy_loss")
		s.ValueLoss += weight * out.Scalar("value_loss")
		s.Entropy += weight * out.Scalar("entropy")
		s.KL += weight * out.Scalar("kl")
		s.RefKL += weight * out.Scalar("ref_kl")
		s.ClipShare += weight * out.Scalar("clip")
	}
}

// addRatios counts the ratios of a part, and which of them a bound has made
// something of.
func (t *tally) addRatios(part []sample, ratios []float32) {
	s, o := t.stats, t.objective
	low, high := float32(o.low), float32(o.high)
	for i, x := range part {
		w, r := float64(x.weight), ratios[i]
		if t.total == 0 && s.RatioMax == 0 { // the first one: none is 0
			s.RatioMin = float64(r)
		}
		s.RatioMin, s.RatioMax = min(s.RatioMin, float64(r)), max(s.RatioMax, float64(r))
		s.RatioMean += w * float64(r)
		always := o.loss.Name == agent.LossCISPO
		switch {
		case r < low && (always || x.adv < 0):
			s.ClipLow += w
		case r > high && (always || x.adv > 0):
			s.ClipHigh += w
		}
	}
}

// finish makes means of the sums.
func (t *tally) finish() {
	s := t.stats
	if t.total > 0 {
		s.GradNorm /= float64(s.Minibatch)
		for _, x := range []*float64{
			&s.Loss, &s.PolicyLoss, &s.ValueLoss, &s.Entropy, &s.KL, &s.RefKL, &s.ClipShare,
			&s.ClipLow, &s.ClipHigh, &s.RatioMean,
		} {
			*x /= t.total
		}
	}
	if t.objective != nil {
		s.BoundLow, s.BoundHigh = t.objective.found()
	}
}
