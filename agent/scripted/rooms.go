package scripted

import (
	"slices"
	"strings"

	"stepgym/envs"
)

// rooms is what an agent remembers of a household.
type rooms struct {
	nooks []*nook // receptacles, in the order in which they came into sight
	named map[string]*nook
	held  string // the object in hand, "" for none
}

// nook is a receptacle.
type nook struct {
	name, class string
	here        bool // the agent is there
	closed      bool // last it was seen
	known       bool // the agent was there
	seen        bool // what is in it was seen
	things      []string
}

// classOf returns a name without its number.
func classOf(name string) string {
	if i := strings.LastIndexByte(name, ' '); i > 0 {
		return name[:i]
	}
	return name
}

// listed returns the names in the first enumeration of a text: "you see a desk
// 1, and a bed 2." has two.
func listed(text string) []string {
	_, list, ok := strings.Cut(text, "you see ")
	if !ok {
		return nil
	}
	list, _, _ = strings.Cut(list, ".")
	var out []string
	for _, item := range strings.Split(list, ", ") {
		if name, ok := strings.CutPrefix(strings.TrimPrefix(item, "and "), "a "); ok {
			out = append(out, name)
		}
	}
	return out
}

// add returns the nook of that name, a new one if need be.
func (m *rooms) add(name string) *nook {
	n := m.named[name]
	if n == nil {
		n = &nook{name: name, class: classOf(name)}
		m.nooks = append(m.nooks, n)
		m.named[name] = n
	}
	return n
}

// begin reads the first observation.
func (m *rooms) begin(o envs.Observation) {
	m.named = map[string]*nook{}
	for _, name := range listed(o.Text()) {
		m.add(name)
	}
	for _, c := range o.Admissible {
		if c.Kind == kindGo || c.Kind == kindExamine {
			m.add(c.Ref)
		}
	}
}

// watch takes in an observation. Where the agent is, what it holds and what it
// can take is read off the choices: they tell of the receptacles beside the one
// in focus too.
func (m *rooms) watch(o envs.Observation) {
	if m.named == nil {
		m.begin(o)
	}
	m.held = ""
	for _, n := range m.nooks {
		n.here = false
	}
	for _, c := range o.Admissible {
		switch c.Kind {
		case kindExamine:
			if n := m.named[c.Ref]; n != nil {
				n.here, n.known, n.closed = true, true, false
			} else {
				m.held = c.Ref
			}
		case kindMove, kindPut:
			m.held = c.Ref
		case kindGo:
			m.add(c.Ref)
		}
	}
	for _, c := range o.Admissible {
		if n := m.named[c.Ref]; n != nil && c.Kind == kindOpen {
			n.closed = true
		}
	}
	m.look(o)
}

// look takes in what is in the receptacles here.
func (m *rooms) look(o envs.Observation) {
	for _, n := range m.nooks {
		if n.here && !n.closed && m.held == "" {
			n.seen, n.things = true, nil
		}
	}
	at := m.named[o.Focus]
	if at != nil && at.here && !at.closed {
		at.seen, at.things = true, listed(o.Body)
	}
	for _, c := range o.Admissible {
		n := m.named[c.With]
		if c.Kind == kindUse { // it is in one of the receptacles here; which one does not matter
			n = at
		}
		if (c.Kind == kindTake || c.Kind == kindUse) && n != nil && n.here && !slices.Contains(n.things, c.Ref) {
			n.things = append(n.things, c.Ref)
		}
	}
}

// classes returns the classes of the receptacles.
func (m *rooms) classes() []string {
	var out []string
	for _, n := range m.nooks {
		if !slices.Contains(out, n.class) {
			out = append(out, n.class)
		}
	}
	return out
}
