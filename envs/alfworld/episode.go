package alfworld

import (
	"context"

	"stepgym/envs"
	"stepgym/envs/alfworld/engine"
)

// Episode is one play of a game. It implements [envs.Episode], [envs.Forker],
// [envs.Snapshotter], [envs.Hinter] and [envs.Lister].
type Episode struct {
	env   *Env
	home  *home
	state *engine.State
	seed  uint64
	turns int
	focus int32 // entity; -1 before the first
	over  bool
	shut  bool

	text string // what the game said last

	seen    envs.Observation // of the present state
	hasSeen bool
}

// newEpisode starts a play. A game that is won from the start is over after
// the first step, as in the original.
func newEpisode(e *Env, h *home, seed uint64) *Episode {
	ep := &Episode{env: e, home: h, state: h.game.Start(), seed: seed, focus: -1}
	ep.text = ep.state.Intro()
	return ep
}

// nothingHappens is what the original says to a command that it does not
// know, or that is not possible now.
const nothingHappens = "Nothing happens."

// Step implements [envs.Episode]. The action is a command such as "take apple 1
// from fridge 1", to the letter of Observation's list (white space around it
// aside) unless the friendly variant is on. A command that the game refuses
// changes nothing but costs a turn.
func (e *Episode) Step(ctx context.Context, a envs.Action) (envs.Result, error) {
	switch {
	case e.shut:
		return envs.Result{}, envs.ErrClosed
	case e.over:
		return envs.Result{}, envs.ErrDone
	}
	if err := ctx.Err(); err != nil {
		return envs.Result{}, err
	}
	ok := false
	if len(a.Calls) == 0 {
		ok = e.act(a.Text)
	} else {
		e.text = nothingHappens
	}
	e.hasSeen = false
	e.turns++
	r := envs.Result{Invalid: !ok, Metrics: e.env.lost}
	if e.state.Won() {
		r.Terminated, r.Success = true, true
		r.Reward, r.Metrics = e.env.config.reward(), e.env.won
	} else if limit := e.env.config.MaxTurns; limit > 0 && e.turns >= limit {
		r.Truncated = true
	}
	e.over = r.Done()
	return r, nil
}

// act carries out a command and sets what the game says. It reports whether
// there was something to carry out.
func (e *Episode) act(text string) bool {
	c, says, ok := e.state.Act(text)
	switch {
	case ok:
		e.done(c, says)
		return true
	case e.env.config.Friendly:
		return e.understand(text)
	}
	e.text = says
	return false
}

// done notes what a command that was carried out says, and turns to the
// receptacle that it names.
func (e *Episode) done(c engine.Command, says string) {
	e.text = says
	for i := 0; ; i++ {
		at := e.home.game.Arg(c, i)
		if at < 0 {
			return
		}
		if e.home.spots[at].place {
			e.focus = int32(at)
		}
	}
}

// Fork implements [envs.Forker].
func (e *Episode) Fork() (envs.Episode, error) {
	if e.shut {
		return nil, envs.ErrClosed
	}
	t := *e
	t.state = e.state.Clone()
	return &t, nil
}

// Close implements [envs.Episode].
func (e *Episode) Close() error {
	e.shut = true
	return nil
}
