package loss

import (
	"errors"
	"fmt"
	"math"
)

// Kind names a loss.
type Kind string

// The losses. L is the loss of one token; gradients go through new alone.
const (
	// PPO is Schulman et al. 2017, with the dual clip of Ye et al. 2020:
	//
	//	L = max(-A·r, -A·clip(r, 1-lo, 1+hi)), and if A < 0 at most -c·A.
	PPO Kind = "ppo"
	// GSPO is Zheng et al. 2025: PPO's L without dual clip, with the ratio of
	// the whole sequence, s = exp(min(mean_t (new - old), 10)), for each of its
	// tokens. It is always aggregated as SeqMeanTokenMean.
	GSPO Kind = "gspo"
	// DAPO is Yu et al. 2025: PPO's L with hi > lo, averaged over all tokens.
	DAPO Kind = "dapo"
	// DrGRPO is Liu et al. 2025: PPO's L, summed and divided by a length that
	// is the same for all sequences.
	DrGRPO Kind = "dr-grpo"
	// CISPO is MiniMax 2025: L = -sg(clip(r, 1-lo, 1+hi))·A·new, where sg stops
	// the gradient: no token is dropped, its weight is bounded.
	CISPO Kind = "cispo"
	// BAPO is Xi et al. 2025: PPO's L with bounds of r that adapt to the batch,
	// see [Bounds].
	BAPO Kind = "bapo"
)

// Aggregate says how the losses of tokens become one number.
type Aggregate string

const (
	// TokenMean averages over all tokens of the batch.
	TokenMean Aggregate = "token-mean"
	// SeqMeanTokenMean averages over each sequence, then over sequences.
	SeqMeanTokenMean Aggregate = "seq-mean-token-mean"
	// SeqMeanTokenSum sums over each sequence and averages over sequences.
	SeqMeanTokenSum Aggregate = "seq-mean-token-sum"
	// SeqMeanTokenSumNorm sums over all tokens and divides by Params.Length: as
	// released, the number of sequences does not divide.
	SeqMeanTokenSumNorm Aggregate = "seq-mean-token-sum-norm"
	// SeqMeanTokenSumLength sums over each sequence, divides by Params.Length,
	// and averages over sequences: Dr. GRPO as its paper has it.
	SeqMeanTokenSumLength Aggregate = "seq-mean-token-sum-length"
)

// Params are the choices of [Compute]. Start from [Default].
type Params struct {
	Kind Kind      `json:"kind"`
	Low  float64   `json:"lo"`  // r is clipped at 1 - lo
	High float64   `json:"hi"`  // and at 1 + hi
	Dual float64   `json:"c"`   // bound of the ratio where A < 0; 0 for none
	Agg  Aggregate `json:"agg"` // GSPO has its own

	// Length divides SeqMeanTokenSumNorm and SeqMeanTokenSumLength; 0 means the
	// width of the batch.
	Length int `json:"length,omitempty"`

	// Adaptive is how BAPO chooses its bounds, in place of lo and hi.
	Adaptive Adaptive `json:"adaptive,omitzero"`
}

// Default returns the parameters that the source of a loss uses.
func Default(k Kind) Params {
	p := Params{Kind: k, Low: 0.2, High: 0.2, Agg: TokenMean}
	switch k {
	case PPO:
		p.Dual = 3
	case GSPO:
		p.Agg = SeqMeanTokenMean
	case DAPO:
		p.High = 0.28
	case DrGRPO:
		p.Agg = SeqMeanTokenSumNorm
	case CISPO:
		p.Low, p.High = 1, 4
	case BAPO:
		p.Adaptive = DefaultAdaptive()
	}
	return p
}

// Validate reports every fault of p at once.
func (p Params) Validate() error {
	var errs []error
	check := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf("loss: "+format, args...))
		}
	}
	switch p.Kind {
	case PPO, GSPO, DAPO, DrGRPO, CISPO, BAPO:
	default:
		check(false, "kind %q, want one of %q, %q, %q, %q, %q, %q", p.Kind, PPO, GSPO, DAPO, DrGRPO, CISPO, BAPO)
	}
	switch p.Agg {
	case TokenMean, SeqMeanTokenMean, SeqMeanTokenSum, SeqMeanTokenSumNorm, SeqMeanTokenSumLength:
	default:
		check(false, "agg %q, want one of %q, %q, %q, %q, %q", p.Agg, TokenMean, SeqMeanTokenMean, SeqMeanTokenSum, SeqMeanTokenSumNorm, SeqMeanTokenSumLength)
	}
	check(p.Low >= 0 && p.Low <= 1, "lo %v, want a number between 0 and 1", p.Low)
	check(p.High >= 0 && !math.IsInf(p.High, 0), "hi %v, want a number of at least 0", p.High)
	check(p.Dual == 0 || p.Dual > 1 && !math.IsInf(p.Dual, 0), "c %v, want 0 or a number above 1", p.Dual)
	check(p.Length >= 0, "length %d, want at least 0", p.Length)
	if p.Kind == BAPO {
		errs = append(errs, p.Adaptive.validate())
	}
	return errors.Join(errs...)
}

// Batch is what a loss is computed of; all four are rectangles of one shape.
type Batch struct {
	Old       [][]float64 // log-probability under the policy that sampled, in nats
	New       [][]float64 // under the policy that is trained
	Advantage [][]float64
	Mask      [][]float64 // 1 for a token that counts, 0 for one that does not
}

// Result is a loss and what it does to the policy.
type Result struct {
	Loss float64

	// Gradient is the derivative of Loss by Batch.New, of the same shape.
	Gradient [][]float64

	// Clipped is the share of tokens that a bound has left without gradient
	// (CISPO: whose weight it has changed), in [0, 1].
	Clipped float64

	// ClippedLow and ClippedHigh are the parts of Clipped by the bound that did
	// it; what is left is the dual clip's.
	ClippedLow, ClippedHigh float64

	// Low and High are the bounds of r that were used.
	Low, High float64

	// RatioMin, RatioMax and RatioMean are of r over the tokens, as the loss
	// uses it (GSPO: of the sequences' ratios); 0 without tokens.
	RatioMin, RatioMax, RatioMean float64
}

// Compute returns the loss of a batch. A sequence without tokens is left out of
// means over sequences; a batch without tokens has loss 0.
func Compute(b Batch, p Params) (Result, error) {
	if err := p.Validate(); err != nil {
		return Result{}, err
	}
	if err := b.check(); err != nil {
		return Result{}, err
	}
	out := Result{Gradient: make([][]float64, len(b.Mask)), Low: 1 - p.Low, High: 1 + p.High}
	if p.Kind == BAPO {
		out.Low, out.High = Bounds(b, p.Adaptive)
	}
	if p.Kind == GSPO {
		p.Agg = SeqMeanTokenMean
	}
	weights := b.weights(p)
	var tokens float64
	var cuts [numCuts]float64
	for i := range b.Mask {
		out.Gradient[i] = make([]float64, len(b.Mask[i]))
		s := sequenceLogRatio(b, i)
		for t, m := range b.Mask[i] {
			if m == 0 {
				continue
			}
			x := token{logratio: b.New[i][t] - b.Old[i][t], logprob: b.New[i][t], a: b.Advantage[i][t]}
			if p.Kind == GSPO {
				x.logratio = min(s, maxSequence)
				x.flat = s > maxSequence
			}
			l, d, cut := x.loss(p, out.Low, out.High)
			out.Loss += weights[i] * l
			out.Gradient[i][t] = weights[i] * d
			cuts[cut]++
			out.addRatio(math.Exp(x.logratio), tokens)
			tokens++
		}
	}
	if tokens > 0 {
		out.Clipped = (tokens - cuts[uncut]) / tokens
		out.ClippedLow, out.ClippedHigh = cuts[cutLow]/tokens, cuts[cutHigh]/tokens
	}
	return out, nil
}

// addRatio counts the ratio r of a token that comes after n others.
func (x *Result) addRatio(r, n float64) {
	if n == 0 {
		x.RatioMin, x.RatioMax = r, r
	}
	x.RatioMin, x.RatioMax = min(x.RatioMin, r), max(x.RatioMax, r)
	x.RatioMean += (r - x.RatioMean) / (n + 1)
}

// maxSequence bounds the logarithm of GSPO's ratio.
const maxSequence = 10

// token is what the loss of one token is computed of.
type token struct {
	logratio, logprob, a float64
	flat                 bool // the ratio no longer follows the log-probability
}

// cut says which bound took a token's gradient, or changed its weight.
type cut int

const (
	uncut cut = iota
	cutLow
	cutHigh
	cutDual
	numCuts
)

// loss returns the loss of a token, its derivative by the new log-probability,
// and which bound cut it.
func (x token) loss(p Params, low, high float64) (l, d float64, by cut) {
	r := math.Exp(x.logratio)
	bounded, side := r, uncut
	switch {
	case r < low:
		bounded, side = low, cutLow
	case r > high:
		bounded, side = high, cutHigh
	}
	if p.Kind == CISPO {
		return -bounded * x.a * x.logprob, -bounded * x.a, side
	}
	l, d = -x.a*r, -x.a*r
	if y := -x.a * bounded; y > l {
		l, d, by = y, 0, side
	}
	if p.Dual > 0 && p.Kind != GSPO && x.a < 0 && -x.a*p.Dual < l {
		l, d, by = -x.a*p.Dual, 0, cutDual
	}
	if x.flat {
		d = 0
	}
	return l, d, by
}

// sequenceLogRatio is the mean of new - old over the tokens of row i.
func sequenceLogRatio(b Batch, i int) float64 {
	s, n := 0.0, 0.0
	for t, m := range b.Mask[i] {
		if m != 0 {
			s += b.New[i][t] - b.Old[i][t]
			n++
		}
	}
	return s / max(n, 1)
}
