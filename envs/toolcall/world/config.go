package world

import (
	"fmt"
	"math"

	"stepgym/envs"
)

// Config describes a world whose state is a *T.
//
// A state is copied at Reset and Fork: by its method Clone() *T if it has one,
// otherwise by copying the struct, which must then hold nothing but plain
// values and tables. It is told apart from others by its JSON, or by Key.
type Config[T any] struct {
	Name     string // of the environment
	Version  int    // raised when dynamics or rewards change; 0 stands for 1
	MaxTurns int    // steps before truncation; 0 for no limit

	// System is a message with the rules of the world that comes before the
	// user's first one; empty for none.
	System string

	Tools []Tool // nil for Methods[T](nil)

	// The tasks of each split. They must have different IDs, and no Family may
	// be in two of them. The split "all" has all of them.
	Train, Dev, Test []Task[T]

	// RewardMin and RewardMax bound the reward of one step. Both 0 stand for 0
	// and 1.
	RewardMin, RewardMax float64

	// Done reports that the episode is over, whatever the agent would say: a
	// tool has ended it. It is asked after the calls of each step. Nil means
	// never.
	Done func(s *T) bool

	// Candidates lists actions for agents that choose instead of writing. It
	// depends on nothing but the state and the user's latest message, does not
	// change the state, and lists no action twice. Nil means none.
	Candidates func(s *T, ask string) []*envs.Choice

	// Key names the state in place of a hash of its JSON: states with different
	// futures must have different keys. Nil stands for the JSON.
	Key func(s *T) string

	// Parse finds calls in a text: none if it is something said to the user, an
	// error if it was meant as calls but is none. Nil stands for [ParseCalls].
	Parse func(text string) ([]envs.ToolCall, error)
}

// Task is one problem to solve.
type Task[T any] struct {
	ID     string
	Goal   string // what the user asks for: the first message
	Family string // see [envs.Task]

	// Start is the state at the beginning; it is copied and never changed. Setup
	// makes one from the seed of the episode in its place. Without both it is
	// the zero T.
	Start *T
	Setup func(seed uint64) *T

	// Turns are what the user says later: the next one each time that the agent
	// says something instead of calling a tool. After the last one that ends the
	// episode.
	Turns []string

	// Judge judges the end from the state and what the agent said last, which
	// is empty if Done ended the episode. JudgeCalls sees the calls too: equal
	// states that were reached by different calls then have different keys. One
	// of them must be given. They do not change what they are given.
	Judge      func(s *T, answer string) Verdict
	JudgeCalls func(s *T, calls []Call, answer string) Verdict

	// JudgeTurn returns a reward for each turn of the user's that the agent
	// ended by an answer, numbered from 0. Nil means none.
	JudgeTurn func(s *T, turn int, answer string) float64

	// Solution solves the task from its start. Episodes of tasks that have one
	// give hints: see [envs.Hinter].
	Solution []envs.Action
}

// Verdict is how an episode ended.
type Verdict struct {
	Reward  float64
	Success bool
	Metrics map[string]float64 // nil for none
}

// Pass returns the verdict of a task that is either solved or not: reward 1 and
// success, or 0.
func Pass(ok bool) Verdict {
	if ok {
		return Verdict{Reward: 1, Success: true}
	}
	return Verdict{}
}

// defaults fills in what zero values stand for.
func (c Config[T]) defaults() Config[T] {
	if c.Version == 0 {
		c.Version = 1
	}
	if c.Tools == nil {
		c.Tools = Methods[T](nil)
	}
	if c.RewardMin == 0 && c.RewardMax == 0 {
		c.RewardMax = 1
	}
	if c.Parse == nil {
		c.Parse = ParseCalls
	}
	return c
}

// faults lists what is wrong with the configuration without its tools, and with
// each task by itself.
func (c *Config[T]) faults() (all []error) {
	add := func(bad bool, format string, args ...any) {
		if bad {
			all = append(all, fmt.Errorf(format, args...))
		}
	}
	add(c.Name == "", "the world has no Name")
	add(c.Version < 0, "Version is %d", c.Version)
	add(c.MaxTurns < 0, "MaxTurns is %d", c.MaxTurns)
	add(!(c.RewardMin <= c.RewardMax) || math.IsInf(c.RewardMax-c.RewardMin, 0), "the rewards are bounded by %v and %v", c.RewardMin, c.RewardMax)
	add(len(c.Tools) == 0, "there are no tools: %T has no exported methods", new(T))
	add(len(c.Train)+len(c.Dev)+len(c.Test) == 0, "there are no tasks")
	return all
}

// faults lists what is wrong with a task.
func (t *Task[T]) faults() (all []error) {
	add := func(bad bool, text string) {
		if bad {
			all = append(all, fmt.Errorf("task %q: %s", t.ID, text))
		}
	}
	add(t.ID == "", "it has no ID")
	add(t.Goal == "", "it has no Goal")
	add(t.Start != nil && t.Setup != nil, "it has both Start and Setup: give one of them")
	add((t.Judge == nil) == (t.JudgeCalls == nil), "it needs one of Judge and JudgeCalls")
	return all
}
