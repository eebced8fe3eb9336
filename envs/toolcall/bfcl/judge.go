package bfcl

import (
	"sync"

	"stepgym/envs/toolcall"
)

// Judge runs and judges what models called, as the original's checker does. It
// remembers what the ground truth of each entry gives, and is safe for
// concurrent use.
type Judge struct {
	compat *toolcall.Compat // nil: calls are run as they are written
	truths sync.Map         // *Entry -> *truth
}

// NewJudge returns a judge. With compat, calls are rewritten before they are
// run as the original rewrites them (see [toolcall.Compat]); model is then the
// name of the model, which the original writes into some of its data.
func NewJudge(compat bool, model string) *Judge {
	j := &Judge{}
	if compat {
		j.compat = &toolcall.Compat{Model: model}
	}
	return j
}

// Check judges the calls of all turns: model[turn][step] are the calls of a
// step. Steps without calls do not count. An error means that the entry itself
// cannot be run.
func (j *Judge) Check(e *Entry, model [][][]string) (*Verdict, error) {
	if len(model) != len(e.Truth) {
		return terminated(len(model), len(e.Truth)), nil
	}
	if j.linked(e, model) {
		return j.checkLinked(e, model)
	}
	t, err := j.Try(e)
	if err != nil {
		return nil, err
	}
	defer t.exec.Release()
	for _, steps := range model {
		for _, calls := range steps {
			if len(calls) > 0 {
				t.Run(calls)
			}
		}
		if t.EndTurn(); t.failed != nil {
			return t.failed, nil
		}
	}
	return t.Verdict(), nil
}

// truth is what the ground truth of an entry gives.
type truth struct {
	once  sync.Once
	turns []truthTurn
	err   error
}

// truthTurn is what one turn of the ground truth gives.
type truthTurn struct {
	results []string
	states  [][]toolcall.Attr // by class, after the turn
}

func (j *Judge) truth(e *Entry) ([]truthTurn, error) {
	v, ok := j.truths.Load(e)
	if !ok {
		v, _ = j.truths.LoadOrStore(e, new(truth))
	}
	t := v.(*truth)
	t.once.Do(func() { t.turns, t.err = j.runTruth(e) })
	return t.turns, t.err
}

func (j *Judge) runTruth(e *Entry) ([]truthTurn, error) {
	x, err := e.New()
	if err != nil {
		return nil, err
	}
	if j.compat != nil {
		x.SetCompat(j.compat.Instances(e.ID, "_ground_truth_eval", e.kit))
	}
	turns := make([]truthTurn, len(e.Truth))
	for i, calls := range e.Truth {
		turns[i] = runTurn(x, calls, func() {})
	}
	return turns, nil
}

// runTurn runs the calls of one turn of the ground truth, and then each time after.
func runTurn(x *toolcall.Executor, calls []string, after func()) (t truthTurn) {
	for _, c := range calls {
		t.results = append(t.results, x.Run(c).Text)
		after()
	}
	for _, s := range x.Fork().States() { // attributes may show a state as it is when they are looked at
		t.states = append(t.states, s.AppendAttrs(nil))
	}
	return t
}
