package runner

import (
	"context"
	"testing"

	"stepgym/agent/scripted"
	"stepgym/envs"
	"stepgym/envs/envtest/toy"
)

// TestHints lets the expert that goes by hints play, and demonstrate.
func TestHints(t *testing.T) {
	expert, err := scripted.New("expert", scripted.Options{Env: "toy"})
	if err != nil {
		t.Fatal(err)
	}
	r, err := Evaluate(t.Context(), toy.New(), expert, EvalConfig{Split: "all"})
	if err != nil {
		t.Fatal(err)
	}
	if r.Success.Mean != 1 || r.Lost != 0 || !r.Informed {
		t.Errorf("success %v, %d lost, informed %v", r.Success.Mean, r.Lost, r.Informed)
	}
	c := DefaultConfig()
	c.Iterations, c.Imitate, c.Dagger, c.EvalEvery = 1, 64, 3, 0
	m := &memory{}
	tr := &Trainer{Config: c, Env: toy.New(), Learner: newTabular(), Expert: expert, Folder: m}
	if _, err := tr.Train(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, x := range m.metrics {
		if x := x.(Metrics); x.Kind == "imitate" && (x.Labelled != x.Steps || x.Missed != 0) {
			t.Errorf("round %d: %d labelled of %d steps, %d missed", x.Iteration, x.Labelled, x.Steps, x.Missed)
		}
	}
	if r, err := Evaluate(t.Context(), silent{toy.New()}, expert, EvalConfig{Split: "all"}); err == nil {
		t.Errorf("an expert without hints: success %v and no error", r.Success.Mean)
	}
}

// TestExpertAtALoss has the learner act where the expert knows no way: that
// costs demonstrations and not episodes.
func TestExpertAtALoss(t *testing.T) {
	expert, err := scripted.New("expert", scripted.Options{Env: "toy"})
	if err != nil {
		t.Fatal(err)
	}
	c := DefaultConfig()
	c.Iterations, c.Imitate, c.Dagger, c.EvalEvery = 1, 64, 0, 0
	m := &memory{}
	tr := &Trainer{Config: c, Env: trap{toy.New()}, Learner: newTabular(), Expert: expert, Folder: m}
	if _, err := tr.Train(t.Context()); err != nil {
		t.Fatal(err)
	}
	first := m.metrics[0].(Metrics)
	if first.Kind != "imitate" || first.Lost != 0 || first.Missed == 0 || first.Labelled == 0 || first.Labelled+first.Missed != first.Steps {
		t.Errorf("%d lost, %d labelled and %d missed of %d steps", first.Lost, first.Labelled, first.Missed, first.Steps)
	}
}

// trap is an environment whose episodes know no way from place 0 on.
type trap struct{ envs.Env }

func (tr trap) Reset(ctx context.Context, t envs.Task, seed uint64) (envs.Episode, error) {
	ep, err := tr.Env.Reset(ctx, t, seed)
	return trapped{ep}, err
}

type trapped struct{ envs.Episode }

func (tr trapped) Hint(ctx context.Context) ([]envs.Action, error) {
	if tr.Observation().Focus == "0" {
		return nil, envs.ErrNoHint
	}
	return tr.Episode.(envs.Hinter).Hint(ctx)
}

// silent is an environment whose episodes give no hints.
type silent struct{ envs.Env }

func (s silent) Reset(ctx context.Context, t envs.Task, seed uint64) (envs.Episode, error) {
	ep, err := s.Env.Reset(ctx, t, seed)
	return struct{ envs.Episode }{ep}, err
}
