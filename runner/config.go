package runner

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"stepgym/credit"
	"stepgym/traces"
)

// maxEpisodes bounds the episodes of an iteration, which are all in memory at
// once.
const maxEpisodes = 1_000_000

// Config is what a training run is made of, apart from environment and policy.
// Start from [DefaultConfig].
type Config struct {
	Seed uint64 `json:"seed"` // all randomness of the run follows from it

	// Budget: one of the three is set. Steps are those of the environment in
	// training and imitation; the iteration that reaches them is the last one.
	// With Minutes the wall clock decides when to stop and drives the schedules:
	// a run whose numbers are to be repeated, or resumed exactly, needs one of
	// the others.
	Iterations int     `json:"iterations"`
	Minutes    float64 `json:"minutes"`
	Steps      int     `json:"steps,omitempty"`

	// Episodes.
	Split     string `json:"split"`
	Sampler   string `json:"sampler"`    // "family" or "task": see NewSampler
	Tasks     int    `json:"tasks"`      // groups in an iteration
	GroupSize int    `json:"group_size"` // episodes in a group
	MaxTurns  int    `json:"max_turns"`  // 0: as the environment does
	Parallel  int    `json:"parallel"`   // episodes at once; 0: all of an iteration

	// Resample is how often an iteration may play other groups in the place of
	// those whose episodes all have the same score, which it drops: the dynamic
	// sampling of DAPO. 0 keeps all groups as they are.
	Resample int `json:"resample"`

	// Credit.
	Credit       string          `json:"credit"`                  // see credit.Presets
	CreditParams json.RawMessage `json:"credit_params,omitempty"` // see credit.New
	Grouping     traces.Grouping `json:"grouping"`                // "anchor" or "state"
	Gamma        float64         `json:"gamma"`                   // discount of the value head's targets, in [0, 1]
	Penalty      float64         `json:"penalty"`                 // for an invalid action, at least 0
	PenaltyBack  bool            `json:"penalty_back"`            // the penalty reaches earlier steps too

	// Transforms change the rewards that credit sees, after the penalty, in
	// order; what is recorded and evaluated stays what the environment paid.
	// Reward parts are what the environment measures (envs.Result.Metrics).
	Transforms credit.Transforms `json:"transforms,omitempty"`

	Normalize     bool `json:"normalize"`      // divide advantages by their deviation over the batch; without effect where Update is not "joint": SeeUPO does it itself
	KeepZero      bool `json:"keep_zero"`      // update on samples without advantage too: see below
	CreditWorkers int  `json:"credit_workers"` // goroutines; 0: one

	// KeepZero decides about the samples whose advantage is exactly 0, most of
	// them once whole groups succeed or fail. They have no policy gradient, and
	// an update without them is faster; but they are where the entropy bonus
	// acts. Without them the entropy can fall to nearly nothing, until every
	// group is uniform and no sample is left: seen on WebShop, in a single run.
	// They also count in the deviation that Normalize divides by, and without them
	// a loss over sequences takes those for shorter, or for fewer.

	// Update is how the samples become updates: "joint", all at once, or turn
	// after turn on SeeUPO's advantage product, which Credit must then be: in the
	// order "seeupo" (the last turn first), "forward" or "random". The learner
	// has to be an agent.Rater. TurnsPerUpdate makes one update of so many turns
	// that are neighbours in the order; 1 is the method as it was published, more
	// is fewer and larger updates.
	Update         string `json:"update"`
	TurnsPerUpdate int    `json:"turns_per_update"`

	// Warm start by imitation: Imitate episodes played by the expert, in rounds
	// of ImitateBatch, then Dagger rounds of DaggerBatch episodes in which the
	// expert acts with a probability that falls from DaggerMix to 0 and labels
	// what the learner meets.
	Imitate      int     `json:"imitate"`
	ImitateBatch int     `json:"imitate_batch"`
	Dagger       int     `json:"dagger"`
	DaggerBatch  int     `json:"dagger_batch"`
	DaggerMix    float64 `json:"dagger_mix"`

	// Evaluation.
	DevSplit    string `json:"dev_split"`
	EvalEvery   int    `json:"eval_every"`   // iterations; 0: never, and no best checkpoint
	EvalFamily  int    `json:"eval_family"`  // tasks of a family at most; 0: all
	EvalSampled bool   `json:"eval_sampled"` // sample instead of taking the most likely action

	// Files.
	CheckpointEvery int `json:"checkpoint_every"` // iterations; the last state is always kept
	RecordEvery     int `json:"record_every"`     // write the episodes of every n-th iteration; 0: none
	RecordGroups    int `json:"record_groups"`    // of a recorded iteration at most so many groups; 0: all

	// MaxLost ends the run when a larger share of an iteration's episodes is
	// lost, in [0, 1].
	MaxLost float64 `json:"max_lost"`
}

// DefaultConfig returns the settings that a run starts from. The budget is
// left to be set.
func DefaultConfig() Config {
	return Config{
		Seed:  1,
		Split: "train", Sampler: ByFamily, Tasks: 32, GroupSize: 8,
		Credit: "grpo/paper", Grouping: traces.ByState, Gamma: 1, Normalize: true, KeepZero: true,
		Update: UpdateJoint, TurnsPerUpdate: 1,
		ImitateBatch: 64, DaggerBatch: 128, DaggerMix: .5,
		DevSplit: "dev", EvalEvery: 20, EvalFamily: 10,
		CheckpointEvery: 20, RecordEvery: 20, RecordGroups: 4,
		MaxLost: .5,
	}
}

// ParseConfig reads JSON over the defaults. Unknown keys and values of the
// wrong type are errors, all reported at once. Call Validate afterwards.
func ParseConfig(data []byte) (Config, error) {
	c := DefaultConfig()
	var fields map[string]json.RawMessage
	d := json.NewDecoder(bytes.NewReader(data))
	if err := d.Decode(&fields); err != nil {
		return c, fmt.Errorf("runner: config: %w", err)
	}
	if d.More() {
		return c, errors.New("runner: config: there is more after the JSON object")
	}
	known := configFields(&c)
	var errs []error
	for key := range fields {
		if _, ok := known[key]; !ok {
			errs = append(errs, fmt.Errorf("runner: config: unknown key %q", key))
			continue
		}
		if err := json.Unmarshal(fields[key], known[key]); err != nil {
			errs = append(errs, fmt.Errorf("runner: config: %s: %w", key, err))
		}
	}
	slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return c, errors.Join(errs...)
}

// UnmarshalJSON reads JSON as [ParseConfig] does.
func (c *Config) UnmarshalJSON(data []byte) error {
	p, err := ParseConfig(data)
	if err != nil {
		return err
	}
	*c = p
	return nil
}

// configFields returns pointers to the fields of c by their JSON key.
func configFields(c *Config) map[string]any {
	v := reflect.ValueOf(c).Elem()
	out := make(map[string]any, v.NumField())
	for i := range v.NumField() {
		key, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		out[key] = v.Field(i).Addr().Interface()
	}
	return out
}

// Validate reports every fault of c at once.
func (c Config) Validate() error {
	var errs []error
	fault := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf("runner: config: "+format, args...))
		}
	}
	budgets := 0
	for _, set := range []bool{c.Iterations > 0, c.Minutes > 0, c.Steps > 0} {
		if set {
			budgets++
		}
	}
	fault(budgets == 1, "set one of iterations (now %d), minutes (now %v) and steps (now %d), above 0", c.Iterations, c.Minutes, c.Steps)
	fault(c.Iterations >= 0 && c.Minutes >= 0 && c.Steps >= 0, "iterations, minutes and steps must not be negative")
	fault(c.Split != "", "split is empty")
	fault(c.Sampler == ByFamily || c.Sampler == ByTask, "sampler is %q, not %q or %q", c.Sampler, ByFamily, ByTask)
	fault(c.Tasks > 0, "tasks is %d, not above 0", c.Tasks)
	fault(c.GroupSize > 0, "group_size is %d, not above 0", c.GroupSize)
	fault(c.Tasks <= maxEpisodes && c.GroupSize <= maxEpisodes && c.Tasks*c.GroupSize <= maxEpisodes, "tasks times group_size is %v, above %d", float64(c.Tasks)*float64(c.GroupSize), maxEpisodes)
	if rounds := 1 + float64(c.Resample); c.Resample > 0 {
		fault(float64(c.Tasks)*float64(c.GroupSize)*rounds <= maxEpisodes, "tasks times group_size in %v rounds of resample is %v, above %d", rounds, float64(c.Tasks)*float64(c.GroupSize)*rounds, maxEpisodes)
	}
	fault(c.ImitateBatch <= maxEpisodes && c.DaggerBatch <= maxEpisodes, "imitate_batch and dagger_batch are %d and %d, above %d", c.ImitateBatch, c.DaggerBatch, maxEpisodes)
	method, err := credit.New(c.Credit, c.CreditParams)
	fault(err == nil, "%w", err)
	c.checkUpdate(fault, method, err == nil)
	fault(c.Grouping == traces.ByAnchor || c.Grouping == traces.ByState, "grouping is %q, not %q or %q", c.Grouping, traces.ByAnchor, traces.ByState)
	fault(c.Gamma >= 0 && c.Gamma <= 1, "gamma is %v, not in [0, 1]", c.Gamma)
	fault(c.Penalty >= 0 && c.Penalty-c.Penalty == 0, "penalty is %v, not a number of at least 0", c.Penalty)
	for _, change := range c.Transforms {
		err := change.Validate()
		fault(err == nil, "transforms: %w", err)
	}
	fault(c.DaggerMix >= 0 && c.DaggerMix <= 1, "dagger_mix is %v, not in [0, 1]", c.DaggerMix)
	fault(c.ImitateBatch > 0 || c.Imitate <= 0, "imitate_batch is %d, not above 0", c.ImitateBatch)
	fault(c.DaggerBatch > 0 || c.Dagger <= 0, "dagger_batch is %d, not above 0", c.DaggerBatch)
	fault(c.DevSplit != "" || c.EvalEvery == 0, "dev_split is empty but eval_every is %d", c.EvalEvery)
	fault(c.CheckpointEvery > 0, "checkpoint_every is %d, not above 0", c.CheckpointEvery)
	fault(c.MaxLost >= 0 && c.MaxLost <= 1, "max_lost is %v, not in [0, 1]", c.MaxLost)
	for _, n := range []struct {
		key   string
		value int
	}{
		{"max_turns", c.MaxTurns}, {"parallel", c.Parallel}, {"resample", c.Resample}, {"credit_workers", c.CreditWorkers},
		{"imitate", c.Imitate}, {"dagger", c.Dagger}, {"eval_every", c.EvalEvery}, {"eval_family", c.EvalFamily},
		{"record_every", c.RecordEvery}, {"record_groups", c.RecordGroups},
	} {
		fault(n.value >= 0, "%s is %d, not at least 0", n.key, n.value)
	}
	return errors.Join(errs...)
}

// WarmRounds returns the number of rounds of the warm start.
func (c Config) WarmRounds() int { return c.imitateRounds() + c.Dagger }

// imitateRounds returns the number of rounds in which the expert acts.
func (c Config) imitateRounds() int {
	if c.Imitate <= 0 {
		return 0
	}
	return (c.Imitate + c.ImitateBatch - 1) / c.ImitateBatch
}
