package engine

import "strings"

// speaker makes a text: what is written so far, and the values of placeholders.
type speaker struct {
	*State
	out []byte
	env [maxTextSlots]uint16

	told     int // entity that the text from toldFrom to toldTo describes, -1 for none
	toldFrom int
	toldTo   int

	schema *schema // whose text may be kept, nil for none
	strays bool    // it depends on facts about what the command does not name
}

// feedback returns what is said of an op that was done.
func (s *State) feedback(op uint32) string {
	sc := s.g.rules.schemas[s.g.code[op]]
	sp := speaker{State: s, told: -1}
	s.g.opArgs(op, sp.env[:])
	if !sc.kept {
		s.said = nil
		text := sp.speak(sc)
		if sp.told >= 0 {
			s.told, s.telling = text[sp.toldFrom:sp.toldTo], int32(sp.told)+1
		}
		return text
	}
	h := s.saying(sc, 0, &sp)
	m := s.recall(h)
	if m == nil {
		sp.schema = sc
		m = sp.keep(h, sp.speak(sc))
	}
	s.said = m
	text := m.text()
	if m.tells {
		s.told, s.telling = text[m.from:m.to], int32(m.told)+1
	}
	return text
}

// speak returns the feedback of a schema in the environment.
func (sp *speaker) speak(sc *schema) string {
	sp.out = sp.buf[:0]
	sp.say(sc.feedback.nodes)
	sp.buf = sp.out
	return string(sp.out)
}

// Intro returns the text of the start.
func (s *State) Intro() string {
	if t := s.g.intro.Load(); t != nil {
		return *t
	}
	sp := speaker{State: s.g.Start(), told: -1}
	sp.say(s.g.rules.intro.nodes)
	text := string(sp.out)
	s.g.intro.Store(&text)
	return text
}

// Describe returns what examining the entity would say: the feedback of the
// action whose template is "examine" and one entity of that type. It says so
// from afar too: what is not open stays hidden in any case. "" if nothing
// examines such entities. The text is kept until the state changes.
func (s *State) Describe(entity int) string {
	if entity < 0 || entity >= s.g.known {
		return ""
	}
	if s.telling == int32(entity)+1 {
		return s.told
	}
	d := s.g.describes(entity)
	if d == nil {
		return ""
	}
	sp := speaker{State: s, told: -1}
	for i := range d.schema.params {
		sp.env[i] = s.g.some(d.schema.frame.types[i])
	}
	sp.env[d.slot] = uint16(entity)
	s.telling = int32(entity) + 1
	if !d.schema.kept {
		s.told = sp.speak(d.schema)
		return s.told
	}
	h := s.saying(d.schema, 1, &sp)
	if m := s.recall(h); m != nil {
		s.told = m.text()
		return s.told
	}
	sp.schema = d.schema
	s.told = sp.speak(d.schema)
	sp.keep(h, s.told)
	return s.told
}

// describes returns what describes an entity, one for its very type if there is
// one; nil if nothing does.
func (g *Game) describes(entity int) *description {
	var found *description
	for i := range g.rules.describe {
		d := &g.rules.describe[i]
		t := g.types[entity]
		if d.typ == int(t) {
			return d
		}
		if found == nil && g.rules.types.has(d.typ, t) {
			found = d
		}
	}
	return found
}

// some returns the first entity of a type, 0 if there is none.
func (g *Game) some(typ int) uint16 {
	for i, t := range g.types {
		if g.rules.types.has(typ, t) {
			return uint16(i)
		}
	}
	return 0
}

// say appends a text.
func (sp *speaker) say(nodes []node) {
	for i := range nodes {
		n := &nodes[i]
		switch n.op {
		case sayText:
			sp.out = append(sp.out, n.s...)
		case sayName:
			sp.out = append(sp.out, sp.g.entities[sp.env[n.slot]].text...)
		case sayID:
			sp.out = append(sp.out, sp.g.entities[sp.env[n.slot]].id...)
		case sayType:
			sp.out = append(sp.out, sp.g.Type(int(sp.env[n.slot]))...)
		case sayTask:
			sp.task(n.s)
		case sayChoice:
			sp.choose(n)
		case sayEach, sayList:
			sp.each(n)
		}
	}
}

// task appends the task, with what follows it in the grammar unless it ends so.
func (sp *speaker) task(after string) {
	task := sp.g.task
	if task == "" {
		task = marker
	}
	sp.out = append(sp.out, task...)
	if !sp.g.cut && !strings.HasSuffix(task, after) {
		sp.out = append(sp.out, after...)
	}
}

// choose appends the first alternative that applies.
func (sp *speaker) choose(n *node) {
	from := len(sp.out)
	for i := range n.alts {
		a := &n.alts[i]
		if a.condition == nil || !sp.walk(a.condition, 0, nil) {
			sp.say(a.body)
			break
		}
	}
	if n.tells {
		sp.told, sp.toldFrom, sp.toldTo = int(sp.env[n.slot]), from, len(sp.out)
	}
}

// enumeration is what is said of every match of a query.
type enumeration struct {
	node       *node
	members    int
	separated  int // where the last separator begins
	lastMember int // and where it ends
}

// each appends what is said of every match of a query.
func (sp *speaker) each(n *node) {
	e := enumeration{node: n}
	if n.query == nil {
		sp.member(&e)
	} else {
		sp.walk(n.query, 0, &e)
	}
	if n.op == sayEach {
		return
	}
	switch e.members {
	case 0:
		sp.say(n.empty)
	case 1:
	default: // the last separator is another one: write it and the member anew
		end := len(sp.out)
		sp.say(n.last)
		sp.out = append(sp.out, sp.out[e.lastMember:end]...)
		sp.out = sp.out[:e.separated+copy(sp.out[e.separated:], sp.out[end:])]
	}
}

// member appends one member of an enumeration.
func (sp *speaker) member(e *enumeration) {
	if e.members > 0 && e.node.op == sayList {
		e.separated = len(sp.out)
		sp.say(e.node.separator)
		e.lastMember = len(sp.out)
	}
	e.members++
	sp.say(e.node.body)
}
