package remote

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"

	"stepgym/agent"
	"stepgym/agent/prompt"
	"stepgym/envs"
)

// Policy asks an endpoint for its decisions. It is safe for concurrent use.
type Policy struct {
	config Config
	format *prompt.Format
	client *client

	probing chan struct{} // one slot: who holds it may touch level
	level   agent.Level   // what the endpoint is asked for; "" before that is known
}

// New returns the policy for an environment of that spec. It makes no call.
func New(spec envs.Spec, c Config) (*Policy, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	f, err := prompt.New(spec, c.Prompt)
	if err != nil {
		return nil, err
	}
	p := &Policy{config: c, format: f, probing: make(chan struct{}, 1)}
	if c.Level != LevelAuto {
		p.level = c.Level
	}
	p.client = newClient(&p.config)
	return p, nil
}

// Name implements agent.Policy.
func (p *Policy) Name() string { return p.config.name() }

// Version implements agent.Policy; it is always 0. Which weights answered is in
// each agent.Generation, as far as the endpoint says.
func (p *Policy) Version() int { return 0 }

// Play implements agent.Policy. The players are agent.Addressed.
func (p *Policy) Play(task envs.Task, seed uint64, greedy bool) (agent.Player, error) {
	x := &player{policy: p, dialog: p.format.Start(task), temperature: p.config.Temperature}
	if greedy {
		seed, x.temperature = 0, 0
	}
	x.seeds = rand.New(rand.NewPCG(seed, streamSeeds))
	x.jitter = rand.New(rand.NewPCG(seed, streamJitter))
	return x, nil
}

// Streams of a player's seed.
const (
	streamSeeds uint64 = iota + 1
	streamJitter
)

// Close implements agent.Policy.
func (p *Policy) Close() error {
	p.client.close()
	return nil
}

// Probe finds out, once, what the endpoint can be asked for: it sends a short
// request with all fields, and with fewer where they are refused. Later calls
// return what was found. Players probe by themselves; who calls Probe before
// that learns at once of an endpoint that is not there, and gets its [Error].
func (p *Policy) Probe(ctx context.Context) (agent.Level, error) {
	select {
	case p.probing <- struct{}{}:
		defer func() { <-p.probing }()
	case <-ctx.Done():
		return "", fmt.Errorf("remote: ask the endpoint what it can do: %w", ctx.Err())
	}
	if p.level != "" {
		return p.level, nil
	}
	level := agent.LevelTokens
	for {
		got, err := p.probe(ctx, level)
		if err == nil {
			p.level = got
			return got, nil
		}
		lower, ok := map[agent.Level]agent.Level{agent.LevelTokens: agent.LevelLogProbs, agent.LevelLogProbs: agent.LevelText}[level]
		if !ok || !refused(err) {
			return "", fmt.Errorf("ask the endpoint what it can do: %w", err)
		}
		level = lower
	}
}

// refused reports whether err is the endpoint's no to a field of the request.
func refused(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && (e.Status == http.StatusBadRequest || e.Status == http.StatusUnprocessableEntity)
}

// probe asks with the fields of a level, and returns the level of the answer.
func (p *Policy) probe(ctx context.Context, level agent.Level) (agent.Level, error) {
	r := prompt.Request{Messages: []envs.Message{{Role: "user", Content: "Write one word."}}}
	s := agent.Sampling{Temperature: p.config.Temperature}
	if p.config.MaxTokens > 0 {
		s.MaxTokens = min(p.config.MaxTokens, probeTokens)
	}
	body, err := p.config.newRequest(r, s, level)
	if err != nil {
		return "", err
	}
	var got tokens
	_, err = p.client.post(ctx, address(p.config.BaseURL, "probe", completions), body, rand.New(rand.NewPCG(0, streamJitter)), func(b []byte) error {
		answer, err := parseResponse(b)
		if err == nil {
			got = answer.tokens()
		}
		return err
	})
	return got.level, err
}

const (
	completions = "/chat/completions"
	probeTokens = 4
)

var _ agent.Policy = (*Policy)(nil)
