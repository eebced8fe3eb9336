package openenv

import "sync"

// link is what this protocol keeps of a session, in Session.Data: the socket
// that has it, and what the client calls its episode.
type link struct {
	owned bool // made by a socket and not by openenv/session/create

	mu      sync.Mutex // guards what follows
	socket  *socket    // that has the session now, or nil
	episode string     // the client's name for the episode, or empty
	closing bool       // when the socket leaves
}

// take makes s the socket of the session and returns the one that had it.
func (l *link) take(s *socket) (before *socket) {
	l.mu.Lock()
	defer l.mu.Unlock()
	before, l.socket = l.socket, s
	return before
}

// drop takes the session from s. had says whether s still had it, closing
// whether the session is to be closed now.
func (l *link) drop(s *socket) (had, closing bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.socket != s {
		return false, false
	}
	l.socket = nil
	return true, l.closing
}

// closeLater has the session closed when its socket leaves. It reports false if
// there is no socket.
func (l *link) closeLater() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.socket == nil {
		return false
	}
	l.closing = true
	return true
}

// name sets the client's name for the episode that plays.
func (l *link) name(episode string) {
	l.mu.Lock()
	l.episode = episode
	l.mu.Unlock()
}

// named returns it.
func (l *link) named() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.episode
}
