package scripted

import (
	"context"
	"errors"
	"fmt"

	"stepgym/agent"
	"stepgym/envs"
)

// hinted does what its episode hints at.
type hinted struct{ hints envs.Hinter }

func startHinted(envs.Task, uint64) (agent.Player, error) { return &hinted{}, nil }

// errNoHinter is returned where nobody gives hints.
var errNoHinter = errors.New("scripted: expert: the environment gives no hints (envs.Hinter), so there is no expert for it")

// TakeHints implements agent.Hinted.
func (p *hinted) TakeHints(h envs.Hinter) { p.hints = h }

// Act implements agent.Player.
func (p *hinted) Act(ctx context.Context, _ envs.Observation) (agent.Decision, error) {
	a, err := p.next(ctx)
	return agent.Decision{Action: a, Tokens: 1}, err
}

// firstHinter is implemented by episodes that know more than one shortest way:
// FirstHints returns the actions that these begin with.
type firstHinter interface {
	FirstHints(ctx context.Context) ([]envs.Action, error)
}

// Label implements agent.Labeler. It returns the beginnings of all shortest ways
// if the episode knows them, and of one otherwise.
func (p *hinted) Label(envs.Observation) ([]envs.Action, error) {
	ctx := context.Background() // bounded by what the hinter takes upon itself
	h, ok := p.hints.(firstHinter)
	if !ok {
		a, err := p.next(ctx)
		if err != nil {
			return nil, err
		}
		return []envs.Action{a}, nil
	}
	first, err := h.FirstHints(ctx)
	if err != nil {
		return nil, fmt.Errorf("scripted: expert: %w", err)
	}
	if len(first) == 0 {
		return nil, errNoWay
	}
	return first, nil
}

// errNoWay is returned where the episode gives no hint though it goes on.
var errNoWay = errors.New("scripted: expert: the hint is empty, but the episode goes on")

// next returns the first action of a shortest way to success.
func (p *hinted) next(ctx context.Context) (envs.Action, error) {
	if err := ctx.Err(); err != nil {
		return envs.Action{}, err
	}
	if p.hints == nil {
		return envs.Action{}, errNoHinter
	}
	way, err := p.hints.Hint(ctx)
	if err != nil {
		return envs.Action{}, fmt.Errorf("scripted: expert: %w", err)
	}
	if len(way) == 0 {
		return envs.Action{}, errNoWay
	}
	return way[0], nil
}

// Follow implements agent.Follower: the way is looked for anew every time.
func (p *hinted) Follow(envs.Action) {}

// Close implements agent.Player.
func (p *hinted) Close() {}

var (
	_ agent.Hinted  = (*hinted)(nil)
	_ agent.Labeler = (*hinted)(nil)
)
