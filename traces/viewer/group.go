package viewer

import (
	"net/http"
	"slices"
	"strconv"
	"unicode/utf8"

	"stepgym/traces"
)

// groupDoc is the episodes of a group side by side.
type groupDoc struct {
	ID            string         `json:"id"`
	Task          string         `json:"task"`
	Goal          string         `json:"goal"`
	EnvSeed       string         `json:"env_seed"`
	Policy        string         `json:"policy"`
	PolicyVersion int            `json:"policy_version"`
	Iteration     int            `json:"iteration"`
	Episodes      []groupEpisode `json:"episodes"`
	States        []stateDoc     `json:"states"`
	Common        int            `json:"common"`  // steps that all of the group's own share
	Diverge       [][]int        `json:"diverge"` // [i][j]: first step at which i and j differ
	Order         []int          `json:"order"`   // those that stay together longest side by side
	Forks         []string       `json:"forks"`
}

type groupEpisode struct {
	episodeRow
	Steps      []groupStep `json:"steps"`
	FinalState *int        `json:"final_state,omitempty"`
}

type groupStep struct {
	T       int    `json:"t"`
	State   int    `json:"state"` // index into States
	Place   string `json:"place,omitempty"`
	Focus   string `json:"focus,omitempty"`
	Action  string `json:"action"`
	Reward  num    `json:"reward"`
	Invalid bool   `json:"invalid,omitempty"`
	Text    string `json:"text"` // the beginning of what was seen
}

type stateDoc struct {
	Key   string `json:"key"`
	Place string `json:"place,omitempty"`
	Label string `json:"label"`
}

// Lengths of texts where many stand beside each other, in bytes.
const (
	excerptBytes = 160
	nodeBytes    = 300
	labelBytes   = 40
)

// head returns the beginning of s, cut between characters.
func head(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

func getGroup(r *run, q *http.Request) (any, error) {
	v, err := r.view()
	if err != nil {
		return nil, err
	}
	g, err := r.groupOf(v, q.URL.Query().Get("id"), true)
	if err != nil {
		return nil, err
	}
	first := g.episodes[0]
	d := &groupDoc{
		ID: g.id, Task: first.TaskID, Goal: first.Goal, EnvSeed: strconv.FormatUint(first.EnvSeed, 10),
		Policy: first.Policy, PolicyVersion: first.Version, Iteration: first.Iteration,
		States: []stateDoc{}, Forks: []string{},
	}
	states := newStates(traces.ByState)
	paths := make([][]move, len(g.episodes))
	for i, t := range g.episodes {
		e := groupEpisode{episodeRow: rowOf(v, g.rows[i]), Steps: []groupStep{}}
		if e.Fork {
			d.Forks = append(d.Forks, t.ID)
		}
		for k := range t.Steps {
			s := &t.Steps[k]
			o := &s.Observation
			at := states.of(o)
			e.Steps = append(e.Steps, groupStep{
				T: k, State: at, Place: o.Place, Focus: o.Focus, Action: s.Action, Reward: num(s.Reward), Invalid: s.Invalid, Text: head(o.Text, excerptBytes),
			})
			paths[i] = append(paths[i], move{at, s.Action})
		}
		if t.Final != nil {
			at := states.of(t.Final)
			e.FinalState = &at
		}
		d.Episodes = append(d.Episodes, e)
	}
	for _, o := range states.list {
		d.States = append(d.States, stateDoc{states.key(o), o.Place, labelOf(o)})
	}
	d.align(paths, g.siblings)
	return d, nil
}

// move is what an episode did where.
type move struct {
	state  int
	action string
}

// align finds where the episodes part.
func (d *groupDoc) align(paths [][]move, siblings int) {
	n := len(paths)
	d.Diverge = make([][]int, n)
	for i := range paths {
		d.Diverge[i] = make([]int, n)
		d.Diverge[i][i] = len(paths[i])
		for j := range i {
			same := shared(paths[i], paths[j])
			d.Diverge[i][j], d.Diverge[j][i] = same, same
		}
	}
	if siblings > 0 {
		d.Common = len(paths[0])
		for i := range siblings {
			d.Common = min(d.Common, d.Diverge[0][i])
		}
	}
	d.Order = chain(d.Diverge)
}

// shared returns the number of moves that a and b begin with together.
func shared(a, b []move) int {
	n := min(len(a), len(b))
	for k := range n {
		if a[k] != b[k] {
			return k
		}
	}
	return n
}

// chain orders the episodes: the first one, and after each the one that stays
// with it longest of those that are left; the earlier one of equals.
func chain(diverge [][]int) []int {
	order := []int{}
	for len(order) < len(diverge) {
		best := -1
		for j := range diverge {
			if slices.Contains(order, j) {
				continue
			}
			if best < 0 || len(order) > 0 && diverge[order[len(order)-1]][j] > diverge[order[len(order)-1]][best] {
				best = j
			}
		}
		order = append(order, best)
	}
	return order
}

// states numbers observations by what they are compared by.
type states struct {
	by   traces.Grouping
	at   map[string]int
	list []*traces.Observation // the first of each
}

func newStates(by traces.Grouping) *states { return &states{by: by, at: map[string]int{}} }

// key returns what o is compared by. A record without state keys goes by what
// was seen.
func (s *states) key(o *traces.Observation) string {
	if s.by == traces.ByState && o.State != "" {
		return o.State
	}
	return o.AnchorText()
}

func (s *states) of(o *traces.Observation) int {
	k := s.key(o)
	n, ok := s.at[k]
	if !ok {
		n = len(s.list)
		s.at[k] = n
		s.list = append(s.list, o)
	}
	return n
}

// labelOf names a state in a few words.
func labelOf(o *traces.Observation) string {
	switch {
	case o.Focus != "" && o.Place != "":
		return head(o.Place+" "+o.Focus, labelBytes)
	case o.Focus != "":
		return head(o.Focus, labelBytes)
	case o.Place != "":
		return head(o.Place, labelBytes)
	}
	return head(o.AnchorText(), labelBytes)
}
