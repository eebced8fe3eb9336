package v1

import (
	"context"
	"sync"

	"stepgym/envs/serve/session"
)

// memory is what the protocol keeps for each session, in session.Request.Data.
type memory struct {
	// start is what the next episode of an autoreset has of the first one: its
	// environment, limit of turns and the client's name for it.
	start session.Start

	// busy is held while a step with autoreset is taken, so that two of them
	// cannot both start the next episode.
	busy sync.Mutex

	// The answer to the latest step if autoreset started an episode after it, of
	// which no step was taken yet: for a client that sends the step again. Guarded
	// by busy.
	stepID, action string
	answer         []byte // without the brace at its end
}

// ForSession implements session.PerSession: a session that comes from another,
// or from the same request, has its own memory.
func (m *memory) ForSession() any { return &memory{start: m.start} }

// memoryOf returns the memory of a session that this protocol made, else nil.
func memoryOf(s *session.Session) *memory {
	m, _ := s.Data().(*memory)
	return m
}

// take begins a step with autoreset. again is true if answer holds what is to
// be said to it. After a nil error the caller calls give.
func (m *memory) take(s *session.Session, stepID, action string) (again bool, err error) {
	if !m.busy.TryLock() {
		return false, &session.Error{
			Code: session.CodeBusy, Message: "another step with autoreset is being taken in episode " + s.ID() + ": send one at a time",
		}
	}
	if m.answer == nil {
		return false, nil
	}
	if stepID != "" && stepID == m.stepID && s.Info().Steps == 0 {
		if action == m.action {
			return true, nil
		}
		m.busy.Unlock()
		return false, newError(session.CodeStepID, "step ID %q was used for the action %q before, now for %q", stepID, m.action, action)
	}
	m.stepID, m.action, m.answer = "", "", nil
	return false, nil
}

func (m *memory) give() { m.busy.Unlock() }

// next starts the episode that follows the one that ended.
func (m *memory) next(ctx context.Context, s *session.Session, mode string) (session.Answer, error) {
	i := s.Info()
	start := m.start
	start.Env, start.Split = "", i.Split
	if mode == resetSame {
		start.Task, start.Seed = i.Task, &i.Seed
	}
	return s.Reset(ctx, start)
}
