package apitest

import (
	"strings"
	"testing"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
	"stepgym/internal/testdata"
)

// Recorded plays the recorded runs of all entries that a class is in: of the
// ground truth with the states before and after each turn, and of models whose
// answers were spoilt on purpose, with the state at their end. All calls are
// run, since what one class returns may be an argument of another; every text
// and every state of the tested class must be as recorded. At least so many
// calls must be checked. The test is skipped where the reference data is absent.
func Recorded(t testing.TB, class string, all []Subject, least int) {
	t.Helper()
	r := &recorder{t: t, class: class, subjects: map[string]Subject{}, entries: map[string]*entry{}}
	for _, s := range all {
		r.subjects[s.Class.Name] = s
	}
	long := LongContext(t)
	for _, category := range []string{"base", "miss_func", "miss_param", "long_context"} {
		literals := long
		if category != "long_context" {
			literals = nil
		}
		r.lines("data/BFCL_v4_multi_turn_"+category+".json", func(row *py.Dict) { r.open(row, literals) })
	}
	r.lines("gt_runs.jsonl.gz", r.truth)
	r.lines("corrupted_runs.jsonl.gz", r.spoilt)
	t.Logf("%d runs, %d calls, %d states", r.runs, r.calls, r.states)
	if r.calls < least {
		t.Errorf("%d calls were checked, want at least %d", r.calls, least)
	}
}

// recorder plays recorded runs.
type recorder struct {
	t        testing.TB
	class    string // the tested one
	subjects map[string]Subject
	entries  map[string]*entry

	runs, calls, states int // compared
}

// entry is what is to be known of an entry that the tested class is in.
type entry struct {
	id     string
	kit    *toolcall.Kit
	states []toolcall.State // which it begins with
	tested int              // place of the tested class
}

// lines calls f for every line of a file of the reference data.
func (r *recorder) lines(name string, f func(row *py.Dict)) {
	Lines(r.t, testdata.Shared(r.t, "bfcl/"+name), func(_ int, v py.Value) { f(v.(*py.Dict)) })
}

// open makes the states that an entry begins with.
func (r *recorder) open(row, long *py.Dict) {
	e := &entry{id: py.ToStr(field(row, "id")), tested: -1}
	var classes []*toolcall.Class
	for i, name := range py.Iter(field(row, "involved_classes")) {
		s, ok := r.subjects[py.ToStr(name)]
		if !ok {
			r.t.Fatalf("%s has class %v, which is not among those given", e.id, name)
		}
		if s.Class.Name == r.class {
			e.tested = i
		}
		scenario := dict(dict(row, "initial_config"), s.Class.Name)
		if scenario == nil {
			scenario = py.Of()
		}
		classes = append(classes, s.Class)
		e.states = append(e.states, s.Load(scenario, long))
	}
	if e.tested >= 0 {
		e.kit = toolcall.NewKit(classes...)
		r.entries[e.id] = e
	}
}

// start returns an executor that rewrites calls as the recorded runs did, whose
// model was named m.
func (e *entry) start(suffix string) *toolcall.Executor {
	x := e.kit.New(e.states)
	x.SetCompat((&toolcall.Compat{Model: "m"}).Instances(e.id, suffix, e.kit))
	return x
}

// truth plays a run of the ground truth.
func (r *recorder) truth(row *py.Dict) {
	e := r.entries[py.ToStr(field(row, "id"))]
	if e == nil {
		return
	}
	r.runs++
	x := e.start("_eval")
	r.compare(e, "at first", x, dict(row, "initial_state"))
	for i, turn := range py.Iter(field(row, "turns")) {
		at := "in turn " + py.Repr(py.Int(i))
		for _, c := range py.Iter(field(turn.(*py.Dict), "calls")) {
			r.run(e, at, x, field(c.(*py.Dict), "call"), field(c.(*py.Dict), "result"))
		}
		r.compare(e, at, x, dict(turn.(*py.Dict), "state"))
	}
	r.compare(e, "at last", x, dict(row, "final_state"))
}

// spoilt plays a run of a model and the ground truth beside it.
func (r *recorder) spoilt(row *py.Dict) {
	e := r.entries[py.ToStr(field(row, "id"))]
	if e == nil {
		return
	}
	r.runs++
	model, truth := e.start("_eval"), e.start("_ground_truth_eval")
	at := "(" + py.ToStr(field(row, "corruption")) + ")"
	for _, v := range py.Iter(field(row, "executions")) {
		step, x := v.(*py.Dict), model
		if field(step, "who") == py.Str("gt") {
			x = truth
		}
		results := py.Iter(field(step, "results"))
		for i, call := range py.Iter(field(step, "calls")) {
			r.run(e, at, x, call, results[i])
		}
	}
	r.compare(e, at, model, dict(row, "final_state_model"))
}

// run runs a call, and compares its text if it is one of the tested class.
func (r *recorder) run(e *entry, at string, x *toolcall.Executor, call, want py.Value) {
	source := py.ToStr(call)
	got := x.Run(source).Text
	name, _, _ := strings.Cut(source, "(")
	if m, class := e.kit.Method(strings.TrimSpace(name)); m == nil || class != e.tested {
		return
	}
	r.calls++
	if want := py.ToStr(want); got != want {
		r.t.Errorf("%s %s: %s\n got %.300q\nwant %.300q", e.id, at, source, got, want)
	}
}

// compare compares the state with the one among recorded states. Runs with long
// context have none; dicts are recorded in the order of their keys.
func (r *recorder) compare(e *entry, at string, x *toolcall.Executor, states *py.Dict) {
	if states == nil {
		return
	}
	r.states++
	got := text(attributes(x.States()[e.tested]), unordered)
	if want := text(dict(states, r.class), unordered); got != want {
		r.t.Errorf("%s %s: state is\n     %s\nwant %s", e.id, at, got, want)
	}
}
