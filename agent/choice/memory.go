package choice

import (
	"stepgym/envs"
)

// A memory is what a player keeps of its episode so far, filed under the names
// that the environment gives to things. It belongs to one player.
type memory struct {
	goal *goal

	turn     int // actions taken
	place    string
	inPlace  int // observations in a row with this place
	focus    string
	last     taken
	repeats  int // times in a row that the last action was taken
	settings []setting
	set      findings // of all settings

	things []*thing // in the order in which they came into focus
	byName map[string]*thing
	all    findings // of all things
	best   *thing   // what promises most of the things seen; nil without things

	takes map[string][]take // by the action's text
	kinds []kindCount
}

// A thing is something that was in focus.
type thing struct {
	name   string
	visits int // times that it came into focus
	pages  []page
	found  findings // of all pages
	over   bool     // known to cost more than the limit
	score  float32  // what it promises: settings asked and there, then coverage
}

// A page is the last that was read of a thing at one place.
type page struct {
	place string
	found findings
}

// A setting is a value chosen for the thing in focus.
type setting struct {
	slot, text string
	found      findings
}

// A take counts how often an action was taken in one situation.
type take struct {
	place, focus string
	n            int
}

type kindCount struct {
	kind *symbol
	n    int
}

// A taken is an action that was carried out, with what is known of it.
type taken struct {
	text  string // the action's
	kind  *symbol
	slot  string
	found findings // of the choice's text
}

// act files the action that was carried out in the present situation.
func (m *memory) act(t taken) {
	m.turn++
	if t.text == m.last.text {
		m.repeats++
	} else {
		m.repeats = 0
	}
	m.last = t
	if m.takes == nil {
		m.takes = map[string][]take{}
	}
	m.takes[t.text] = addTake(m.takes[t.text], m.place, m.focus)
	m.countKind(t.kind)
	if t.slot == "" {
		return
	}
	s := setting{t.slot, t.text, t.found}
	for i := range m.settings {
		if m.settings[i].slot == t.slot {
			m.settings[i] = s
			m.sumSettings()
			return
		}
	}
	m.settings = append(m.settings, s)
	m.sumSettings()
}

func addTake(ts []take, place, focus string) []take {
	for i := range ts {
		if ts[i].place == place && ts[i].focus == focus {
			ts[i].n++
			return ts
		}
	}
	return append(ts, take{place, focus, 1})
}

func (m *memory) countKind(k *symbol) {
	if k == nil {
		return
	}
	for i := range m.kinds {
		if m.kinds[i].kind == k {
			m.kinds[i].n++
			return
		}
	}
	m.kinds = append(m.kinds, kindCount{k, 1})
}

func (m *memory) sumSettings() {
	m.set = findings{}
	for _, s := range m.settings {
		m.set = m.set.join(s.found)
	}
}

// see files an observation. body is its body's match, and own are the matches
// of its choices.
func (m *memory) see(o *envs.Observation, body *match, choices []*envs.Choice, own []*match) {
	if o.Place == m.place {
		m.inPlace++
	} else {
		m.place, m.inPlace = o.Place, 1
	}
	came := o.Focus != m.focus
	if came {
		m.focus = o.Focus
		m.settings, m.set = m.settings[:0], findings{}
	}
	m.seePrices(choices, own)
	if o.Focus == "" {
		return
	}
	t := m.thing(o.Focus)
	if came {
		t.visits++
	}
	found := body.findings
	for i := range choices {
		if c := choices[i]; c.Ref == o.Focus || c.Ref == "" && c.Slot != "" {
			found = found.join(own[i].findings)
			t.over = t.over || m.goal.limit.over(own[i].price)
		}
	}
	t.read(o.Place, found)
	m.rate(t)
}

// seePrices notes the prices that choices state for things seen.
func (m *memory) seePrices(choices []*envs.Choice, own []*match) {
	if !m.goal.limit.known || len(m.things) == 0 {
		return
	}
	for i := range choices {
		if t := m.byName[choices[i].Ref]; t != nil && !t.over && m.goal.limit.over(own[i].price) {
			t.over = true
			m.rate(t)
		}
	}
}

// thing returns the thing of the name, a new one if there is none.
func (m *memory) thing(name string) *thing {
	t := m.byName[name]
	if t == nil {
		if m.byName == nil {
			m.byName = map[string]*thing{}
		}
		t = &thing{name: name}
		m.byName[name] = t
		m.things = append(m.things, t)
	}
	return t
}

// read files what a place tells of t, in place of what it told before.
func (t *thing) read(place string, found findings) {
	known := false
	for i := range t.pages {
		if t.pages[i].place == place {
			t.pages[i].found, known = found, true
		}
	}
	if !known {
		t.pages = append(t.pages, page{place, found})
	}
	t.found = findings{}
	for _, p := range t.pages {
		t.found = t.found.join(p.found)
	}
}

// rate brings up to date what depends on t's findings.
func (m *memory) rate(t *thing) {
	t.score = float32(m.goal.settings(t.found.clauses)) + m.goal.coverage(t.found.words)
	if t.over {
		t.score -= 2
	}
	m.all, m.best = findings{}, nil
	for _, t := range m.things {
		m.all = m.all.join(t.found)
		if m.best == nil || t.score > m.best.score {
			m.best = t
		}
	}
}

// timesTaken is how often the action was taken at this place with this focus.
func (m *memory) timesTaken(text string) int {
	for _, t := range m.takes[text] {
		if t.place == m.place && t.focus == m.focus {
			return t.n
		}
	}
	return 0
}

// timesKind is how often an action of kind k was taken.
func (m *memory) timesKind(k *symbol) int {
	for _, c := range m.kinds {
		if c.kind == k {
			return c.n
		}
	}
	return 0
}

// setTo tells what slot is set to: 1 if it is by the action text, -1 if it is
// by another one, 0 if it is not set.
func (m *memory) setTo(slot, text string) float32 {
	for _, s := range m.settings {
		if s.slot == slot {
			if s.text == text {
				return 1
			}
			return -1
		}
	}
	return 0
}
