package agent

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
)

// Names of losses: what a [Learner] makes of ratios and advantages. L is the
// loss of one decision, A its advantage, r the ratio of its probability now to
// that under the policy that made it, [lo, hi] the bounds 1-Low and 1+High.
const (
	// LossPPO is Schulman et al. 2017: L = max(-A·r, -A·clip(r, lo, hi)), and
	// with Dual, where A < 0, at most -Dual·A (Ye et al. 2020).
	LossPPO = "ppo"
	// LossGSPO is Zheng et al. 2025: PPO's L with the ratio of the sequence,
	// s = exp(min(mean over the sequence of log r, 10)), for each of its
	// decisions.
	LossGSPO = "gspo"
	// LossDAPO is Yu et al. 2025: PPO's L with a higher upper bound. The dynamic
	// sampling that belongs to it is whoever samples' business.
	LossDAPO = "dapo"
	// LossDrGRPO is Liu et al. 2025: PPO's L without a sequence's own length in
	// the mean.
	LossDrGRPO = "dr-grpo"
	// LossCISPO is MiniMax 2025: L = -sg(clip(r, lo, hi))·A·log p, where sg stops
	// the gradient: no decision is dropped, its weight is bounded.
	LossCISPO = "cispo"
	// LossBAPO is Xi et al. 2025: PPO's L with bounds that are found anew before
	// each pass over a batch; see [Adapt].
	LossBAPO = "bapo"
)

// How the losses of decisions become one number. The names are those of
// trainers of language models; a token is one decision here.
const (
	TokenMean             = "token-mean"                // over all decisions
	SeqMeanTokenMean      = "seq-mean-token-mean"       // over each sequence, then over sequences
	SeqMeanTokenSum       = "seq-mean-token-sum"        // sums of sequences, averaged
	SeqMeanTokenSumNorm   = "seq-mean-token-sum-norm"   // all summed and divided by Length
	SeqMeanTokenSumLength = "seq-mean-token-sum-length" // sums of sequences, averaged and divided by Length
)

// What a sequence is: all that the policy did in one episode, as in papers that
// answer a prompt, or what it did in one turn, as the rows of trainers for
// agents do. A batch that holds one turn of each episode makes them the same.
const (
	Trajectory = "trajectory"
	Turn       = "turn"
)

// Loss is the policy's part of an update. Start from [DefaultLoss].
type Loss struct {
	Name string  `json:"name"`
	Low  float64 `json:"low"`  // r is clipped at 1 - low, in [0, 1]; 0 for bapo
	High float64 `json:"high"` // and at 1 + high, in [0, 100]; 0 for bapo
	Dual float64 `json:"dual"` // bound of r where A < 0, above 1; 0 for none, as for gspo and cispo

	Aggregate string `json:"agg"`
	Sequence  string `json:"sequence"` // "trajectory" or "turn"

	// Length divides the sums of the last two aggregations; 0 for the
	// environment's limit of turns or, if there is none, the longest sequence of
	// the batch.
	Length int `json:"length"`

	Adapt Adapt `json:"adapt,omitzero"` // of bapo
}

// Adapt is how bapo finds its bounds of r: from the narrowest it moves one, then
// the other, in steps to its maximum, until
//
//	Σ_{A>0} min(r, high)·A  /  (Σ_{A>0} min(r, high)·A + Σ_{A<0} max(r, low)·|A|)
//
// over the batch reaches Target.
type Adapt struct {
	Low      float64 `json:"low"` // the lower bound moves from Low up to LowMax, in [0, 1]
	LowMax   float64 `json:"low_max"`
	High     float64 `json:"high"` // the upper bound moves from High up to HighMax, in [1, 1000]
	HighMax  float64 `json:"high_max"`
	LowStep  float64 `json:"low_step"` // at least 0.001
	HighStep float64 `json:"high_step"`
	Target   float64 `json:"target"`    // in [0, 1]
	LowFirst bool    `json:"low_first"` // move the lower bound first
}

// Losses lists the names.
func Losses() []string {
	return []string{LossPPO, LossGSPO, LossDAPO, LossDrGRPO, LossCISPO, LossBAPO}
}

// DefaultLoss returns the parameters that the source of a loss uses, as far as
// they mean something for decisions instead of tokens. An unknown name gets
// those of "ppo", and Validate refuses it.
//
// Differs: ppo has no dual clip, which the trainers of language models set to 3;
// gspo's source clips at 3e-4 and 4e-4, with thousands of tokens in a sequence.
func DefaultLoss(name string) Loss {
	l := Loss{Name: name, Low: 0.2, High: 0.2, Aggregate: TokenMean, Sequence: Trajectory}
	switch name {
	case LossGSPO:
		l.Aggregate = SeqMeanTokenMean
	case LossDAPO:
		l.High = 0.28
	case LossDrGRPO:
		l.Aggregate = SeqMeanTokenSumLength
	case LossCISPO:
		l.Low, l.High = 1, 4
	case LossBAPO:
		l.Low, l.High = 0, 0
		l.Adapt = Adapt{Low: 0.6, LowMax: 0.9, High: 1.2, HighMax: 3, LowStep: 0.02, HighStep: 0.05, Target: 0.5}
	}
	return l
}

// Validate reports all faults of l at once.
func (l Loss) Validate() error {
	var errs []error
	check := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf("agent: loss: "+format, args...))
		}
	}
	check(slices.Contains(Losses(), l.Name), "there is no %q: choose one of %q", l.Name, Losses())
	aggregates := []string{TokenMean, SeqMeanTokenMean, SeqMeanTokenSum, SeqMeanTokenSumNorm, SeqMeanTokenSumLength}
	check(slices.Contains(aggregates, l.Aggregate), "agg is %q, not one of %q", l.Aggregate, aggregates)
	check(l.Name != LossGSPO || l.Aggregate == SeqMeanTokenMean, "agg is %q, but gspo has %q", l.Aggregate, SeqMeanTokenMean)
	check(l.Sequence == Trajectory || l.Sequence == Turn, "sequence is %q, not %q or %q", l.Sequence, Trajectory, Turn)
	check(l.Low >= 0 && l.Low <= 1, "low is %v, not in [0, 1]", l.Low)
	check(l.High >= 0 && l.High <= 100, "high is %v, not in [0, 100]", l.High)
	check(l.Dual == 0 || l.Dual > 1 && !math.IsInf(l.Dual, 0), "dual is %v, neither 0 nor a number above 1", l.Dual)
	check(l.Dual == 0 || l.Name != LossGSPO && l.Name != LossCISPO, "dual is %v, but %s has no such bound: leave it 0", l.Dual, l.Name)
	check(l.Length >= 0, "length is %d, below 0", l.Length)
	if l.Name != LossBAPO {
		check(l.Adapt == Adapt{}, "adapt is for %s and not for %s", LossBAPO, l.Name)
		return errors.Join(errs...)
	}
	check(l.Low == 0 && l.High == 0, "low and high are %v and %v, but %s finds its bounds by adapt: leave them 0", l.Low, l.High, LossBAPO)
	a := l.Adapt
	check(0 <= a.Low && a.Low <= a.LowMax && a.LowMax <= 1, "adapt: low and low_max are %v and %v, want 0 <= low <= low_max <= 1", a.Low, a.LowMax)
	check(1 <= a.High && a.High <= a.HighMax && a.HighMax <= 1000, "adapt: high and high_max are %v and %v, want 1 <= high <= high_max <= 1000", a.High, a.HighMax)
	check(a.LowStep >= 1e-3 && a.HighStep >= 1e-3, "adapt: low_step and high_step are %v and %v, want at least 0.001", a.LowStep, a.HighStep)
	check(a.Target >= 0 && a.Target <= 1, "adapt: target is %v, not in [0, 1]", a.Target)
	return errors.Join(errs...)
}

// UnmarshalJSON reads a loss over the defaults of its name, which is that of l
// if none is given, "ppo" if l has none. A key that does not exist is an error.
func (l *Loss) UnmarshalJSON(data []byte) error {
	var head struct {
		Name string `json:"name"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return fmt.Errorf("agent: loss: %w", err)
	}
	type plain Loss
	p := plain(*l)
	switch {
	case head.Name != "" && head.Name != l.Name:
		p = plain(DefaultLoss(head.Name))
	case l.Name == "":
		p = plain(DefaultLoss(LossPPO))
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return fmt.Errorf("agent: loss: %w", err)
	}
	*l = Loss(p)
	return nil
}
