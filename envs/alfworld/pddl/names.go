package pddl

import (
	"strings"
	"sync"
)

// Names keeps one copy of every name that the texts read with it contain, so
// that games that share a house, and houses that share a domain, share the
// memory of their names. It grows with every new name and is safe for
// concurrent use. It also keeps the room that reading needs, so that reading
// many problems with one Names costs less than with [ParseProblem].
type Names struct {
	mu   sync.Mutex
	all  map[string]string
	work sync.Pool // of *work
}

// NewNames returns an empty Names.
func NewNames() *Names {
	return &Names{all: make(map[string]string), work: sync.Pool{New: func() any { return new(work) }}}
}

// Keep returns its copy of name. A program may pass names that come from
// elsewhere, to share them as well.
func (n *Names) Keep(name string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	if kept, ok := n.all[name]; ok {
		return kept
	}
	name = strings.Clone(name)
	n.all[name] = name
	return name
}

// keep returns the string of b.
func (n *Names) keep(b []byte) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	if kept, ok := n.all[string(b)]; ok {
		return kept
	}
	name := string(b)
	n.all[name] = name
	return name
}

// Len returns how many names are kept.
func (n *Names) Len() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.all)
}
