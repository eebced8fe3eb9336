package viewer

import (
	"encoding/json"
	"net/http"

	"github.com/tidwall/gjson"

	"stepgym/credit"
	"stepgym/credit/explain"
	"stepgym/traces"
	"stepgym/traces/index"
)

// group is the episodes of a group, with their steps.
type group struct {
	id       string
	rows     []int
	episodes []*traces.Trajectory
	siblings int // the first so many are the group's own; forks come behind
}

// groupOf loads the group that the query names, with or without forks.
func (r *run) groupOf(v *index.View, id string, forks bool) (*group, error) {
	if id == "" {
		return nil, badRequest("the group is missing: which one?")
	}
	g := &group{id: id}
	for _, n := range v.Group(id) {
		if v.Rows[n].Fork {
			if !forks {
				continue
			}
		} else {
			g.siblings++
		}
		g.rows = append(g.rows, n)
	}
	switch {
	case len(g.rows) == 0:
		return nil, notFound("there is no group %q in run %s", id, r.name)
	case len(g.rows) > maxGroup:
		return nil, tooLarge("the group has %d episodes; up to %d can be shown side by side", len(g.rows), maxGroup)
	}
	for _, n := range g.rows {
		t, err := v.Load(n)
		if err != nil {
			return nil, err
		}
		g.episodes = append(g.episodes, t)
	}
	return g, nil
}

// ids returns the IDs of the group's own episodes.
func (g *group) ids() []string {
	out := make([]string, g.siblings)
	for i := range out {
		out[i] = g.episodes[i].ID
	}
	return out
}

// assigned is the credit of a group's own episodes.
type assigned struct {
	method  credit.Method
	by      traces.Grouping
	gamma   float64
	graph   *traces.Graph
	adv     [][]float64 // by episode and step; nil for an excluded one
	returns [][]float64 // likewise, discounted
}

// creditOf assigns credit as the query says.
func (r *run) creditOf(q *http.Request, g *group, by traces.Grouping) (*assigned, error) {
	x, err := r.index()
	if err != nil {
		return nil, err
	}
	name, params, _ := defaults(x.Manifest())
	if given := q.URL.Query().Get("method"); given != "" && given != name {
		name, params = given, nil
	}
	m, err := credit.New(name, params)
	if err != nil {
		return nil, badRequest("%v", err)
	}
	graph, err := traces.NewGraph(&traces.Group{ID: g.id, Trajectories: g.episodes[:g.siblings]}, traces.GraphOptions{Grouping: by})
	if err != nil {
		return nil, notAble("no credit can be assigned in this group: %v", err)
	}
	a := &assigned{method: m, by: by, graph: graph, gamma: gammaOf(m)}
	if a.adv, err = m.Advantages(graph); err != nil {
		return nil, notAble("%s cannot be used here: %v", name, err)
	}
	a.returns = graph.Rows(graph.Returns(a.gamma))
	return a, nil
}

// gammaOf returns the method's discount, 1 if it has none.
func gammaOf(m credit.Method) float64 {
	text, err := json.Marshal(m.Describe().Params)
	if err != nil {
		return 1
	}
	if v := gjson.GetBytes(text, "gamma"); v.Type == gjson.Number {
		return v.Float()
	}
	return 1
}

// grouping reads by what steps are merged from the query.
func (r *run) grouping(q *http.Request) (traces.Grouping, error) {
	x, err := r.index()
	if err != nil {
		return "", err
	}
	_, _, usual := defaults(x.Manifest())
	text, err := oneOf(q, "grouping", "", string(traces.ByAnchor), string(traces.ByState))
	if text == "" {
		return usual, err
	}
	return traces.Grouping(text), err
}

type excludedRow struct {
	ID  string `json:"id"`
	Why string `json:"why"`
}

// creditDoc is the credit of a group.
type creditDoc struct {
	Method    string          `json:"method"`
	Formula   string          `json:"formula"`
	Grouping  traces.Grouping `json:"grouping"`
	Gamma     num             `json:"gamma"`
	Episodes  []string        `json:"episodes"`
	Excluded  []excludedRow   `json:"excluded"`
	Advantage [][]num         `json:"advantage"`
	Return    [][]num         `json:"return"`
	Note      string          `json:"note,omitempty"`
	Steps     []whyDoc        `json:"steps,omitempty"`
}

// whyDoc is a step's advantage taken apart.
type whyDoc struct {
	Episode   int       `json:"episode"` // index into Episodes
	Step      int       `json:"step"`
	Advantage num       `json:"advantage"`
	Parts     []partDoc `json:"parts"` // they add up
}

type partDoc struct {
	Name  string     `json:"name"`
	Value num        `json:"value"`
	Why   string     `json:"why"`
	With  []placeDoc `json:"with"`
	More  int        `json:"more,omitempty"` // others that are not listed
}

type placeDoc struct {
	Episode int `json:"episode"`
	Step    int `json:"step"` // -1 for the whole episode
}

// maxWith is how many other steps of a comparison are listed.
const maxWith = 200

func getCredit(r *run, q *http.Request) (any, error) {
	v, err := r.view()
	if err != nil {
		return nil, err
	}
	by, err := r.grouping(q)
	if err != nil {
		return nil, err
	}
	why, err := boolOf(q, "explain")
	if err != nil {
		return nil, err
	}
	g, err := r.groupOf(v, q.URL.Query().Get("group"), false)
	if err != nil {
		return nil, err
	}
	a, err := r.creditOf(q, g, by)
	if err != nil {
		return nil, err
	}
	d := &creditDoc{
		Method: a.method.Name(), Formula: a.method.Describe().Formula, Grouping: by, Gamma: num(a.gamma), Episodes: g.ids(),
		Excluded: []excludedRow{}, Advantage: make([][]num, len(a.adv)), Return: make([][]num, len(a.adv)),
	}
	for _, e := range a.graph.Excluded {
		d.Excluded = append(d.Excluded, excludedRow{e.ID, e.Reason})
	}
	for i := range a.adv {
		d.Advantage[i], d.Return[i] = nums(a.adv[i]), nums(a.returns[i])
	}
	if a.method.Batchwise() {
		d.Note = "the method has statistics over a whole batch of groups; here the batch is this group alone"
	}
	if why {
		e, err := explain.Group(a.graph, a.method, a.adv)
		if err != nil {
			return nil, err
		}
		d.Steps = whyDocs(e)
	}
	return d, nil
}

func whyDocs(e *explain.Explanation) []whyDoc {
	out := make([]whyDoc, len(e.Steps))
	for i, s := range e.Steps {
		out[i] = whyDoc{Episode: s.Trajectory, Step: s.Step, Advantage: num(s.Advantage), Parts: []partDoc{}}
		for _, p := range s.Parts {
			part := partDoc{Name: p.Name, Value: num(p.Value), Why: p.Why, With: []placeDoc{}, More: max(0, len(p.With)-maxWith)}
			for _, w := range p.With[:min(len(p.With), maxWith)] {
				part.With = append(part.With, placeDoc{w.Trajectory, w.Step})
			}
			out[i].Parts = append(out[i].Parts, part)
		}
	}
	return out
}
