package engine

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"github.com/zeebo/xxh3"
)

// maxCommands bounds the commands of a game.
const maxCommands = 1<<16 - 1

// run is a command with its ops, drafts from up to to.
type run struct {
	phrase   *phrase
	from, to int
}

// rankNames ranks the entities of facts by their names.
func (l *loader) rankNames() {
	order := l.order[:0]
	for i := range l.g.known {
		order = append(order, uint16(i))
	}
	l.order = order
	slices.SortFunc(order, func(a, b uint16) int { return strings.Compare(l.names[a].text, l.names[b].text) })
	l.rank = slices.Grow(l.rank[:0], l.g.known)[:l.g.known]
	for i, e := range order {
		l.rank[e] = uint16(i)
	}
}

// rankOf returns the rank of an entity. Those of no fact rank behind all others,
// in whatever order.
func (l *loader) rankOf(e uint16) uint16 {
	if int(e) >= l.g.known {
		return e
	}
	return l.rank[e]
}

// command gives the ops commands, in order of their texts. Needs the intern's
// lock.
func (l *loader) command() error {
	if l.strangers {
		l.nameStrangers()
	}
	l.findRuns()
	runs := l.runs
	if len(runs) > maxCommands {
		return fmt.Errorf("more than %d commands are not supported", maxCommands)
	}
	for i := 1; i < len(runs); i++ {
		if runs[i-1].phrase.text > runs[i].phrase.text { // the keys were not the order of the texts
			slices.SortStableFunc(runs, func(a, b run) int { return strings.Compare(a.phrase.text, b.phrase.text) })
			break
		}
	}
	l.layOut()
	l.g.hash()
	return nil
}

// layOut copies the ops to their final place, in order of their commands.
func (l *loader) layOut() {
	g := l.g
	from := &Game{rules: g.rules, code: g.code} // as it is while loading
	size := 0
	for _, d := range l.drafts {
		s := l.rules.schemas[from.code[d.at]]
		size += len(from.opWords(d.at, len(s.params))) - len(s.params) + len(s.stored)
	}
	code := make([]uint16, 0, size)
	g.commands = make([]*phrase, 0, len(l.runs))
	g.firstOp = make([]uint32, 0, len(l.runs)+1)
	for _, r := range l.runs {
		if n := len(g.commands); n == 0 || g.commands[n-1].text != r.phrase.text {
			g.commands = append(g.commands, r.phrase)
			g.firstOp = append(g.firstOp, uint32(len(code)))
		}
		for _, d := range l.drafts[r.from:r.to] {
			s := l.rules.schemas[from.code[d.at]]
			all := from.opWords(d.at, len(s.params))
			args := all[len(all)-len(s.params):]
			at := len(code)
			code = append(code, all[:len(all)-len(s.params)]...)
			for _, slot := range s.stored {
				code = append(code, args[slot])
			}
			code[at+opCommand] = uint16(len(g.commands) - 1)
		}
	}
	g.firstOp = append(g.firstOp, uint32(len(code)))
	g.code, g.commands, g.firstOp = code, slices.Clip(g.commands), slices.Clip(g.firstOp)
}

// findRuns splits the ops into those of one command, as far as they are side by
// side.
func (l *loader) findRuns() {
	runs := l.runs[:0]
	var args []uint16
	entity := func(slot int) *entity { return l.g.entities[args[slot]] }
	for i, d := range l.drafts {
		s := l.rules.schemas[l.g.code[d.at]]
		if n := len(runs); n > 0 && s.simple && l.drafts[i-1].key == d.key {
			runs[n-1].to = i + 1
			continue
		}
		args = l.g.arguments(d.at, len(s.params))
		runs = append(runs, run{l.rules.intern.phrase(s, entity), i, i + 1})
	}
	l.runs = runs
}

// hash makes the table of commands.
func (g *Game) hash() {
	size := 1 << bits.Len(uint(len(g.commands)*3/2+1))
	g.table = make([]uint16, size)
	for c, p := range g.commands {
		i := int(p.hash) & (size - 1)
		for g.table[i] != 0 {
			i = (i + 1) & (size - 1)
		}
		g.table[i] = uint16(c + 1)
	}
}

// lookup returns the command whose text, without white space around it, is key.
func (g *Game) lookup(key string) (Command, bool) {
	if len(g.table) == 0 {
		return 0, false
	}
	for i := int(xxh3.HashString(key)) & (len(g.table) - 1); g.table[i] != 0; i = (i + 1) & (len(g.table) - 1) {
		if c := g.table[i] - 1; g.commands[c].key == key {
			return Command(c), true
		}
	}
	return 0, false
}
