package ors

import (
	"crypto/sha256"
	"slices"
)

// What is kept of a session's answers, so that clients whose calls run side by
// side may all ask again. The answer to the latest step is the session's own to
// keep, whatever its size.
const (
	keptAnswers = 4
	keptBytes   = 16 << 10 // of one answer
)

// kept is the answer to a step.
type kept struct {
	id   string
	call [sha256.Size]byte // what was called
	text string
}

// sum names what is called.
func (c *call) sum() [sha256.Size]byte {
	return sha256.Sum256([]byte(c.name + "\x00" + string(c.input)))
}

// keep keeps the answer to a step.
func (l *link) keep(c *call, text string) {
	if len(text) > keptBytes {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if slices.ContainsFunc(l.answers, func(k kept) bool { return k.id == c.id }) {
		return
	}
	if len(l.answers) == keptAnswers {
		l.answers = slices.Delete(l.answers, 0, 1)
	}
	l.answers = append(l.answers, kept{c.id, c.sum(), text})
}

// known returns the answer that is kept for a call; ok is false if there is none.
func (l *link) known(c *call) (text string, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range l.answers {
		if k := &l.answers[i]; k.id == c.id {
			return k.text, k.call == c.sum()
		}
	}
	return "", false
}
