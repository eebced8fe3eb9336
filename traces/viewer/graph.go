package viewer

import (
	"cmp"
	"math"
	"net/http"
	"slices"

	"stepgym/traces"
)

// graphDoc is the episodes of a group merged on equal states, laid out.
type graphDoc struct {
	Group     string          `json:"group"`
	Grouping  traces.Grouping `json:"grouping"`
	Method    string          `json:"method"`
	Episodes  []string        `json:"episodes"`
	Note      string          `json:"note,omitempty"` // why there are no advantages
	Width     int             `json:"width"`
	Height    int             `json:"height"`
	Truncated bool            `json:"truncated"` // the states least visited are left out
	Nodes     []*node         `json:"nodes"`
	Edges     []*edge         `json:"edges"`
}

// node is a state.
type node struct {
	ID        int      `json:"id"`
	X         int      `json:"x"` // of its centre
	Y         int      `json:"y"`
	Layer     int      `json:"layer"`
	Key       string   `json:"key"`
	Label     string   `json:"label"`
	Place     string   `json:"place,omitempty"`
	Text      string   `json:"text"`
	Visits    int      `json:"visits"`
	Start     bool     `json:"start,omitempty"`
	Final     bool     `json:"final,omitempty"`
	Success   int      `json:"success,omitempty"` // episodes that succeeded here
	Value     num      `json:"value"`             // mean discounted return of the steps from here
	Advantage num      `json:"advantage"`         // mean
	Steps     [][2]int `json:"steps"`             // episode and step

	value, advantage mean
}

// edge is one action from one state to another.
type edge struct {
	From      int      `json:"from"`
	To        int      `json:"to"`
	Action    string   `json:"action"`
	Visits    int      `json:"visits"`
	Reward    num      `json:"reward"` // mean
	Advantage num      `json:"advantage"`
	Invalid   bool     `json:"invalid,omitempty"`
	Back      bool     `json:"back,omitempty"` // to the same layer or an earlier one
	Loop      bool     `json:"loop,omitempty"`
	Points    [][2]int `json:"points"` // a cubic Bézier curve: its four points
	Steps     [][2]int `json:"steps"`

	reward, advantage mean
}

// mean adds up numbers.
type mean struct {
	sum float64
	n   int
}

func (m *mean) add(x float64) {
	m.sum += x
	m.n++
}

// of is NaN of nothing.
func (m mean) of() num {
	if m.n == 0 {
		return num(math.NaN())
	}
	return num(m.sum / float64(m.n))
}

// maxNodes is how many states are drawn.
const maxNodes = 2000

func getGraph(r *run, q *http.Request) (any, error) {
	v, err := r.view()
	if err != nil {
		return nil, err
	}
	by, err := r.grouping(q)
	if err != nil {
		return nil, err
	}
	direction, err := oneOf(q, "direction", "down", "right")
	if err != nil {
		return nil, err
	}
	forks, err := boolOf(q, "forks")
	if err != nil {
		return nil, err
	}
	g, err := r.groupOf(v, q.URL.Query().Get("group"), forks)
	if err != nil {
		return nil, err
	}
	d := &graphDoc{Group: g.id, Grouping: by, Nodes: []*node{}, Edges: []*edge{}}
	for _, t := range g.episodes {
		d.Episodes = append(d.Episodes, t.ID)
	}
	a, err := r.creditOf(q, g, by)
	if err == nil {
		d.Method = a.method.Name()
	} else {
		e := apiErrorOf(err)
		if e.code != codeNotAble {
			return nil, err
		}
		d.Note, a = e.message, nil
	}
	d.merge(g, by, a)
	d.cut(maxNodes)
	d.lay(direction == "right")
	return d, nil
}

// merge enters the episodes. a may be nil.
func (d *graphDoc) merge(g *group, by traces.Grouping, a *assigned) {
	m := &merger{d: d, a: a, states: newStates(by), edges: map[transition]*edge{}}
	for i, t := range g.episodes {
		m.enter(i, t)
	}
	for _, n := range d.Nodes {
		n.Value, n.Advantage = n.value.of(), n.advantage.of()
	}
	for _, e := range d.Edges {
		e.Reward, e.Advantage = e.reward.of(), e.advantage.of()
	}
}

// merger enters episodes into a graph.
type merger struct {
	d      *graphDoc
	a      *assigned // nil without credit
	states *states
	edges  map[transition]*edge
}

// transition is what an edge stands for.
type transition struct {
	from, to int
	action   string
}

// enter enters episode i. What it was lost after is not known, and left out.
func (m *merger) enter(i int, t *traces.Trajectory) {
	var last *node
	for k := range t.Steps {
		step := &t.Steps[k]
		from := last
		if from == nil {
			from = m.visit(&step.Observation, i, k)
			from.Start = true
		}
		next := t.Final
		if k+1 < len(t.Steps) {
			next = &t.Steps[k+1].Observation
		}
		if next == nil {
			return
		}
		last = m.visit(next, i, k+1)
		e := m.edge(transition{from.ID, last.ID, step.Action})
		e.Visits++
		e.Invalid = e.Invalid || step.Invalid
		e.Steps = append(e.Steps, [2]int{i, k})
		e.reward.add(step.Reward)
		if m.a != nil && i < len(m.a.adv) && k < len(m.a.adv[i]) {
			e.advantage.add(m.a.adv[i][k])
			from.advantage.add(m.a.adv[i][k])
			from.value.add(m.a.returns[i][k])
		}
	}
	if last != nil {
		last.Final = true
		if t.Success {
			last.Success++
		}
	}
}

// visit returns the node that o is in, and notes who was there.
func (m *merger) visit(o *traces.Observation, episode, step int) *node {
	n := m.states.of(o)
	if n == len(m.d.Nodes) {
		m.d.Nodes = append(m.d.Nodes, &node{
			ID: n, Key: head(m.states.key(o), nodeBytes), Label: labelOf(o), Place: o.Place, Text: head(o.Text, nodeBytes),
		})
	}
	at := m.d.Nodes[n]
	at.Visits++
	at.Steps = append(at.Steps, [2]int{episode, step})
	return at
}

func (m *merger) edge(t transition) *edge {
	e := m.edges[t]
	if e == nil {
		e = &edge{From: t.from, To: t.to, Action: t.action, Loop: t.from == t.to}
		m.edges[t] = e
		m.d.Edges = append(m.d.Edges, e)
	}
	return e
}

// cut keeps the n states that were visited most, the start among them.
func (d *graphDoc) cut(n int) {
	if len(d.Nodes) <= n {
		return
	}
	d.Truncated = true
	order := slices.Clone(d.Nodes)
	slices.SortStableFunc(order, func(a, b *node) int {
		if a.Start != b.Start {
			if a.Start {
				return -1
			}
			return 1
		}
		return cmp.Compare(b.Visits, a.Visits)
	})
	kept := map[int]int{}
	nodes := order[:n]
	slices.SortFunc(nodes, func(a, b *node) int { return cmp.Compare(a.ID, b.ID) })
	for i, k := range nodes {
		kept[k.ID] = i
		k.ID = i
	}
	d.Nodes = nodes
	var edges []*edge
	for _, e := range d.Edges {
		from, ok1 := kept[e.From]
		to, ok2 := kept[e.To]
		if ok1 && ok2 {
			e.From, e.To = from, to
			edges = append(edges, e)
		}
	}
	d.Edges = edges
}
