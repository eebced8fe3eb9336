package envs

import (
	"context"
	"errors"
	"fmt"
)

// PlayLine is one line of a scripted play: an action and everything that an
// agent or a trainer could see after it.
type PlayLine struct {
	T           int                `json:"t"`           // 0 for the start, then the number of the action
	Action      string             `json:"action"`      // "" for the start
	Observation string             `json:"observation"` // Observation.Text
	Admissible  []string           `json:"admissible"`  // Action.String of each; after the end what a [Lister] still lists
	Forms       []string           `json:"forms"`       // Form.Template of each
	Reward      float64            `json:"reward"`
	Terminated  bool               `json:"terminated"`
	Truncated   bool               `json:"truncated"`
	Invalid     bool               `json:"invalid"`
	Success     bool               `json:"success"`
	Metrics     map[string]float64 `json:"metrics"` // empty where there are none
	StateKey    string             `json:"state_key"`
	Place       string             `json:"place,omitempty"`
	Focus       string             `json:"focus,omitempty"`

	// Hint is the way to success from here, if the play was asked for hints:
	// see [Hinter]. It is empty after the end. HintError says why there is none.
	Hint      []string `json:"hint,omitzero"`
	HintError string   `json:"hint_error,omitempty"`
}

// PlayOption changes what Play does.
type PlayOption func(*playing)

// WithHints has every line say how to go on. It is an error where the episode
// is no [Hinter].
func WithHints() PlayOption { return func(p *playing) { p.hints = true } }

// playing is an episode that Play plays.
type playing struct {
	ep    Episode
	hints bool
}

// Play plays the actions, each the text of one, on a new episode of task and
// calls emit with a line for the start and one for each action. Actions after
// the end of the episode are left out. An error of emit ends the play and is
// returned as it is.
func Play(ctx context.Context, env Env, task Task, seed uint64, actions []string, emit func(PlayLine) error, options ...PlayOption) (err error) {
	ep, err := env.Reset(ctx, task, seed)
	if err != nil {
		return fmt.Errorf("envs: play %s: %w", task.ID, err)
	}
	p := playing{ep: ep}
	for _, o := range options {
		o(&p)
	}
	defer func() {
		if cerr := ep.Close(); err == nil && cerr != nil {
			err = fmt.Errorf("envs: play %s: %w", task.ID, cerr)
		}
	}()
	if err := p.emit(ctx, playLine(0, "", ep.Observation(), Result{}), emit); err != nil {
		return err
	}
	for i, text := range actions {
		r, err := ep.Step(ctx, Action{Text: text})
		if err != nil {
			return fmt.Errorf("envs: play %s: action %d, %q: %w", task.ID, i+1, text, err)
		}
		o := ep.Observation()
		if l, ok := ep.(Lister); ok && r.Done() {
			o.Admissible = l.Listed()
		}
		if err := p.emit(ctx, playLine(i+1, text, o, r), emit); err != nil {
			return err
		}
		if r.Done() {
			break
		}
	}
	return nil
}

// emit passes a line on, with a hint if that was asked for.
func (p *playing) emit(ctx context.Context, l PlayLine, emit func(PlayLine) error) error {
	if p.hints {
		l.Hint = []string{}
		if !l.Terminated && !l.Truncated {
			if err := p.hint(ctx, &l); err != nil {
				return err
			}
		}
	}
	return emit(l)
}

// hint writes into the line how to go on.
func (p *playing) hint(ctx context.Context, l *PlayLine) error {
	h, ok := p.ep.(Hinter)
	if !ok {
		return fmt.Errorf("envs: play: this environment gives no hints: %w", errors.ErrUnsupported)
	}
	way, err := h.Hint(ctx)
	if errors.Is(err, ErrNoHint) {
		l.Hint, l.HintError = nil, err.Error()
		return nil
	}
	if err != nil {
		return fmt.Errorf("envs: play: hint: %w", err)
	}
	for _, a := range way {
		l.Hint = append(l.Hint, a.String())
	}
	return nil
}

// playLine puts a line together. Its lists are never nil, so that they are
// written as [] and {}.
func playLine(t int, action string, o Observation, r Result) PlayLine {
	l := PlayLine{
		T: t, Action: action, Observation: o.Text(), Admissible: []string{}, Forms: []string{},
		Reward: r.Reward, Terminated: r.Terminated, Truncated: r.Truncated, Invalid: r.Invalid, Success: r.Success,
		Metrics: r.Metrics, StateKey: o.StateKey, Place: o.Place, Focus: o.Focus,
	}
	for _, c := range o.Admissible {
		l.Admissible = append(l.Admissible, c.Action.String())
	}
	for _, f := range o.Forms {
		l.Forms = append(l.Forms, f.Template)
	}
	if l.Metrics == nil {
		l.Metrics = map[string]float64{}
	}
	return l
}
