package choice

import (
	"stepgym/agent/internal/graph"
	"stepgym/agent/internal/nn"
)

// maxLogRatio bounds the logarithm of a ratio of probabilities before exp: a
// ratio of e^20 is as clipped as a larger one, and is finite.
const maxLogRatio = 20

// noChoice is added to the score of what is no choice.
const noChoice = -1e9

// A lossBuild is what both losses are made of.
type lossBuild struct {
	*nn.Build
	weight *graph.V // [S] of the states in means: sums up to 1, 0 for padding
	logp   *graph.V // [S, Q*chunk] of every choice; about -1e9 where there is none
	value  *graph.V // [S], nil without a value head
}

func newLossBuild(c Config, b *nn.Build) *lossBuild {
	in := c.declare(b.Graph)
	in.at = b.Input("at", graph.I64, symP)
	score, value := c.forward(in, b.Weight)
	here := in.choiceFacts.Slice(2, factHere, factHere+1).Squeeze(2) // [P, chunk]
	score = score.Add(here.Plus(-1).Times(-noChoice))
	return &lossBuild{
		Build:  b,
		weight: b.Input("weight", graph.F32, symS),
		logp:   score.PadGather(in.chunks, noChoice).Reshape(symS, symQ.Times(graph.D(chunk))).LogSoftmax(-1),
		value:  value,
	}
}

// mean is the mean over the states of the minibatch of v [S].
func (b *lossBuild) mean(v *graph.V) *graph.V { return v.Mul(b.weight).Sum() }

// stat makes the mean of v an output to be read.
func (b *lossBuild) stat(name string, v *graph.V) *graph.V {
	m := b.mean(v)
	b.Output(name, m)
	return m
}

// ppo builds the clipped objective of Schulman et al. 2017 ("Proximal policy
// optimization algorithms", eq. 7), to be minimised:
//
//	r = exp(logp - old)
//	loss = -mean(min(r A, clip(r, 1-c, 1+c) A)) - e mean(H)
//	       + v mean((V - R)^2) + k mean(exp(ref - logp) - 1 - (ref - logp))
//
// A decision is one token here, so the sequence ratio of GSPO is the same r.
func (c Config) ppo(build *nn.Build) *graph.V {
	b := newLossBuild(c, build)
	action := b.Input("action", graph.I64, symS, graph.D(1))
	old := b.Input("old", graph.F32, symS)
	advantage := b.Input("advantage", graph.F32, symS)

	logp := b.logp.GatherElements(1, action).Squeeze(1)
	change := logp.Sub(old).Clip(-maxLogRatio, maxLogRatio)
	ratio := change.Exp()
	clipped := ratio.Clip(1-c.Clip, 1+c.Clip)
	gain := ratio.Mul(advantage).Min(clipped.Mul(advantage))
	loss := b.stat("policy_loss", gain.Neg())

	entropy := b.stat("entropy", b.logp.Exp().Mul(b.logp).Sum(1).Neg())
	loss = loss.Sub(entropy.Mul(b.Input("entropy_weight", graph.F32)))
	b.stat("kl", ratio.Plus(-1).Sub(change).Detach())
	b.stat("clip", clipped.Equal(ratio).Not().Cast(graph.F32))

	if c.Value > 0 {
		miss := b.value.Sub(b.Input("return", graph.F32, symS))
		loss = loss.Add(b.stat("value_loss", miss.Square()).Times(c.Value))
	}
	if c.RefKL > 0 {
		back := b.Input("ref", graph.F32, symS).Sub(logp).Clip(-maxLogRatio, maxLogRatio)
		loss = loss.Add(b.stat("ref_kl", back.Exp().Plus(-1).Sub(back)).Times(c.RefKL))
	}
	return loss
}

// imitate builds the loss of doing any of the good choices:
//
//	loss = -mean(log(sum over good of p + 1e-8))
func (c Config) imitate(build *nn.Build) *graph.V {
	b := newLossBuild(c, build)
	p := b.logp.Exp()
	b.stat("entropy", p.Mul(b.logp).Sum(1).Neg())
	good := b.Input("good", graph.F32, symS, symQ.Times(graph.D(chunk))) // 1 where a choice is good
	return b.stat("policy_loss", p.Mul(good).Sum(1).Plus(1e-8).Log().Neg())
}
