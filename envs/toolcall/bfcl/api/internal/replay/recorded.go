package replay

import (
	"strings"
	"testing"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
	"stepgym/internal/testdata"
)

// entry is what the data files say of an entry.
type entry struct {
	scenarios *py.Dict // by class
	involved  []py.Value
	long      bool
}

// recorder replays the recorded runs on one class.
type recorder struct {
	subject Subject
	kit     *toolcall.Kit
	entries map[string]entry
	long    *py.Dict

	runs, calls, states int // compared
}

// Recorded replays what the original did with the benchmark's entries, as far as
// it concerns the class: the ground truths with the states after every turn, and
// the runs that were spoilt in many ways with the states at their end.
func Recorded(t *testing.T, s Subject) {
	r := &recorder{subject: s, kit: toolcall.NewKit(s.Class), entries: map[string]entry{}, long: Long(t)}
	for _, category := range []string{"base", "miss_func", "miss_param", "long_context"} {
		Lines(t, testdata.Shared(t, "bfcl/data/BFCL_v4_multi_turn_"+category+".json"), func(_ int, line *py.Dict) {
			r.entries[py.ToStr(line.Or("id", nil))] = entry{sub(line, "initial_config"), list(line, "involved_classes"), category == "long_context"}
		})
	}
	Lines(t, testdata.Shared(t, "bfcl/gt_runs.jsonl.gz"), func(_ int, line *py.Dict) { r.truth(t, line) })
	Lines(t, testdata.Shared(t, "bfcl/corrupted_runs.jsonl.gz"), func(_ int, line *py.Dict) { r.corrupted(t, line) })
	t.Logf("%d runs, %d calls, %d states", r.runs, r.calls, r.states)
	if r.calls == 0 {
		t.Error("no call of the class was compared")
	}
}

// start returns an executor for an entry, nil if the class has no part in it.
func (r *recorder) start(id string) *toolcall.Executor {
	e, ok := r.entries[id]
	if !ok || !py.Contains(py.NewList(e.involved...), py.Str(r.subject.Class.Name)) {
		return nil
	}
	scenario := sub(e.scenarios, r.subject.Class.Name)
	if scenario == nil {
		scenario = py.Of()
	}
	long := r.long
	if !e.long {
		long = nil
	}
	r.runs++
	return r.kit.New([]toolcall.State{r.subject.Load(scenario, long)})
}

// run compares a call if it is one of the class.
func (r *recorder) run(t *testing.T, id string, x *toolcall.Executor, call, want string) {
	name, _, _ := strings.Cut(call, "(")
	if m, _ := r.kit.Method(strings.TrimSpace(name)); m == nil {
		return
	}
	r.calls++
	if got := x.Run(call).Text; got != want {
		t.Errorf("%s: %s\n got %.300q\nwant %.300q", id, call, got, want)
	}
}

// compare compares a state with what is recorded for all classes.
func (r *recorder) compare(t *testing.T, id string, x *toolcall.Executor, states *py.Dict) {
	want := sub(states, r.subject.Class.Name)
	if want == nil {
		return
	}
	r.states++
	if got, want := Text(State(x.States()[0]), true), Text(decode(want), true); got != want {
		t.Errorf("%s: state\n got %s\nwant %s", id, got, want)
	}
}

func (r *recorder) truth(t *testing.T, line *py.Dict) {
	id := py.ToStr(line.Or("id", nil))
	x := r.start(id)
	if x == nil {
		return
	}
	r.compare(t, id, x, sub(line, "initial_state"))
	for _, turn := range list(line, "turns") {
		for _, c := range list(turn.(*py.Dict), "calls") {
			call := c.(*py.Dict)
			r.run(t, id, x, py.ToStr(call.Or("call", nil)), py.ToStr(call.Or("result", nil)))
		}
		r.compare(t, id, x, sub(turn.(*py.Dict), "state"))
	}
	r.compare(t, id, x, sub(line, "final_state"))
}

func (r *recorder) corrupted(t *testing.T, line *py.Dict) {
	id := py.ToStr(line.Or("id", nil))
	players := map[string]*toolcall.Executor{"model": r.start(id), "gt": r.start(id)}
	if players["model"] == nil {
		return
	}
	for _, e := range list(line, "executions") {
		execution := e.(*py.Dict)
		results := list(execution, "results")
		for i, c := range list(execution, "calls") {
			r.run(t, id, players[py.ToStr(execution.Or("who", nil))], py.ToStr(c), py.ToStr(results[i]))
		}
	}
	r.compare(t, id, players["model"], sub(line, "final_state_model"))
}
