package house

import (
	"context"
	"fmt"

	"stepgym/envs/alfworld/engine"
	"stepgym/envs/alfworld/games"
	"stepgym/envs/alfworld/grammar"
	"stepgym/envs/alfworld/pddl"
	"stepgym/envs/alfworld/plan"
)

// Prover proves games solvable: it loads them and lets the planner win. It is
// immutable and safe for concurrent use.
type Prover struct{ rules *engine.Rules }

// NewProver compiles [Rules].
func NewProver() (*Prover, error) {
	pair := Rules()
	d, err := pddl.ParseDomain(pair.Domain.Source, []byte(pair.Domain.Text))
	if err != nil {
		return nil, fmt.Errorf("house: %w", err)
	}
	words, err := grammar.Parse(pair.Grammar.Source, []byte(pair.Grammar.Text))
	if err != nil {
		return nil, fmt.Errorf("house: %w", err)
	}
	r, err := engine.Compile(d, words)
	if err != nil {
		return nil, fmt.Errorf("house: %w", err)
	}
	return &Prover{r}, nil
}

// Load loads a game of a [Generator].
func (p *Prover) Load(g *games.Game) (*engine.Game, error) {
	text, err := g.Problem.Bytes()
	if err != nil {
		return nil, fmt.Errorf("house: %s: %w", g.ID, err)
	}
	problem, err := pddl.ParseProblem(g.ID, text)
	if err != nil {
		return nil, fmt.Errorf("house: %w", err)
	}
	game, err := p.rules.Load(problem, g.Task, engine.Options{})
	if err != nil {
		return nil, fmt.Errorf("house: %s: %w", g.ID, err)
	}
	return game, nil
}

// Prove returns the commands of a shortest way to win a game of a [Generator].
// There is an error if the planner finds none or the game is won before it
// begins.
func (p *Prover) Prove(ctx context.Context, g *games.Game) ([]string, error) {
	game, err := p.Load(g)
	if err != nil {
		return nil, err
	}
	steps, err := plan.Shortest(ctx, game.Start())
	if err != nil {
		return nil, fmt.Errorf("house: %s: %w", g.ID, err)
	}
	if len(steps) == 0 {
		return nil, fmt.Errorf("house: %s: the game is won before it begins", g.ID)
	}
	commands := make([]string, len(steps))
	for i, c := range steps {
		commands[i] = game.Text(c)
	}
	return commands, nil
}
