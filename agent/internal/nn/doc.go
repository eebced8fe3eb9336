// Package nn is what the authors of policies build with: parameters, layers,
// sessions that score and sessions that learn.
//
// A model is a list of parameters ([Params]) and Go functions that build graphs
// over them. Its life in short, for a policy that scores rows of features:
//
//	var p nn.Params
//	body := nn.NewMLP(&p, "body", 40, 64, 64, 1)
//
//	forward := func(b *nn.Build) *graph.V { // logits [B, A]
//		n, a := graph.Sym("B"), graph.Sym("A")
//		x := b.Input("x", graph.F32, n, a, graph.D(40))
//		return body.Apply(b, x).Squeeze(2)
//	}
//
//	rt := nn.Runtime{Lib: lib, Threads: 2}
//	w, err := nn.NewWeights(rt, &p, seed)
//	defer w.Close()
//
//	score, err := nn.NewScorer(w, func(b *nn.Build) {
//		b.Output("logp", forward(b).LogSoftmax(-1))
//	})
//	defer score.Close()
//
//	opt, err := nn.NewOptimizer(w, optim.DefaultConfig())
//	defer opt.Close()
//	ppo, err := nn.NewLoss(opt, func(b *nn.Build) *graph.V {
//		logp := forward(b).LogSoftmax(-1)
//		... see package graph/loss for the usual losses ...
//		b.Output("entropy", entropy) // a statistic to read after the run
//		return total                 // a scalar
//	})
//	defer ppo.Close()
//
// Running them:
//
//	in := nn.NewFeeds(rt)                // reusable; not shared by goroutines
//	defer in.Close()
//	x := in.F32("x", 32, 17, 40)         // the input's own memory: fill it
//	...
//	out, err := score.Run(ctx, in)       // weights are shared, nothing is copied
//	logp := out.F32("logp")              // valid until the next Run of score
//
//	out, err = ppo.Run(ctx, in)          // adds the gradients to opt's
//	loss := out.Scalar("loss")           // the function's value has this name
//	norm, err := opt.Step(lr)            // applies and clears them
//
// Several Run before one Step accumulate gradients: divide inside the loss by
// the size of the whole batch, given as an input. Several losses can share one
// Optimizer.
//
// Inputs may have symbolic dimensions, so batches of any size run through one
// session. Run binds the session's inputs from the Feeds and ignores feeds
// that it does not know, so that one Feeds serves a scorer and a loss.
//
// Saving: [Weights.Save] and [Optimizer.Save] write safetensors files that Load
// reads; a Load in a new process goes on with the same numbers. [Export] writes
// one ONNX model with the weights inside. [Weights.Clone] makes a frozen copy,
// such as a reference policy.
//
// Determinism: on the CPU, equal weights, feeds and Threads give equal bits.
// Different batch compositions may not: matrix products are blocked by size.
//
// Weights are graph inputs that live in one set of buffers on the runtime's
// device; scoring sessions see an update at once, without a copy. On CUDA they
// stay on the device, as do gradients and optimizer state (that path is built
// and tested on the CPU provider; it was not run on a GPU).
//
// Mistakes in building functions come back from New… as errors that name the
// line. None of the types is safe for concurrent use, except that scorers that
// share Weights may run beside each other, not beside a Step or Load.
package nn
