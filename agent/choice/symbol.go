package choice

import (
	"sync"
)

// A symbol is a class word of an environment: the kind of a choice, a place.
// Its number is given out by the first update that meets it and is 0, for the
// unknown, until then: so numbers do not depend on which of many concurrent
// players met a word first.
type symbol struct {
	name string
	row  int32 // number from 1; written by updates, which run alone
}

// symbols are the class words of one sort. Getting one is safe for concurrent
// use.
type symbols struct {
	mu     sync.RWMutex
	byName map[string]*symbol
	rows   []string // the names with a number, that of 1 first
	size   int      // numbers to give out
}

// maxSymbols bounds the class words that are kept; further ones are unknown.
const maxSymbols = 4096

// unknown stands for the class words that came when there was no more room.
var unknown = &symbol{}

func newSymbols(size int) *symbols {
	return &symbols{byName: map[string]*symbol{}, size: size}
}

// get returns the symbol of name.
func (s *symbols) get(name string) *symbol {
	s.mu.RLock()
	sym := s.byName[name]
	s.mu.RUnlock()
	if sym != nil {
		return sym
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if sym := s.byName[name]; sym != nil {
		return sym
	}
	if len(s.byName) >= maxSymbols {
		return unknown
	}
	sym = &symbol{name: name}
	s.byName[name] = sym
	return sym
}

// learn gives sym a number if it has none and there is room. It must not run
// beside anything else.
func (s *symbols) learn(sym *symbol) {
	if sym.row != 0 || sym == unknown || len(s.rows) >= s.size {
		return
	}
	s.rows = append(s.rows, sym.name)
	sym.row = int32(len(s.rows))
}

// names returns the words that have a number, that of 1 first.
func (s *symbols) names() []string { return s.rows }

// reset makes names the words with a number. It must not run beside anything else.
func (s *symbols) reset(names []string) {
	for _, sym := range s.byName {
		sym.row = 0
	}
	s.rows = nil
	for _, n := range names {
		s.learn(s.get(n))
	}
}
