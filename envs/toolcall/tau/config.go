package tau

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"stepgym/internal/config"
)

// UserOpen is a value of Config.User: a user who says everything at once, says
// yes to whatever is answered, and leaves when the task is done or patience ends.
//
// Differs: the original's user is a language model that reveals what it is asked
// for.
const UserOpen = "open"

// Config says which tasks are played and how. The zero value is not usable; start
// from [DefaultConfig].
type Config struct {
	Data    string   `json:"data"`    // a folder, see [Load]
	Domains []string `json:"domains"` // see [Domains]
	User    string   `json:"user"`    // a User constant

	// Patience is the number of texts that the user answers; the answer to the
	// last one is [Stop].
	Patience int `json:"patience"`

	MaxTurns int `json:"max_turns"` // actions before the episode is cut short
}

// DefaultConfig returns the settings that Open starts from.
func DefaultConfig() Config {
	return Config{Domains: Domains(), User: UserOpen, Patience: 10, MaxTurns: 30}
}

// Validate reports everything that is wrong with c.
func (c Config) Validate() error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if c.Data == "" {
		bad("data is missing: the folder tau_bench/envs of tau-bench's repository, or a copy of its folders retail and airline")
	}
	if len(c.Domains) == 0 {
		bad("domains is empty")
	}
	for i, name := range c.Domains {
		switch {
		case !slices.Contains(Domains(), name):
			bad("domains: there is no domain %q: it is one of %v", name, Domains())
		case slices.Index(c.Domains, name) != i:
			bad("domains: %q twice", name)
		}
	}
	if c.User != UserOpen {
		bad("user is %q, want %q", c.User, UserOpen)
	}
	if c.Patience < 1 || c.Patience > 1000 {
		bad("patience is %d, want 1 to 1000", c.Patience)
	}
	if c.MaxTurns < 1 || c.MaxTurns > 1000 {
		bad("max_turns is %d, want 1 to 1000", c.MaxTurns)
	}
	return errors.Join(errs...)
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
