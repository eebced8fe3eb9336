package viewer

import (
	"errors"
	"net/http"
	"strconv"

	"stepgym/traces/index"
)

// episodeRow is an episode in a list.
type episodeRow struct {
	N             int           `json:"n"` // place in the order written
	ID            string        `json:"id"`
	Group         string        `json:"group"`
	Task          string        `json:"task"`
	Family        string        `json:"family"`
	Type          string        `json:"type"`
	Split         string        `json:"split"`
	Policy        string        `json:"policy"`
	PolicyVersion int           `json:"policy_version"`
	Iteration     int           `json:"iteration"`
	Index         int           `json:"index"`
	EnvSeed       string        `json:"env_seed"` // text: JavaScript's numbers end at 2^53
	Return        num           `json:"return"`
	Score         num           `json:"score"`
	Turns         int           `json:"turns"`
	Invalid       int           `json:"invalid"`
	Outcome       index.Outcome `json:"outcome"`
	Class         *string       `json:"class"` // null: not known yet
	Error         string        `json:"error,omitempty"`
	Parent        string        `json:"parent,omitempty"`
	ForkAt        *int          `json:"fork_at,omitempty"`
	Fork          bool          `json:"fork,omitempty"`
	Goal          string        `json:"goal"`
}

// rowOf describes row n.
func rowOf(v *index.View, n int) episodeRow {
	r := &v.Rows[n]
	row := episodeRow{
		N: n, ID: r.ID, Group: r.Group, Task: r.Task, Family: r.Family, Type: r.Type, Split: r.Split,
		Policy: r.Policy, PolicyVersion: r.Version, Iteration: r.Iteration, Index: r.Index, EnvSeed: strconv.FormatUint(r.EnvSeed, 10),
		Return: num(r.Return), Score: num(r.Score), Turns: r.Turns, Invalid: r.Invalid, Outcome: r.Outcome(),
		Error: r.Err, Parent: r.Parent, Fork: r.Fork, Goal: r.Goal,
	}
	if r.Parent != "" {
		at := r.ForkAt
		row.ForkAt = &at
	}
	if class, known := v.Class(n); known {
		row.Class = &class
	}
	return row
}

func getEpisodes(r *run, q *http.Request) (any, error) {
	f, err := filterOf(q)
	if err != nil {
		return nil, err
	}
	p, err := pageOf(q, index.SortTime, true, 100)
	if err != nil {
		return nil, err
	}
	v, err := r.view()
	if err != nil {
		return nil, err
	}
	list, err := v.Ordered(q.Context(), f, p.by, p.descending)
	if errors.Is(err, index.ErrSort) {
		return nil, badRequest("%v", err)
	}
	if err != nil {
		return nil, err
	}
	from, to := p.of(len(list))
	rows := make([]episodeRow, 0, to-from)
	for _, n := range list[from:to] {
		rows = append(rows, rowOf(v, int(n)))
	}
	return struct {
		Version int          `json:"version"`
		Total   int          `json:"total"`
		Offset  int          `json:"offset"`
		Rows    []episodeRow `json:"rows"`
	}{v.Version, len(list), from, rows}, nil
}

// facetRow is a value and how many episodes have it.
type facetRow struct {
	Value *string `json:"value"` // null: not known yet
	N     int     `json:"n"`
}

// maxValues is how many values of a facet are listed.
const maxValues = 50

func facetRows(list []index.Count) (rows []facetRow, more int) {
	rows = []facetRow{}
	for i, c := range list {
		if i == maxValues {
			return rows, len(list) - maxValues
		}
		row := facetRow{N: c.N}
		if !c.Open {
			row.Value = &list[i].Value
		}
		rows = append(rows, row)
	}
	return rows, 0
}

// binRow counts the episodes of some iterations.
type binRow struct {
	From    int `json:"from"`
	To      int `json:"to"`
	N       int `json:"n"`
	Success int `json:"success"`
}

func getFacets(r *run, q *http.Request) (any, error) {
	f, err := filterOf(q)
	if err != nil {
		return nil, err
	}
	v, err := r.view()
	if err != nil {
		return nil, err
	}
	c, err := v.Facets(q.Context(), f)
	if err != nil {
		return nil, err
	}
	out := map[string]any{"version": v.Version, "total": c.Total}
	for name, list := range map[string][]index.Count{
		"outcome": c.Outcome, "class": c.Class, "split": c.Split, "type": c.Type, "policy": c.Policy,
	} {
		rows, more := facetRows(list)
		out[name] = rows
		if more > 0 {
			out[name+"_more"] = more
		}
	}
	bins := []binRow{}
	for _, b := range c.Iterations {
		bins = append(bins, binRow(b))
	}
	iterations := map[string]any{"bins": bins}
	if n := len(bins); n > 0 {
		iterations["min"], iterations["max"] = bins[0].From, bins[n-1].To
	}
	out["iterations"] = iterations
	return out, nil
}

// taskRow is a task in a list.
type taskRow struct {
	Task      string `json:"task"`
	Family    string `json:"family"`
	Type      string `json:"type"`
	Split     string `json:"split"`
	Goal      string `json:"goal"`
	Episodes  int    `json:"episodes"`
	Groups    int    `json:"groups"`
	Success   num    `json:"success"`
	Score     num    `json:"score"`
	Return    num    `json:"return"`
	Variance  num    `json:"variance"`
	Turns     num    `json:"turns"`
	Lost      int    `json:"lost"`
	TopClass  string `json:"top_class,omitempty"`
	LastGroup string `json:"last_group"`
}

// sumRow is some tasks together.
type sumRow struct {
	Type     string `json:"type,omitempty"`
	Split    string `json:"split,omitempty"`
	Tasks    int    `json:"tasks"`
	Episodes int    `json:"episodes"`
	Success  num    `json:"success"`
	Score    num    `json:"score"`
	Variance num    `json:"variance"`
}

func getTasks(r *run, q *http.Request) (any, error) {
	f, err := filterOf(q)
	if err != nil {
		return nil, err
	}
	p, err := pageOf(q, "variance", true, 200)
	if err != nil {
		return nil, err
	}
	v, err := r.view()
	if err != nil {
		return nil, err
	}
	tasks, err := v.Tasks(q.Context(), f)
	if err != nil {
		return nil, err
	}
	types, splits := []sumRow{}, []sumRow{}
	for _, s := range index.SumTasks(tasks, func(t *index.Task) string { return t.Type }) {
		types = append(types, sumRow{s.Name, "", s.Tasks, s.Episodes, num(s.Success), num(s.Score), num(s.Variance)})
	}
	for _, s := range index.SumTasks(tasks, func(t *index.Task) string { return t.Split }) {
		splits = append(splits, sumRow{"", s.Name, s.Tasks, s.Episodes, num(s.Success), num(s.Score), num(s.Variance)})
	}
	if err := index.SortTasks(tasks, p.by, p.descending); err != nil {
		return nil, badRequest("%v", err)
	}
	from, to := p.of(len(tasks))
	rows := make([]taskRow, 0, to-from)
	for _, t := range tasks[from:to] {
		rows = append(rows, taskRow{
			t.Task, t.Family, t.Type, t.Split, t.Goal, t.Episodes, t.Groups, num(t.Success), num(t.Score), num(t.Return),
			num(t.Variance), num(t.Turns), t.Lost, t.TopClass, t.LastGroup,
		})
	}
	return struct {
		Version int       `json:"version"`
		Total   int       `json:"total"`
		Offset  int       `json:"offset"`
		Rows    []taskRow `json:"rows"`
		Types   []sumRow  `json:"types"`
		Splits  []sumRow  `json:"splits"`
	}{v.Version, len(tasks), from, rows, types, splits}, nil
}
