package remote

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"

	"stepgym/agent"
	"stepgym/agent/prompt"
	"stepgym/envs"
)

// player is the policy's side of one episode.
type player struct {
	policy      *Policy
	dialog      *prompt.Dialog
	id          string
	temperature float64
	seeds       *rand.Rand // one number for each call
	jitter      *rand.Rand
	sequence    sequence
	closed      bool
}

// maxSeed is what every endpoint takes for a seed.
const maxSeed = 1<<31 - 1

// TakeID implements agent.Addressed.
func (x *player) TakeID(id string) { x.id = id }

// Close implements agent.Player.
func (x *player) Close() { x.closed = true }

// Act implements agent.Player: one call of the endpoint.
func (x *player) Act(ctx context.Context, o envs.Observation) (agent.Decision, error) {
	if x.closed {
		return agent.Decision{}, errors.New("remote: the player is closed")
	}
	level, err := x.policy.Probe(ctx)
	if err != nil {
		return agent.Decision{}, err
	}
	c := &x.policy.config
	s := agent.Sampling{Temperature: x.temperature, Seed: x.seeds.Uint64N(maxSeed), MaxTokens: c.MaxTokens, Stop: c.Stop}
	ask := x.dialog.Prompt(o)
	body, err := c.newRequest(ask, s, level)
	if err != nil {
		return agent.Decision{}, err
	}
	var answer *response
	how, err := x.policy.client.post(ctx, address(c.BaseURL, x.id, completions), body, x.jitter, func(b []byte) (err error) {
		answer, err = parseResponse(b)
		return err
	})
	if err != nil {
		return agent.Decision{}, err
	}
	g := x.generation(answer)
	g.Sampling, g.Latency, g.Attempts = s, how.latency, how.attempts
	g.Messages = ask.Messages[len(ask.Messages)-ask.Added:]
	reply := answer.reply()
	parsed := x.dialog.Reply(reply)
	g.Fault = parsed.Fault
	d := agent.Decision{
		Action: parsed.Action, Malformed: parsed.Malformed, Generation: g,
		Tokens: max(g.CompletionTokens, 1), Raw: raw(reply),
	}
	for _, l := range g.LogProbs {
		d.LogProb += l
	}
	return d, nil
}

// generation records an answer.
func (x *player) generation(r *response) *agent.Generation {
	t := r.tokens()
	g := &agent.Generation{
		Level: t.level, Completion: t.completion, LogProbs: t.logProbs,
		PromptTokens: r.Usage.Prompt, CompletionTokens: r.Usage.Completion,
		Finish: r.Choices[0].Finish, Model: r.Model, EvalOnly: t.missing, Extra: r.extra,
	}
	if g.EvalOnly == "" {
		g.EvalOnly = x.policy.config.biased(x.temperature)
	}
	g.Sequence, g.Prompt = x.sequence.add(t.prompt, t.completion)
	if t.level == agent.LevelTokens {
		g.PromptTokens, g.CompletionTokens = len(t.prompt), len(t.completion)
	}
	return g
}

// raw is what the model wrote, as text: calls as the environment is given them.
func raw(r prompt.Reply) string {
	var b strings.Builder
	b.WriteString(r.Text)
	for _, c := range r.Calls {
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(c.Name + "(" + c.Arguments + ")")
	}
	return b.String()
}

var _ agent.Addressed = (*player)(nil)
