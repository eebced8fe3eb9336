package choice

import (
	"stepgym/agent"
	"stepgym/agent/internal/graph"
	"stepgym/agent/internal/nn"
)

// maxLogRatio bounds the logarithm of a ratio of probabilities before exp: a
// ratio of e^20 is as clipped as a larger one, and is finite.
const maxLogRatio = 20

// maxSequence bounds it from above for GSPO's sequences, as released.
const maxSequence = 10

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

// update builds the loss of an update, to be minimised:
//
//	loss = policy - e mean(H) + v mean((V - R)^2) + k mean(exp(ref - logp) - 1 - (ref - logp))
//
// where policy is the term that Config.Loss names; see surrogate. Means run over
// the decisions of the minibatch, whatever the aggregation of policy.
func (c Config) update(build *nn.Build) *graph.V {
	b := newLossBuild(c, build)
	action := b.Input("action", graph.I64, symS, graph.D(1))
	logp := b.logp.GatherElements(1, action).Squeeze(1)
	loss := b.policyLoss(c.Loss, logp)

	entropy := b.stat("entropy", b.logp.Exp().Mul(b.logp).Sum(1).Neg())
	loss = loss.Sub(entropy.Mul(b.Input("entropy_weight", graph.F32)))
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

// policyLoss builds the policy's term, and the statistics of its ratios.
func (b *lossBuild) policyLoss(l agent.Loss, logp *graph.V) *graph.V {
	old, advantage := b.Input("old", graph.F32, symS), b.Input("advantage", graph.F32, symS)
	change := logp.Sub(old).Clip(-maxLogRatio, maxLogRatio)
	own := change.Exp()
	x := surrogate{loss: l, logp: logp, advantage: advantage, ratio: own}
	if l.Name == agent.LossGSPO {
		x.ratio = b.sequenceRatio(l, logp, old)
	}
	if l.Name == agent.LossBAPO {
		x.low, x.high = b.Input("low", graph.F32), b.Input("high", graph.F32)
	}
	clipped, term := x.build()
	b.stat("kl", own.Plus(-1).Sub(change).Detach())
	b.stat("clip", clipped.Equal(x.ratio).Not().Cast(graph.F32))
	b.Output("ratio", x.ratio.Detach())
	if l.Aggregate == agent.TokenMean {
		return b.stat("policy_loss", term)
	}
	sum := term.Mul(b.Input("share", graph.F32, symS)).Sum()
	b.Output("policy_loss", sum)
	return sum
}

// sequenceRatio is GSPO's ratio [S]. Its value is that of the decision's whole
// sequence, which comes as an input, for the sequence may lie in other parts of
// the minibatch; its gradient goes through the decision alone.
func (b *lossBuild) sequenceRatio(l agent.Loss, logp, old *graph.V) *graph.V {
	change := logp.Sub(old)
	if l.Sequence == agent.Trajectory {
		change = logp.Sub(logp.Detach()).Add(b.Input("sequence", graph.F32, symS))
	}
	return change.Clip(-maxLogRatio, maxSequence).Exp()
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
