package alfworld

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"stepgym/envs/alfworld/games"
	"stepgym/envs/alfworld/house"
	"stepgym/internal/config"
)

// Values of Config.Goals.
const (
	GoalsTemplate = "template" // the sentence that the original shows
	GoalsHuman    = "human"    // the sentences that people wrote
)

// Values of Config.Reward, and of Config.Preset.
const (
	RewardSuccess   = "success"    // 1 when the game is won
	RewardVerlAgent = "verl-agent" // 10 when the game is won

	PresetVerlAgent = "verl-agent"
)

// Config says which games are opened and how they are played. The zero value
// is not usable; start from [DefaultConfig].
type Config struct {
	// Data is a folder with games, or a file of them; see [games.Open]. Empty
	// stands for the games that the program generates, and House for which
	// ones; it has no meaning for games that are read from Data.
	Data  string       `json:"data"`
	House house.Config `json:"house"`

	// TaskTypes are the types of tasks that are wanted, see [games.Types]; none
	// stands for all.
	TaskTypes []string `json:"task_types"`

	// Goals is a Goals constant. With GoalsHuman a game with n sentences is n
	// tasks, "ID#1" to "ID#n".
	Goals string `json:"goals"`

	// Compat reproduces the original to the byte, its faults included.
	// Friendly is its opposite: refusals that say why, receptacles that share
	// a place all within reach, and commands that may be put in other words.
	Compat   bool `json:"compat"`
	Friendly bool `json:"friendly"`

	// Help says whether the command "help" is listed as admissible. It works
	// in any case.
	Help bool `json:"help"`

	// RandomizeNumbers draws the numbers of things ("mug 2") from the seed of
	// the episode, in games of the split "train".
	RandomizeNumbers bool `json:"randomize_numbers"`

	MaxTurns int    `json:"max_turns"` // steps before truncation; 0 for no limit
	Reward   string `json:"reward"`    // a Reward constant

	// Preset stands for settings under a name; keys that are given count more.
	// PresetVerlAgent: 50 steps, reward 10 or 0, "help" is not listed.
	Preset string `json:"preset"`

	// CacheMB bounds the memory of games that are loaded, in megabytes; those
	// used least recently are dropped and loaded again when they are needed.
	CacheMB int `json:"cache_mb"`
}

// DefaultConfig returns the settings that Open starts from: exact behaviour,
// the original's sentences, 50 steps, and 1 for success.
func DefaultConfig() Config {
	return Config{House: house.Default(), Goals: GoalsTemplate, Compat: true, Help: true, MaxTurns: 50, Reward: RewardSuccess, CacheMB: 1024}
}

// preset applies what the preset stands for.
func (c *Config) preset() {
	if c.Preset == PresetVerlAgent {
		c.MaxTurns, c.Reward, c.Help = 50, RewardVerlAgent, false
	}
}

// ParseConfig reads a JSON object over the defaults; nil gives the defaults.
// Every unknown key and every bad value is reported, not only the first.
func ParseConfig(raw json.RawMessage) (Config, error) {
	c := DefaultConfig()
	var first struct {
		Preset string `json:"preset"`
	}
	_ = json.Unmarshal(raw, &first) // what is wrong with it is said below
	c.Preset = first.Preset
	c.preset() // so that the other keys go over it
	given, faults := config.Read("alfworld: config: ", raw, &c)
	if given == nil {
		return c, errors.Join(faults...)
	}
	switch {
	case given["friendly"] == nil:
		c.Friendly = !c.Compat
	case given["compat"] == nil:
		c.Compat = !c.Friendly
	}
	return c, errors.Join(append(faults, c.Validate())...)
}

// Validate reports everything that is wrong with the configuration at once.
func (c Config) Validate() error {
	var faults []error
	word := func(key, value string, allowed ...string) {
		if !slices.Contains(allowed, value) {
			faults = append(faults, fmt.Errorf("alfworld: config: %s: %q is none of %s", key, value, strings.Join(allowed, ", ")))
		}
	}
	atLeast := func(key string, value, least int) {
		if value < least {
			faults = append(faults, fmt.Errorf("alfworld: config: %s: %d is below %d", key, value, least))
		}
	}
	if c.Data == "" {
		if err := c.House.Validate(); err != nil {
			faults = append(faults, fmt.Errorf("alfworld: config: %w", err))
		}
	}
	word("goals", c.Goals, GoalsTemplate, GoalsHuman)
	word("reward", c.Reward, RewardSuccess, RewardVerlAgent)
	if c.Preset != "" {
		word("preset", c.Preset, PresetVerlAgent)
	}
	for _, t := range c.TaskTypes {
		word("task_types", t, games.Types()...)
	}
	if c.Compat == c.Friendly {
		faults = append(faults, fmt.Errorf("alfworld: config: compat and friendly are both %v: they are opposites, give one of them", c.Compat))
	}
	atLeast("max_turns", c.MaxTurns, 0)
	atLeast("cache_mb", c.CacheMB, 1)
	return errors.Join(faults...)
}

// reward is what a won game earns.
func (c Config) reward() float64 {
	if c.Reward == RewardVerlAgent {
		return 10
	}
	return 1
}
