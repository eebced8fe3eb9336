package choice

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"stepgym/agent"
)

// Config is what a policy is made of and how it learns. The zero value is not
// valid: start from [DefaultConfig].
type Config struct {
	// The net.
	Heads  int `json:"heads"`  // weightings of the goal's words, 1 to 64
	Hidden int `json:"hidden"` // width of the layers, 1 to 1024
	Embed  int `json:"embed"`  // width of a word's embedding, 1 to 256
	Conv   int `json:"conv"`   // channels of the convolution over the goal, 1 to 256
	Width  int `json:"width"`  // words that the convolution sees at once, odd, 1 to 15

	// Words of the goals are embedded only if MinFamilies families of the
	// training tasks have them, and only the Words most frequent ones. All
	// others count by matching alone: an embedding learned from few tasks
	// remembers those tasks.
	MinFamilies int `json:"min_families"`
	Words       int `json:"words"`

	// Kinds and Places are the numbers of class words that are told apart: kinds
	// of choices and places. Those that come first while learning count; further
	// ones are all alike, as are those never seen while learning.
	Kinds  int `json:"kinds"`
	Places int `json:"places"`

	// Things has the net see what is remembered of the things that choices name
	// (Choice.Ref, Choice.With) beyond what was read of them: what was done with
	// them, where and when they were seen, what is at hand, what class of thing
	// each is, and the words of the goal regardless of what they match. For worlds
	// in which things are handled; where choices name pages it is of no use.
	Things  bool `json:"things"`
	Classes int  `json:"classes"` // classes of things ("mug" of "mug 2") that are told apart, as Kinds

	// Kin is for goals that call things by other names than the world does, with
	// Things only: words of the goal and classes of things get vectors of so many
	// numbers, whose products say how close they are, and the beginning or end of
	// a name counts as its word ("table" of "diningtable"). 0: only equal words
	// match.
	Kin int `json:"kin"`

	// Novelty is how much less likely an action is at first for having been taken
	// before, in logits; with Things only.
	Novelty float64 `json:"novelty"`

	// MaxTurns is the environment's limit of turns, which the policy takes into
	// account; 0 if unknown or none.
	MaxTurns int `json:"max_turns"`

	// Updates. The learning rate goes in a straight line from LearnRate to
	// LearnRateEnd as Batch.Progress goes from 0 to 1, the weight of the entropy
	// bonus from Entropy to EntropyEnd.
	Epochs       int     `json:"epochs"`         // passes over a batch
	Minibatch    int     `json:"minibatch"`      // decisions a step of the optimizer
	LearnRate    float64 `json:"learn_rate"`     // of Adam
	LearnRateEnd float64 `json:"learn_rate_end"` //
	Entropy      float64 `json:"entropy"`        // weight of the entropy bonus at first
	EntropyEnd   float64 `json:"entropy_end"`    // and at the end
	GradNorm     float64 `json:"grad_norm"`      // gradients are scaled down to this norm
	Decay        float64 `json:"decay"`          // weight decay of AdamW
	Value        float64 `json:"value"`          // weight of the value head's squared error; 0 for no value head
	RefKL        float64 `json:"ref_kl"`         // weight of the KL divergence to the policy at the last call of Freeze

	// Loss is the policy's term. A decision is one token of it.
	Loss agent.Loss `json:"loss"`

	// ZeroShare is the share of the samples without advantage that a pass over a
	// batch takes, others each time, with 1/ZeroShare times the weight. They
	// teach nothing but to stay open (the entropy bonus), and where most groups
	// fail or succeed as a whole they are most of a batch.
	ZeroShare float64 `json:"zero_share"`

	// Imitation.
	ImitateEpochs    int     `json:"imitate_epochs"`
	ImitateMinibatch int     `json:"imitate_minibatch"`
	ImitateRate      float64 `json:"imitate_rate"` // learning rate

	// Dropout is the share of the goal's words that players who sample see
	// without their embedding, which keeps the policy from knowing the training
	// tasks by their words. Each player draws one of Masks ways to leave words
	// out, so that a batch has few different goals. Greedy players see all.
	Dropout float64 `json:"dropout"`
	Masks   int     `json:"masks"`

	Seed    uint64 `json:"seed"`    // of the first weights
	Device  string `json:"device"`  // "cpu", "cuda", or "auto": cuda where there is one
	Threads int    `json:"threads"` // of an update on the CPU; equal numbers give equal bits

	// Library is the path of the ONNX Runtime library; "" looks for it.
	Library string `json:"library,omitempty"`
}

// DefaultConfig returns the recipe that the package's measurements are made
// with.
func DefaultConfig() Config {
	return Config{
		Heads: 8, Hidden: 64, Embed: 16, Conv: 32, Width: 5,
		MinFamilies: 10, Words: 512, Kinds: 31, Places: 15, Classes: 255,
		Epochs: 2, Minibatch: 256, LearnRate: 1e-3, LearnRateEnd: 1e-4,
		ZeroShare: 0.25,
		Loss:      agent.DefaultLoss(agent.LossPPO), Entropy: 0.03, EntropyEnd: 0.005, GradNorm: 1,
		ImitateEpochs: 1, ImitateMinibatch: 256, ImitateRate: 2e-3, Dropout: 0.5, Masks: 4,
		Device: "cpu", Threads: 1,
	}
}

// Validate reports all faults of c at once.
func (c Config) Validate() error {
	var errs []error
	whole := func(name string, v, low, high int) {
		if v < low || v > high {
			errs = append(errs, fmt.Errorf("choice: %s is %d, want %d to %d", name, v, low, high))
		}
	}
	number := func(name string, v, low, high float64) {
		if math.IsNaN(v) || v < low || v > high {
			errs = append(errs, fmt.Errorf("choice: %s is %v, want %v to %v", name, v, low, high))
		}
	}
	whole("heads", c.Heads, 1, 64)
	whole("hidden", c.Hidden, 1, 1024)
	whole("embed", c.Embed, 1, 256)
	whole("conv", c.Conv, 1, 256)
	whole("width", c.Width, 1, 15)
	if c.Width%2 == 0 {
		errs = append(errs, fmt.Errorf("choice: width is %d, want an odd number", c.Width))
	}
	whole("min_families", c.MinFamilies, 1, math.MaxInt32)
	whole("words", c.Words, 1, 1<<16)
	whole("kinds", c.Kinds, 1, 1024)
	whole("places", c.Places, 1, 1024)
	whole("classes", c.Classes, 1, 4096)
	whole("kin", c.Kin, 0, 256)
	number("novelty", c.Novelty, 0, 100)
	whole("max_turns", c.MaxTurns, 0, math.MaxInt32)
	whole("epochs", c.Epochs, 1, 100)
	whole("minibatch", c.Minibatch, 1, 1<<20)
	number("learn_rate", c.LearnRate, 0, 1)
	number("learn_rate_end", c.LearnRateEnd, 0, 1)
	number("entropy", c.Entropy, 0, 10)
	number("entropy_end", c.EntropyEnd, 0, 10)
	number("grad_norm", c.GradNorm, 1e-6, 1e6)
	number("decay", c.Decay, 0, 10)
	number("value", c.Value, 0, 100)
	number("zero_share", c.ZeroShare, 0.01, 1)
	number("ref_kl", c.RefKL, 0, 100)
	whole("imitate_epochs", c.ImitateEpochs, 1, 1000)
	whole("imitate_minibatch", c.ImitateMinibatch, 1, 1<<20)
	number("imitate_rate", c.ImitateRate, 0, 1)
	number("dropout", c.Dropout, 0, 0.9)
	whole("masks", c.Masks, 1, 64)
	whole("threads", c.Threads, 1, 1024)
	switch c.Device {
	case "cpu", "cuda", "auto":
	default:
		errs = append(errs, fmt.Errorf("choice: device is %q, want cpu, cuda or auto", c.Device))
	}
	return errors.Join(append(errs, c.Loss.Validate())...)
}

// shape returns the parts of c that weights and optimizer state depend on; the
// rest may change between Save and Load.
func (c Config) shape() map[string]int {
	value := 0
	if c.Value > 0 {
		value = 1
	}
	m := map[string]int{
		"heads": c.Heads, "hidden": c.Hidden, "embed": c.Embed, "conv": c.Conv, "width": c.Width, "words": c.Words,
		"kinds": c.Kinds, "places": c.Places, "value": value,
	}
	if c.Things {
		m["things"], m["classes"], m["kin"] = 1, c.Classes, c.Kin
	}
	return m
}

// UnmarshalJSON reads a config over the default one. A key that does not exist
// is an error. "clip" is short for low and high of the loss; it was the only way
// to say them once, and runs of then can be gone on with.
func (c *Config) UnmarshalJSON(b []byte) error {
	type plain Config
	p := struct {
		plain
		Clip *float64 `json:"clip"`
	}{plain: plain(DefaultConfig())}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&p); err != nil {
		return fmt.Errorf("choice: config: %w", err)
	}
	if p.Clip != nil {
		p.Loss.Low, p.Loss.High = *p.Clip, *p.Clip
	}
	*c = Config(p.plain)
	return nil
}
