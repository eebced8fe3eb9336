package bfcl

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"stepgym/internal/config"
)

// Reward schemes, values of Config.Reward.
const (
	RewardEntry = "entry" // 1 at the end of an entry that the original judges valid
	RewardTurn  = "turn"  // for every judged turn that agrees with the ground truth, an equal share of 1
)

// Config says which entries are played and how. The zero value is not usable;
// start from [DefaultConfig].
type Config struct {
	// Data is the benchmark's data: a folder, or the wheel file of the PyPI
	// package bfcl-eval as it is.
	Data string `json:"data"`

	Categories []string `json:"categories"` // see [AllCategories]

	// Compat runs calls as the original does, with its faults (see
	// [toolcall.Compat]); Model is then the name that it writes into data.
	Compat bool   `json:"compat"`
	Model  string `json:"model"`

	Reward string `json:"reward"` // a Reward constant

	// StepLimit is the number of steps that a turn may have: the step after
	// ends the episode.
	StepLimit int `json:"step_limit"`

	// Guided splits a call into choices, a function first and then a value for
	// each argument, and lists them: for an agent that writes no text.
	Guided bool `json:"guided"`

	// EndTurnTool adds a function end_turn, for agents that can call and not
	// write: a call of it ends the turn as a text does.
	EndTurnTool bool `json:"end_turn_tool"`

	// Memory says what a question to a memory starts from. With MemoryPrereq an
	// episode begins with the conversations in which the agent fills the memory.
	// Anything else is a folder with the memories that an agent has left, as the
	// original writes them: see [snapshots].
	Memory string `json:"memory"`

	SplitSalt string `json:"split_salt"` // varies the division into splits
}

// MemoryPrereq is a value of Config.Memory.
const MemoryPrereq = "prereq"

// DefaultConfig returns the settings that Open starts from: all multi-turn
// categories, repaired, judged at the end, 20 steps a turn.
func DefaultConfig() Config {
	return Config{Categories: Categories(), Model: "m", Reward: RewardEntry, StepLimit: 20, Memory: MemoryPrereq}
}

// Validate reports everything that is wrong with c.
func (c Config) Validate() error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if c.Data == "" {
		bad("data is missing: the data folder of the PyPI package bfcl-eval or its wheel file (pip download --no-deps bfcl-eval==2026.3.23)")
	}
	c.validateCategories(bad)
	if c.Reward != RewardEntry && c.Reward != RewardTurn {
		bad("reward is %q, want %q or %q", c.Reward, RewardEntry, RewardTurn)
	}
	if c.StepLimit < 1 || c.StepLimit > 1000 {
		bad("step_limit is %d, want 1 to 1000", c.StepLimit)
	}
	if c.Memory == "" {
		bad("memory is empty: give %q or a folder of memory snapshots", MemoryPrereq)
	}
	return errors.Join(errs...)
}

func (c Config) validateCategories(bad func(format string, args ...any)) {
	if len(c.Categories) == 0 {
		bad("categories is empty")
	}
	for i, name := range c.Categories {
		switch {
		case unsupported(name) != nil:
			bad("categories: %w", unsupported(name))
		case !slices.Contains(AllCategories(), name):
			bad("categories: no category %q; there are %s", name, strings.Join(AllCategories(), ", "))
		case slices.Index(c.Categories, name) != i:
			bad("categories: %q twice", name)
		case c.Guided && !slices.Contains(Categories(), name):
			bad("categories: %s has no choices to offer: guided is for the multi-turn categories", name)
		}
	}
}

// parseConfig reads a configuration over the defaults; all faults are reported.
func parseConfig(raw json.RawMessage) (Config, error) {
	c := DefaultConfig()
	given, faults := config.Read("", raw, &c)
	if given == nil && faults != nil {
		return c, errors.Join(faults...)
	}
	return c, errors.Join(append(faults, c.Validate())...)
}
