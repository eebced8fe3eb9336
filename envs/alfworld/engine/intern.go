package engine

import (
	"strconv"
	"strings"
	"sync"

	"github.com/zeebo/xxh3"

	"stepgym/envs"
	"stepgym/envs/alfworld/pddl"
)

// handled are the kinds of commands that say what the agent holds from then on;
// their choices set the slot hand.
var handled = map[string]bool{"take": true, "move": true, "put": true}

const hand = "hand"

// intern keeps what games of the same rules have in common.
type intern struct {
	mu      sync.Mutex
	things  map[entity]*entity
	names   map[string]*name // by text
	phrases phraseTable
	long    map[string]*phrase        // with more than two entities, by schema and text
	goals   map[string]*pddl.Formula  // by text
	common  map[digest][]*envs.Choice // see place
	written uint32                    // phrases so far
	games   uint64                    // loaded so far
	buf     []byte
}

// name is the name of entities.
type name struct {
	text   string // "cabinet 3"
	class  string // "cabinet"
	number int
	index  uint32
}

// phrase is a command as it is written.
type phrase struct {
	text   string
	key    string // text without white space around it
	index  uint32 // unlike that of any other phrase of the rules
	hash   uint64 // of key
	schema *schema
	named  phraseKey
	choice envs.Choice
}

// phraseKey names a phrase: a schema and the indexes of up to two names.
type phraseKey struct{ schema, first, second uint32 }

// phraseTable is a hash table of phrases.
type phraseTable struct {
	slots []*phrase // a power of 2, at most half of them in use
	n     int
}

// hash chooses the first slot to look at.
func (k phraseKey) hash() uint64 {
	h := uint64(k.schema)*0x9e3779b97f4a7c15 ^ (uint64(k.first)<<32|uint64(k.second))*0xbf58476d1ce4e5b9
	return h ^ h>>29
}

// slot returns where the phrase with the key is, or would be.
func (t *phraseTable) slot(k phraseKey) int {
	i := int(k.hash()) & (len(t.slots) - 1)
	for t.slots[i] != nil && t.slots[i].named != k {
		i = (i + 1) & (len(t.slots) - 1)
	}
	return i
}

// get returns the phrase with the key, nil if there is none.
func (t *phraseTable) get(k phraseKey) *phrase {
	if t.n == 0 {
		return nil
	}
	return t.slots[t.slot(k)]
}

// put adds a phrase.
func (t *phraseTable) put(p *phrase) {
	if 2*t.n >= len(t.slots) {
		old := t.slots
		t.slots = make([]*phrase, max(1024, 2*len(old)))
		for _, q := range old {
			if q != nil {
				t.slots[t.slot(q.named)] = q
			}
		}
	}
	t.slots[t.slot(p.named)] = p
	t.n++
}

func newIntern() *intern {
	return &intern{
		things: make(map[entity]*entity),
		names:  make(map[string]*name),
		long:   make(map[string]*phrase),
		goals:  make(map[string]*pddl.Formula),
		common: make(map[digest][]*envs.Choice),
	}
}

// entity returns the one copy of an entity. Needs mu.
func (n *intern) entity(id string, name *name) *entity {
	if kept, ok := n.things[entity{id, name, name.text}]; ok {
		return kept
	}
	e := &entity{strings.Clone(id), name, name.text}
	n.things[*e] = e
	return e
}

// name returns the name of a class and number; number 0 is that of an entity
// without a class, whose ID is class. Needs mu.
func (n *intern) name(class string, number int) *name {
	n.buf = append(append(n.buf[:0], class...), ' ')
	if number > 0 {
		n.buf = strconv.AppendInt(n.buf, int64(number), 10)
	}
	if kept, ok := n.names[string(n.buf)]; ok {
		return kept
	}
	text := string(n.buf)
	kept := &name{text: text, number: number, index: uint32(len(n.names) + 1)}
	if number > 0 {
		kept.class = text[:len(class)]
	}
	n.names[text] = kept
	return kept
}

// phrase returns the phrase of a schema's command about entities, given by
// parameter. Needs mu.
func (n *intern) phrase(s *schema, entity func(slot int) *entity) *phrase {
	slots := s.slotList
	key := phraseKey{schema: uint32(s.index)}
	if s.simple {
		if len(slots) > 0 {
			key.first = entity(slots[0]).name.index
		}
		if len(slots) > 1 {
			key.second = entity(slots[1]).name.index
		}
		if p := n.phrases.get(key); p != nil {
			return p
		}
	}
	b := n.buf[:0]
	for _, t := range s.template {
		switch {
		case t.slot < 0:
			b = append(b, t.text...)
		case t.id:
			b = append(b, entity(t.slot).id...)
		default:
			b = append(b, entity(t.slot).name.text...)
		}
	}
	n.buf = b
	if s.simple {
		p := n.newPhrase(s, string(b), entity)
		p.named = key
		n.phrases.put(p)
		return p
	}
	long := strconv.Itoa(s.index) + " " + string(b)
	for _, slot := range slots {
		long += "\x00" + entity(slot).name.text
	}
	p, ok := n.long[long]
	if !ok {
		p = n.newPhrase(s, string(b), entity)
		n.long[long] = p
	}
	return p
}

func (n *intern) newPhrase(s *schema, text string, entity func(slot int) *entity) *phrase {
	n.written++
	p := &phrase{text: text, key: strings.TrimSpace(text), index: n.written, schema: s}
	p.hash = xxh3.HashString(p.key)
	p.choice = envs.Choice{Action: envs.Action{Text: text}, Kind: s.kind}
	if len(s.slotList) > 0 {
		p.choice.Ref = entity(s.slotList[0]).name.text
	}
	if len(s.slotList) > 1 {
		p.choice.With = entity(s.slotList[1]).name.text
	}
	if handled[s.kind] {
		p.choice.Slot = hand
	}
	return p
}

// game returns a number that no other game of these rules has. Needs mu.
func (n *intern) game() uint64 {
	n.games++
	return n.games
}

// goal returns the one copy of a condition. Needs mu.
func (n *intern) goal(f *pddl.Formula) *pddl.Formula {
	n.buf = appendFormula(n.buf[:0], f)
	if kept, ok := n.goals[string(n.buf)]; ok {
		return kept
	}
	n.goals[string(n.buf)] = f
	return f
}

// template returns the one copy of the choices whose phrases have the hash.
func (n *intern) template(h digest, choices func() []*envs.Choice) []*envs.Choice {
	n.mu.Lock()
	defer n.mu.Unlock()
	kept, ok := n.common[h]
	if !ok {
		kept = choices()
		n.common[h] = kept
	}
	return kept
}

// appendFormula appends a text that only equal conditions have.
func appendFormula(b []byte, f *pddl.Formula) []byte {
	if f == nil {
		return append(b, '-')
	}
	b = append(b, '(', '0'+byte(f.Op))
	b = append(b, f.Predicate...)
	for _, a := range f.Args {
		b = append(append(b, ' '), a...)
	}
	for _, v := range f.Vars {
		b = append(append(b, ' '), v.Name...)
		b = append(append(b, '-'), v.Type...)
	}
	for _, s := range f.Subs {
		b = appendFormula(b, s)
	}
	return append(b, ')')
}
