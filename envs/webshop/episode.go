package webshop

import (
	"context"

	"stepgym/envs"
)

// Episode is one customer's visit to the shop. It implements [envs.Episode],
// [envs.Forker] and [envs.Snapshotter], and takes a few hundred bytes.
type Episode struct {
	session session
	history history
	turns   int
	over    bool // bought, or out of turns
	closed  bool

	seen *scene // of the current page, once it was looked at
	key  string // its StateKey, likewise
}

// Observation implements [envs.Episode]. It holds one message of the user: the
// page in the configured mode, after the history if that is configured. Anchor
// is the page alone.
func (e *Episode) Observation() envs.Observation {
	e.look()
	o := e.session.observe(e.seen, e.key, e.over)
	if e.history.on() {
		o.Messages = []envs.Message{{Role: "user", Content: e.history.text(e.seen.text)}}
	}
	return o
}

// look makes what Observation shows, unless it is there.
func (e *Episode) look() {
	if e.seen != nil {
		return
	}
	e.seen = e.session.scene()
	var array [256]byte
	e.key = string(e.session.appendStateKey(array[:0]))
}

// Step implements [envs.Episode]. Actions are "search[words]" and
// "click[text]"; see parseAction for what the original makes of odd ones. An
// action that does nothing in the original, or that crashes it, is Invalid and
// leaves the page as it is.
func (e *Episode) Step(ctx context.Context, a envs.Action) (envs.Result, error) {
	switch {
	case e.closed:
		return envs.Result{}, envs.ErrClosed
	case e.over:
		return envs.Result{}, envs.ErrDone
	}
	if err := ctx.Err(); err != nil {
		return envs.Result{}, err
	}
	if e.history.on() {
		e.look()
		e.history.add(e.seen.text, a.String())
	}
	out := outcome{refused: true}
	if len(a.Calls) == 0 {
		out = e.session.act(a.Text)
	}
	if !out.refused {
		e.seen, e.key = nil, ""
	}
	e.turns++
	r := envs.Result{Invalid: out.refused}
	limit := e.session.world.config.MaxTurns
	if out.bought != nil {
		r.Terminated = true
		r.Success = out.bought.Score == 1
		r.Reward = e.session.world.config.reward(out.bought.Score)
		r.Metrics = out.bought.metrics()
	} else if limit > 0 && e.turns >= limit {
		r.Truncated = true
	}
	e.over = r.Done()
	return r, nil
}

// reward is what a purchase of this score earns.
func (c Config) reward(score float64) float64 {
	switch {
	case c.Reward == RewardDense:
		return score
	case score == 1:
		return successReward
	}
	return 0
}

// metrics are the parts of the reward under the names of the original's verbose
// report; r_option and w_option are missing where the goal has no options.
func (r *Reward) metrics() map[string]float64 {
	m := map[string]float64{
		"score":          r.Score,
		"r_type":         r.Type,
		"r_att":          r.Attributes,
		"w_att":          r.AttrWeight,
		"query_match":    number(r.QueryMatch),
		"category_match": number(r.CategoryMatch),
		"title_score":    r.TitleScore,
		"r_price":        number(r.Price),
		"w_price":        r.PriceWeight,
	}
	if r.HasOptions {
		m["r_option"], m["w_option"] = r.Options, r.OptionWeight
	}
	return m
}

func number(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// Fork implements [envs.Forker].
func (e *Episode) Fork() (envs.Episode, error) {
	if e.closed {
		return nil, envs.ErrClosed
	}
	t := new(Episode)
	*t = *e
	e.session.clone(&t.session)
	return t, nil
}

// Close implements [envs.Episode].
func (e *Episode) Close() error {
	e.closed = true
	return nil
}
