package nn

import (
	"context"
	"errors"

	"stepgym/agent/internal/graph"
)

// Scorer computes outputs from inputs with the weights as they are.
type Scorer struct{ b *bound }

// NewScorer makes a session of what f builds. f declares inputs and names
// outputs with the methods of graph.Graph.
func NewScorer(w *Weights, f func(b *Build)) (*Scorer, error) {
	g, err := graph.Build(func(g *graph.Graph) { f(newBuild(w.rt, g, w.params)) })
	if err != nil {
		return nil, err
	}
	if len(g.Outputs()) == 0 {
		return nil, errors.New("nn: the scoring graph names no outputs")
	}
	b, err := newBound(w, g, outputNames(g))
	if err != nil {
		return nil, err
	}
	return &Scorer{b}, nil
}

func outputNames(g *graph.Graph) []string {
	var out []string
	for _, v := range g.Outputs() {
		out = append(out, v.Name())
	}
	return out
}

// Run computes the outputs. They are valid until the next Run.
func (s *Scorer) Run(ctx context.Context, f *Feeds) (*Outputs, error) { return s.b.run(ctx, f) }

// Close frees the session.
func (s *Scorer) Close() { s.b.close() }
