package choice

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"sync/atomic"

	"stepgym/agent"
	"stepgym/agent/internal/nn"
	"stepgym/agent/internal/optim"
	"stepgym/agent/internal/ort"
	"stepgym/agent/setup"
	"stepgym/envs"
)

// Policy is the policy and its learner. Acts of concurrent players are scored
// together, but no decision depends on who else is playing or when: every row
// of the net's products is computed by itself (see padStates), and the
// distribution over choices is computed outside the net. So a run with equal
// seeds gives equal numbers on one machine, however its players are scheduled.
type Policy struct {
	config Config
	vocab  *vocab
	shared *shared

	lib     *ort.Library
	params  *nn.Params
	weights *nn.Weights
	learner *learner
	scorer  *scorer
	gather  *gatherer

	version atomic.Int64
	closed  atomic.Bool
}

var (
	_ agent.Learner  = (*Policy)(nil)
	_ agent.Follower = (*player)(nil)
)

// ErrClosed is returned by a policy that was closed.
var ErrClosed = errors.New("choice: the policy is closed")

// New makes a policy with first weights drawn from c.Seed. It opens the ONNX
// Runtime library; where there is none the error says how to get it. The policy
// belongs to the caller, who closes it.
func New(c Config) (*Policy, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	p := &Policy{config: c, vocab: newVocab(nil, 0, c.MinFamilies, c.Words), shared: newShared(c.Kinds, c.Places, c.Classes)}
	p.shared.goals.joined, p.shared.goals.loose = c.Things, c.Things && c.Kin > 0
	if err := p.open(); err != nil {
		return nil, errors.Join(fmt.Errorf("choice: open policy: %w", err), p.release())
	}
	return p, nil
}

// open loads the library and makes what runs on it.
func (p *Policy) open() error {
	c := p.config
	info, err := setup.Find(setup.Options{Lib: c.Library, Device: c.Device})
	if err != nil {
		return err
	}
	if p.lib, err = ort.LoadWith(info.Path, ort.LoadOptions{Preload: info.Preload}); err != nil {
		return err
	}
	device, err := p.lib.Pick(c.Device)
	if err != nil {
		return err
	}
	rt := nn.Runtime{Lib: p.lib, Device: device, Threads: c.Threads}
	p.params = c.declareParams()
	if p.weights, err = nn.NewWeights(rt, p.params, c.Seed); err != nil {
		return err
	}
	if p.scorer, err = newScorer(c, p.weights); err != nil {
		return err
	}
	if p.learner, err = newLearner(c, p.weights); err != nil {
		return err
	}
	p.gather = newGatherer(p.scorer.score)
	return nil
}

// declareParams lists the weights for package nn.
func (c Config) declareParams() *nn.Params {
	var ps nn.Params
	for _, q := range c.params() {
		init := q.init
		if q.name == "thing.direct" {
			init = c.initDirect
		}
		ps.Add(q.name, init, q.shape...)
	}
	return &ps
}

// init draws the first weights of q.
func (q param) init(r *rand.Rand, shape []int, x []float32) {
	if q.fanIn == 0 {
		return
	}
	nn.Uniform(1/math.Sqrt(float64(q.fanIn)))(r, shape, x)
	clear(x[len(x)-q.zeros*shape[len(shape)-1]:])
}

// Name returns "choice".
func (p *Policy) Name() string { return "choice" }

// Version counts the calls of Update and Imitate behind the weights.
func (p *Policy) Version() int { return int(p.version.Load()) }

// Config returns the policy's configuration.
func (p *Policy) Config() Config { return p.config }

// Size returns the number of weights.
func (p *Policy) Size() int { return p.params.Size() }

// Words returns the number of words that have an embedding.
func (p *Policy) Words() int { return len(p.vocab.rows) }

// Fit reads the goals of the training tasks: the words of Config.MinFamilies
// families and more get an embedding, and rarity weighs all of them. It is
// called once, before anything plays. A policy that has learned already keeps
// the words it has, and Fit does nothing: so it may be called after Load.
func (p *Policy) Fit(tasks iter.Seq2[envs.Task, error]) error {
	if p.Version() > 0 {
		return nil
	}
	v, err := fitVocab(tasks, p.config.MinFamilies, p.config.Words)
	if err != nil {
		return err
	}
	p.setVocab(v)
	return nil
}

// setVocab replaces the vocabulary; nothing is playing.
func (p *Policy) setVocab(v *vocab) {
	p.vocab = v
	p.shared.goals.clear()
}

// Play starts to follow an episode of task. A greedy player takes the most
// likely choice, the first of equals; others draw with a generator of their
// own, seeded with seed.
func (p *Policy) Play(task envs.Task, seed uint64, greedy bool) (agent.Player, error) {
	if p.closed.Load() {
		return nil, ErrClosed
	}
	x := &player{policy: p, greedy: greedy, done: make(chan error, 1)}
	c := p.config
	if greedy {
		x.memory.goal = p.shared.goals.whole(task.Goal, p.vocab)
	} else {
		x.rng = rand.New(rand.NewPCG(seed, playerStream))
		x.memory.goal = p.shared.goals.masked(task.Goal, p.vocab, c.Dropout, p.Version(), x.rng.IntN(c.Masks), c.Masks)
	}
	x.shared, x.maxTurns, x.named = p.shared, c.MaxTurns, c.Things
	p.gather.enter()
	return x, nil
}

// playerStream tells the players' generators apart from others of equal seed.
const playerStream = 0x63686f696365 // "choice"

// Close releases the policy. Its players must be done; an Act that still waits
// gets ErrClosed. Closing twice is a no-op.
func (p *Policy) Close() error {
	if p.closed.Swap(true) {
		return nil
	}
	return p.release()
}

// release frees what open made, all of it or a part.
func (p *Policy) release() error {
	if p.gather != nil {
		p.gather.close()
	}
	if p.learner != nil {
		p.learner.close()
	}
	if p.scorer != nil {
		p.scorer.close()
	}
	if p.weights != nil {
		p.weights.Close()
	}
	if p.lib != nil {
		return p.lib.Close()
	}
	return nil
}

// background is for work that must not stop half-way: an update, a batch that
// several players wait for.
func background() context.Context { return context.Background() }

// adam is the optimizer's configuration.
func (c Config) adam() optim.Config {
	o := optim.DefaultConfig()
	o.ClipNorm, o.Decay = c.GradNorm, c.Decay
	return o
}
