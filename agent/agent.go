// Package agent defines who acts: policies, and learners that improve them.
//
// A [Policy] is shared by all episodes that are running; a [Player] is its side
// of one episode and keeps what the policy remembers of it. Players ask the
// policy concurrently, and the policy gathers what waits into one batch.
//
// No tensor type leaves this package: what a learner needs again at update time
// travels inside [Decision.Input], opaque to everyone else.
package agent

import (
	"context"
	"errors"

	"stepgym/envs"
)

// Policy chooses actions. Its methods are safe for concurrent use.
type Policy interface {
	// Name is the policy's short name, such as "choice" or "random".
	Name() string

	// Version counts the updates behind the current weights; 0 for a policy
	// that does not learn.
	Version() int

	// Play starts to follow one episode of task. Equal seeds and observations
	// give equal decisions as long as the version stays the same. With greedy
	// set the most likely action is taken and seed has no effect.
	Play(task envs.Task, seed uint64, greedy bool) (Player, error)

	// Close releases what the policy holds. Its players must be done.
	Close() error
}

// Player is a policy's side of one episode. It is used by one goroutine.
type Player interface {
	// Act decides what to do about o, the episode's next observation. Every
	// observation is shown once, in order.
	Act(ctx context.Context, o envs.Observation) (Decision, error)

	// Close ends the player, whether or not the episode has ended.
	Close()
}

// Informed is implemented by policies that are told more than the agent may
// see: an oracle that reads the goal. Evaluations mark their results.
type Informed interface {
	Informed() bool
}

// Decision is one action and how the policy came to it.
type Decision struct {
	Action  envs.Action
	LogProb float64 // natural logarithm of the probability of Action; 0 if certain or unknown
	Entropy float64 // of the distribution over actions, in nats
	Value   float64 // estimate of the return from here; 0 without a value head
	Version int     // Policy.Version at the time

	// Options and Probs give the distribution that Action was drawn from, in
	// the order that the policy scored them. Both are nil if it has none.
	Options []envs.Action
	Probs   []float32

	// Tokens is the number of tokens that the model wrote; 1 for a policy that
	// picks from a list. Raw is the text it wrote, if any.
	Tokens int
	Raw    string

	// Generation is the call of a language model behind the decision, nil for
	// policies that are none. Malformed says that what the model wrote did not
	// have the form it was asked for: the step counts as invalid, whatever the
	// environment makes of Action.
	Generation *Generation
	Malformed  bool

	// Input is what the Learner that made the decision needs to learn from it.
	// It is valid until the next Update or Imitate, that of a [Rater] until Load;
	// nil where nothing learns.
	Input any
}

// Learner is a policy that can be updated. Update, Imitate, Save and Load must
// not run beside each other or beside players' Acts.
type Learner interface {
	Policy

	// Update improves the policy on the batch by its clipped objective and
	// raises the version by one.
	Update(ctx context.Context, b Batch) (UpdateStats, error)

	// Imitate raises the log-probability of the decisions given, without
	// regard to advantages (behaviour cloning), and raises the version by one.
	Imitate(ctx context.Context, demos []Demo) (UpdateStats, error)

	// Save writes weights and optimizer state into dir, so that Load in a new
	// process goes on with the same numbers. Save writes aside and renames:
	// a failed call leaves what was there.
	Save(dir string) error
	Load(dir string) error

	// Export writes the policy as an ONNX model that other runtimes can run.
	Export(path string) error
}

// Batch is the data of one update.
type Batch struct {
	Samples []Sample

	// Seed fixes the order of minibatches.
	Seed uint64

	// Progress is the share of the training budget that is spent, in [0, 1];
	// schedules of the learning rate and the entropy bonus read it.
	Progress float64
}

// Sample is one decision and its credit.
type Sample struct {
	Decision  Decision
	Advantage float64
	Return    float64 // target of the value head

	// Sequence is the number, above 0, that the decisions of one trajectory
	// share in a batch, for losses that go by sequences; 0 makes the decision a
	// sequence of its own. See [Loss].
	Sequence int
}

// Demo is a situation and what a demonstrator would do in it: any one of Good,
// which are indexes into Decision.Options.
type Demo struct {
	Decision Decision
	Good     []int
}

// UpdateStats says what an update did. Means run over samples and epochs.
type UpdateStats struct {
	Loss       float64 `json:"loss"`
	PolicyLoss float64 `json:"policy_loss"`
	ValueLoss  float64 `json:"value_loss"`
	Entropy    float64 `json:"entropy"`   // nats
	KL         float64 `json:"kl"`        // to the behaviour policy: mean of r - 1 - log r
	RefKL      float64 `json:"ref_kl"`    // to the reference policy; 0 without one
	ClipShare  float64 `json:"clip"`      // share of samples whose ratio was clipped
	GradNorm   float64 `json:"grad_norm"` // before clipping
	LearnRate  float64 `json:"lr"`
	Minibatch  int     `json:"minibatches"`

	// ClipLow and ClipHigh are the shares of samples that the lower and the upper
	// bound have left without gradient (cispo: whose weight they have changed).
	// What ClipShare has beyond them was out of bounds to no effect.
	ClipLow  float64 `json:"clip_low"`
	ClipHigh float64 `json:"clip_high"`

	// Of the ratios that the loss goes by (gspo: those of sequences).
	RatioMin  float64 `json:"ratio_min"`
	RatioMean float64 `json:"ratio_mean"`
	RatioMax  float64 `json:"ratio_max"`

	// BoundLow and BoundHigh are the bounds that bapo has found, means over the
	// passes; 0 for other losses.
	BoundLow  float64 `json:"bound_low,omitempty"`
	BoundHigh float64 `json:"bound_high,omitempty"`
}

// ErrInput is wrapped by Update and Imitate for a decision that is not of the
// learner's own making, or too old.
var ErrInput = errors.New("agent: the decision's input is not of this learner")
