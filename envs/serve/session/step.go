package session

import (
	"context"
	"hash/maphash"
	"slices"
	"time"

	"stepgym/envs"
)

// Step takes one step. Before the first reset it is ErrNotReset, after the end
// of the episode ErrDone, after a failure of the environment ErrLost; these
// change nothing.
//
// A step with an ID is taken once. The latest ID with the same action gives the
// stored answer again, with Replayed set; another action with it, or an ID from
// before, is ErrStepID. An empty ID is no ID. IDs are of an episode: a reset
// forgets them.
//
// ctx bounds the wait for the turn. A step that has begun is finished.
func (s *Session) Step(ctx context.Context, a envs.Action, id string) (answer Answer, err error) {
	if err := s.enter(ctx); err != nil {
		return Answer{}, err
	}
	var t tally
	p := s.play
	ended, err := s.step(a, id, s.host.now(), &t, &answer)
	s.leaveAt(ended)
	if p != nil {
		p.world.stats.flush(&t)
	}
	if err != nil {
		return Answer{}, err
	}
	return answer, nil
}

// step takes a step within the session's turn and counts it in t. It returns
// the time at its end. answer is of no meaning after an error.
func (s *Session) step(a envs.Action, id string, began int64, t *tally, answer *Answer) (int64, error) {
	h, p := s.host, s.play
	if p == nil {
		return began, fault(CodeNotReset, "session %s was not reset yet: reset it before the first step", s.id)
	}
	if size(a) > h.options.ActionBytes {
		return began, fault(CodeTooLarge, "the action has %d bytes, at most %d are allowed", size(a), h.options.ActionBytes)
	}
	if id != "" {
		known, err := p.replay(id, a, answer)
		if known && err == nil {
			t.add(StepReplayed, 0)
		}
		if known {
			return began, err
		}
	}
	switch {
	case p.lost != nil:
		return began, fault(CodeLost, "episode %s was lost: %w", p.id, p.lost)
	case p.over:
		return began, fault(CodeDone, "episode %s has ended: reset to start another", p.id)
	}
	if err := s.account.takeStep(began); err != nil {
		return began, err
	}
	err := p.advance(h.callContext(), a, answer)
	ended := h.now()
	if err != nil {
		t.add(StepError, time.Duration(ended-began))
		return ended, s.lose(err)
	}
	t.add(outcomeOf(&answer.Result), time.Duration(ended-began))
	if id != "" {
		p.store(id, a, answer)
	}
	if p.over {
		s.write("")
	}
	return ended, nil
}

func outcomeOf(r *envs.Result) int {
	switch {
	case r.Done():
		return StepEnd
	case r.Invalid:
		return StepInvalid
	}
	return StepOK
}

// lose ends the episode after a failure of the environment.
func (s *Session) lose(err error) error {
	p := s.play
	if p.lost == nil {
		p.lost, p.over = err, true
		s.write("")
		s.host.options.Logger.Error("the environment failed", logSession(s), logError(err))
	}
	return fault(CodeLost, "episode %s is lost: %w", p.id, err)
}

// replay puts the stored answer to a step with this ID into answer. known is
// false if there was no such step.
func (p *play) replay(id string, a envs.Action, answer *Answer) (known bool, err error) {
	if p.stored != nil && p.stored.id == id {
		if !equal(p.stored.action, a) {
			return true, fault(CodeStepID, "step ID %q was used for the action %q before, now for %q", id, p.stored.action, a)
		}
		*answer = p.stored.answer
		answer.Replayed = true
		return true, nil
	}
	if slices.Contains(p.ids, maphash.String(p.world.seed, id)) {
		return true, fault(CodeStepID, "step ID %q was used before the latest step; only the latest answer is kept", id)
	}
	return false, nil
}

// store keeps the answer to a step with an ID.
func (p *play) store(id string, a envs.Action, answer *Answer) {
	p.ids = append(p.ids, maphash.String(p.world.seed, id))
	if p.stored == nil {
		p.stored = new(stored)
	}
	*p.stored = stored{id: id, action: a, answer: *answer}
}

func equal(a, b envs.Action) bool {
	return a.Text == b.Text && len(a.Calls) == len(b.Calls) && (len(a.Calls) == 0 || a.String() == b.String())
}

// size returns the bytes of an action.
func size(a envs.Action) int {
	n := len(a.Text)
	for _, c := range a.Calls {
		n += len(c.ID) + len(c.Name) + len(c.Args)
	}
	return n
}
