package engine

import (
	"sync/atomic"

	"stepgym/envs/alfworld/pddl"
)

// Game is a loaded problem: immutable and safe for concurrent use.
type Game struct {
	rules *Rules
	id    uint64 // unlike any other game's of the rules
	task  string
	cut   bool // there was more of the task
	goal  *pddl.Formula

	entities  []*entity // those of facts in order of their IDs, then other objects
	types     []uint16  // of entities
	known     int       // number of those of facts
	constants []int32   // entity of each, -1 for those that the problem lacks

	rels   []*relation   // by predicate
	order  []int         // fluent predicates, in order of their first fluent
	spans  []span        // theirs
	many   [][]uint16    // by literal of the grammar: see mixed
	facts  int           // number of fluents
	denied int           // fluents below this one have a second bit, of not_p
	live   int           // fluents below this one are read by something
	print  atomic.Uint64 // see fingerprint; 0 if not known yet

	code     []uint16 // of ops, in order of commands
	extras   []extra
	commands []*phrase
	firstOp  []uint32 // of each command, and the end of code
	table    []uint16 // commands by hash of their text, plus one

	places place
	goals  goal
	start  State

	budget int // bindings that loading may still try

	intro atomic.Pointer[string]
	list  atomic.Pointer[[]Entity]
}

// entity is an object of games.
type entity struct {
	id   string
	name *name
	text string // name.text, here to be at hand
}

// Entity is a thing that a fact of the initial state names.
type Entity struct {
	ID     string // "cabinet_bar__minus_01_dot_20..."
	Name   string // "cabinet 3"
	Class  string // "cabinet"; "" if the ID tells none
	Number int    // 3; 0 if the ID tells no class
}

// Command is a command of one game; commands are numbered from 0 in the order
// of their texts.
type Command int32

// Arg is an entity that the text of a command names.
type Arg struct {
	Param  string // of the schema, without "?": "r"
	Entity int
}

// Rules returns what the game was loaded with.
func (g *Game) Rules() *Rules { return g.rules }

// Goal returns the goal, not to be modified.
func (g *Game) Goal() *pddl.Formula { return g.goal }

// Task returns what Load was told the task is.
func (g *Game) Task() string { return g.task }

// Entities returns the entities in order of their IDs; an entity's index in it
// is what the other methods call entity. Shared, not to be modified.
func (g *Game) Entities() []Entity {
	if l := g.list.Load(); l != nil {
		return *l
	}
	list := make([]Entity, g.known)
	for i := range list {
		e := g.entities[i]
		list[i] = Entity{ID: e.id, Name: e.name.text, Class: e.name.class, Number: e.name.number}
	}
	g.list.Store(&list)
	return list
}

// NumEntities returns the number of entities.
func (g *Game) NumEntities() int { return g.known }

// Name returns the name of an entity, "cabinet 3".
func (g *Game) Name(entity int) string { return g.entities[entity].text }

// ID returns the ID of an entity.
func (g *Game) ID(entity int) string { return g.entities[entity].id }

// Type returns the declared type of an entity: "receptacle".
func (g *Game) Type(entity int) string { return g.rules.types.names[g.types[entity]] }

// Entity returns the index of the entity with the ID.
func (g *Game) Entity(id string) (int, bool) {
	from, to := 0, g.known
	for from < to {
		m := int(uint(from+to) >> 1)
		if g.entities[m].id < id {
			from = m + 1
		} else {
			to = m
		}
	}
	return from, from < g.known && g.entities[from].id == id
}

// Named returns the index of the entity with the name, "cabinet 3".
func (g *Game) Named(name string) (int, bool) {
	for i := range g.entities[:g.known] {
		if g.entities[i].text == name {
			return i, true
		}
	}
	return 0, false
}

// Commands returns the number of commands that the game has, admissible at some
// time or not.
func (g *Game) Commands() int { return len(g.commands) }

// Find returns the command with exactly this text, admissible or not.
func (g *Game) Find(text string) (Command, bool) {
	c, ok := g.lookup(text)
	return c, ok && g.commands[c].text == text
}

// Text returns the text of a command: "take apple 1 from fridge 1".
func (g *Game) Text(c Command) string { return g.commands[c].text }

// Schema returns the name of the command's action as the grammar spells it.
func (g *Game) Schema(c Command) string { return g.commands[c].schema.name }

// Arg returns the i-th entity that the text names, -1 if there are fewer.
func (g *Game) Arg(c Command, i int) int {
	s := g.commands[c].schema
	if i >= len(s.slotList) {
		return -1
	}
	op := g.firstOp[c]
	return int(g.arguments(op, len(s.stored))[s.position[i]])
}

// Args returns the entities that the text names, in the order of the text.
func (g *Game) Args(c Command) []Arg {
	s := g.commands[c].schema
	if len(s.slotList) == 0 {
		return nil
	}
	var env [maxSlots]uint16
	g.opArgs(g.firstOp[c], env[:])
	args := make([]Arg, len(s.slotList))
	for i, slot := range s.slotList {
		args[i] = Arg{Param: s.params[slot].Name[1:], Entity: int(env[slot])}
	}
	return args
}
