package tau

import "strings"

// Lint is what is wrong with the tasks of a split.
type Lint struct {
	Tasks int

	// Failing are the actions of ground truths that are refused or raise.
	Failing []FailingAction

	// Unchanged are the tasks whose ground truth leaves the database as it was.
	Unchanged []int

	// Idle are those of them that need nothing to be said either: an agent that
	// does nothing gets the whole reward.
	Idle []int
}

// FailingAction is an action of a ground truth that fails.
type FailingAction struct {
	Task, Action int // places
	Name, Result string
	Write        bool // it would have changed the database
}

// Lint plays the ground truths of a split, as the original does to judge.
func (d *Data) Lint(split string) Lint {
	var l Lint
	fresh := d.State()
	for i, t := range d.tasks[split] {
		l.Tasks++
		s := d.Begin(t)
		for j, a := range t.Actions {
			if a.Name == Transfer || a.Name == Respond {
				continue
			}
			if result := s.Call(a.Name, a.Kwargs); strings.HasPrefix(result, "Error: ") || strings.HasPrefix(result, "Unknown action ") {
				l.Failing = append(l.Failing, FailingAction{i, j, a.Name, result, !reads(a.Name)})
			}
		}
		if s.State().Same(fresh) {
			l.Unchanged = append(l.Unchanged, i)
			if len(t.Outputs) == 0 {
				l.Idle = append(l.Idle, i)
			}
		}
	}
	return l
}

// reads reports whether a tool only reads.
func reads(name string) bool {
	for _, prefix := range []string{"get_", "find_", "list_", "search_", "calculate", "think"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}
