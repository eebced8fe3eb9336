// Package loss has the loss functions of policies as graph composites.
//
// Each returns one term a sample (or a sequence); [Mean] reduces them. B stands
// for samples, A for choices, T for tokens, all of which may be dynamic.
package loss

import "stepgym/agent/internal/graph"

// ratioLimit bounds log-ratios before they are exponentiated: e^20 is far
// beyond every clipping range, and finite.
const ratioLimit = 20

// Mean returns the sum of terms times scale, a scalar: 1/N for a batch of N.
// Micro-batches of one batch share the scale, so that their gradients add up to
// the batch's.
func Mean(terms, scale *graph.V) *graph.V { return terms.Sum().Mul(scale) }

// MaskedMean returns the mean of the terms where mask, 0 or 1, is 1; 0 if
// nowhere.
func MaskedMean(terms, mask *graph.V) *graph.V {
	return terms.Mul(mask).Sum().Div(mask.Sum().Max(mask.Graph().Const(mask.DType(), 1)))
}

// CrossEntropy returns -log p(target) a row: logits [B, A], target int64 [B],
// result [B].
func CrossEntropy(logits, target *graph.V) *graph.V {
	return logits.PickLogProb(target.Unsqueeze(1)).Squeeze(1).Neg()
}

// AnyOf returns -log of the probability that any good choice is taken: logp
// [B, A] are log-probabilities, good is a Bool [B, A], result [B]. A row
// without good choices gives about 1e9.
func AnyOf(logp, good *graph.V) *graph.V {
	x := logp.Mask(good)
	top := x.LargestKeep(-1).Detach()
	return x.Sub(top).Exp().Sum(-1).Log().Add(top.Squeeze(-1)).Neg()
}

// Clip is the range of importance ratios that PPO and GSPO learn from.
type Clip struct {
	Low  float64 // ratios below 1-Low are clipped
	High float64 // ratios above 1+High are clipped

	// Dual, above 1, bounds the loss of a sample with a negative advantage A
	// by -Dual*A (Ye et al., "Mastering complex control in MOBA games", 2020);
	// 0 turns that off.
	Dual float64
}

// Clipped is a clipped objective, one element a sample.
type Clipped struct {
	Loss  *graph.V // to be minimised
	Ratio *graph.V // importance ratios, without gradient
	Hit   *graph.V // 1 where clipping changed the objective, else 0; without gradient
}

// PPO is the clipped objective of Schulman et al., "Proximal policy optimization
// algorithms", eq. 7: -min(r A, clip(r, 1-low, 1+high) A) with r =
// exp(logp-old). All have shape [B] (or any one shape).
func PPO(logp, old, adv *graph.V, c Clip) Clipped {
	return clipped(logp.Sub(old), adv, c)
}

// GSPO is PPO with one ratio a sequence (Zheng et al., "Group sequence policy
// optimization", eq. 7): r = exp(mean of logp-old over the sequence's tokens).
// logp, old and mask (0 or 1) are [B, T], adv is [B]; the results are [B]. A
// sequence without tokens has ratio 1.
func GSPO(logp, old, mask, adv *graph.V, c Clip) Clipped {
	count := mask.Sum(-1).Max(mask.Graph().Const(mask.DType(), 1))
	return clipped(logp.Sub(old).Mul(mask).Sum(-1).Div(count), adv, c)
}

// clipped is the objective for log-ratios d.
func clipped(d, adv *graph.V, c Clip) Clipped {
	r := d.Clip(-ratioLimit, ratioLimit).Exp()
	free := r.Mul(adv)
	gain := free.Min(r.Clip(1-c.Low, 1+c.High).Mul(adv))
	if c.Dual > 0 {
		zero := adv.Graph().Const(adv.DType(), 0)
		gain = adv.Less(zero).Where(gain.Max(adv.Times(c.Dual)), gain)
	}
	return Clipped{
		Loss:  gain.Neg(),
		Ratio: r.Detach(),
		Hit:   gain.Equal(free).Not().Cast(adv.DType()),
	}
}

// Entropy returns -sum p log p a row, in nats: logp [B, A], result [B]. Masked
// choices, with logp about -1e9, add nothing.
func Entropy(logp *graph.V) *graph.V { return logp.Exp().Mul(logp).Sum(-1).Neg() }

// K3 returns r - 1 - log r for r = exp(logr): an estimate of a Kullback-Leibler
// divergence that is unbiased and never negative (Schulman, "Approximating KL
// divergence"). Of KL(behaviour, policy) for samples of the behaviour policy
// with logr = logp - old; of KL(policy, reference) for samples of the policy
// with logr = ref - logp.
func K3(logr *graph.V) *graph.V {
	return logr.Clip(-ratioLimit, ratioLimit).Exp().Plus(-1).Sub(logr)
}

// KL returns KL(p, q) a row, exactly, from log-probabilities of all choices
// [B, A]: sum p (log p - log q). Both must mask the same choices.
func KL(logp, logq *graph.V) *graph.V { return logp.Exp().Mul(logp.Sub(logq)).Sum(-1) }

// Value returns (v - ret)^2 / 2 a sample: estimates and targets of one shape.
func Value(v, ret *graph.V) *graph.V { return v.Sub(ret).Square().Times(0.5) }

// ValueClipped is Value where an estimate that moved more than limit away from
// old, the estimate at the time of the decision, gains nothing from moving
// further: the larger of the losses of v and of v limited to old±limit.
func ValueClipped(v, old, ret *graph.V, limit float64) *graph.V {
	near := old.Add(v.Sub(old).Clip(-limit, limit))
	return Value(v, ret).Max(Value(near, ret))
}
