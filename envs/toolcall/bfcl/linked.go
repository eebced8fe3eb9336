package bfcl

import (
	"slices"
	"strings"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/bfcl/api/posting"
	"stepgym/envs/toolcall/py"
)

// The class whose instances are linked, and the call by which that shows.
const (
	linkedClass = "TwitterAPI"
	linkedCall  = "mention("
)

// linked reports whether the model's network and the ground truth's are to be
// one in what the original shares between them: with its quirks, where mention
// is called. Tweets posted without mentions have the default list of post_tweet,
// of which there is one in the process; a mention of the model's then shows in the
// ground truth as well, and the two agree.
func (j *Judge) linked(e *Entry, model [][][]string) bool {
	if j.compat == nil || !slices.Contains(e.Classes, linkedClass) {
		return false
	}
	calls := func(c string) bool { return strings.Contains(c, linkedCall) }
	for turn := range model {
		if slices.ContainsFunc(e.Truth[turn], calls) {
			return true
		}
		for _, step := range model[turn] {
			if slices.ContainsFunc(step, calls) {
				return true
			}
		}
	}
	return false
}

// checkLinked is Check with the ground truth run beside the model.
func (j *Judge) checkLinked(e *Entry, model [][][]string) (*Verdict, error) {
	t, err := j.Try(e)
	if err != nil {
		return nil, err
	}
	truth, err := e.New()
	if err != nil {
		return nil, err
	}
	truth.SetCompat(j.compat.Instances(e.ID, "_ground_truth_eval", e.kit))
	t.truth = slices.Clone(t.truth)
	at := slices.Index(e.Classes, linkedClass)
	for turn, steps := range model {
		for _, calls := range steps {
			for i := range calls {
				t.Run(calls[i : i+1])
				link(t.exec, truth, at)
			}
			if n := len(calls); n > 0 {
				t.steps -= n - 1
			}
		}
		t.truth[turn] = runTurn(truth, e.Truth[turn], func() { link(truth, t.exec, at) })
		if t.EndTurn(); t.failed != nil {
			return t.failed, nil
		}
	}
	return t.Verdict(), nil
}

// link makes the shared list of one network that of another.
func link(from, to *toolcall.Executor, class int) {
	a, b := from.States()[class].(*posting.State), to.States()[class].(*posting.State)
	if !py.Equal(a.Shared(), b.Shared()) {
		b.Share(py.NewList(slices.Clone(a.Shared().Items)...))
	}
}
