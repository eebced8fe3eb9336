package house

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"stepgym/envs/alfworld/games"
)

// Config says which games to invent. Begin with [Default].
type Config struct {
	// Games is how many games there are in all splits together, 1 to
	// 1,000,000. About one in eight of them is in a valid_ split. Game i of a
	// split does not depend on it.
	Games int `json:"games"`

	// Seed decides everything that is left to chance.
	Seed uint64 `json:"seed"`

	// Types are the types of tasks that occur, as [games.Types] names them, and
	// Rooms the kinds of rooms, as [Rooms] does. Empty for all.
	Types []string `json:"types,omitempty"`
	Rooms []string `json:"rooms,omitempty"`

	// Layouts is how many floor plans of each kind of room the train split has,
	// and Unseen how many others valid_unseen has; together 2 to 99.
	Layouts int `json:"layouts"`
	Unseen  int `json:"unseen"`

	// Size scales how many receptacles a room has, 0.2 to 3: the more, the
	// farther a thing may be. 1 makes as many as the published games have,
	// about 23.
	Size float64 `json:"size"`

	// Clutter scales how many things lie about that no task is about, 0 to 3.
	Clutter float64 `json:"clutter"`

	// Copies is how many things there are of the class that the task is about,
	// 1 to 6; 0 for 1 to 4, as it comes. Two are to be moved in any case where
	// the task wants two.
	Copies int `json:"copies"`

	// Closed is how many of the drawers, cabinets and safes open and are closed
	// at the start, 0 to 1. The rest of them are open shelves in all but name.
	Closed float64 `json:"closed"`

	// Hidden is how many of the things that the task is about are in something
	// closed if they may be, 0 to 1, beyond those that come to lie there anyway.
	Hidden float64 `json:"hidden"`

	// Surprise is how many of the things that the task is about are anywhere
	// that they can be, 0 to 1, and not where one would look first.
	Surprise float64 `json:"surprise"`
}

// Default returns a thousand games that are about as hard as the published ones.
func Default() Config {
	return Config{Games: 1000, Layouts: 27, Unseen: 3, Size: 1, Clutter: 1, Closed: 0.8}
}

// Validate reports all faults.
func (c Config) Validate() error {
	var faults []error
	whole := func(name string, x, low, high int) {
		if x < low || x > high {
			faults = append(faults, fmt.Errorf("%s is %d: want %d to %d", name, x, low, high))
		}
	}
	part := func(name string, x, low, high float64) {
		if !(x >= low && x <= high) { // so that NaN is a fault too
			faults = append(faults, fmt.Errorf("%s is %v: want %v to %v", name, x, low, high))
		}
	}
	names := func(name string, got, known []string) {
		for i, s := range got {
			if !slices.Contains(known, s) {
				faults = append(faults, fmt.Errorf("%s: there is no %q: want some of %s", name, s, strings.Join(known, ", ")))
			} else if slices.Contains(got[:i], s) {
				faults = append(faults, fmt.Errorf("%s: %q is there twice", name, s))
			}
		}
	}
	whole("games", c.Games, 1, 1_000_000)
	names("types", c.Types, games.Types())
	names("rooms", c.Rooms, Rooms())
	whole("layouts", c.Layouts, 1, 98)
	whole("unseen", c.Unseen, 1, 98)
	whole("layouts and unseen together", c.Layouts+c.Unseen, 2, 99)
	part("size", c.Size, 0.2, 3)
	part("clutter", c.Clutter, 0, 3)
	whole("copies", c.Copies, 0, 6)
	part("closed", c.Closed, 0, 1)
	part("hidden", c.Hidden, 0, 1)
	part("surprise", c.Surprise, 0, 1)
	if err := errors.Join(faults...); err != nil {
		return fmt.Errorf("house: %w", err)
	}
	return nil
}

// counts divides the games among the splits, in the order of [games.Splits]:
// as the published ones are divided, but with ten for each valid_ split of a
// hundred games, so that a small set can be evaluated.
func (c Config) counts() [4]int {
	n := c.Games
	if n < 4 {
		return [4]int{n}
	}
	least := min(10, (n+9)/10)
	part := func(published int) int { return max(least, n*published/4026) }
	validTrain, seen, unseen := part(199), part(140), part(134)
	return [4]int{n - validTrain - seen - unseen, validTrain, seen, unseen}
}

// has reports whether a list that is empty for all has the name.
func has(list []string, name string) bool { return len(list) == 0 || slices.Contains(list, name) }
