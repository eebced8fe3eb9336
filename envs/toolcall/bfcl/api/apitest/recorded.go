package apitest

import (
	"bufio"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
	"stepgym/internal/testdata"
)

// Part is a class that an entry may have.
type Part struct {
	Class *toolcall.Class
	Load  Load
}

// recorder replays recorded runs.
type recorder struct {
	t       *testing.T
	parts   []Part // the first one is what is tested
	long    *py.Dict
	entries map[string]*entry
	calls   int
}

// entry is what is to be known of an entry that the tested class is in.
type entry struct {
	kit    *toolcall.Kit
	states []toolcall.State
	tested int // the place of the tested class
}

// Recorded replays the recorded runs of the benchmark's entries that the class
// is in: of the ground truth with the states before and after each turn, and of
// models whose answers were spoilt on purpose. It returns the number of calls of
// the class, all of which are checked. Calls of other classes are run as well,
// since their results may be arguments, but are not looked at; unknown classes
// are left out. The test is skipped where the reference data is absent.
func Recorded(t *testing.T, tested Part, others ...Part) int {
	t.Helper()
	r := &recorder{t: t, parts: append([]Part{tested}, others...), long: LongContext(t), entries: map[string]*entry{}}
	for _, category := range []string{"base", "miss_func", "miss_param", "long_context"} {
		lines(t, "bfcl/data/BFCL_v4_multi_turn_"+category+".json", r.open)
	}
	lines(t, "bfcl/gt_runs.jsonl.gz", r.truth)
	lines(t, "bfcl/corrupted_runs.jsonl.gz", r.spoilt)
	return r.calls
}

// open makes the states that an entry begins with.
func (r *recorder) open(row *py.Dict) {
	id := py.ToStr(field(row, "id"))
	long := r.long
	if !strings.Contains(id, "long_context") {
		long = nil
	}
	e := &entry{tested: -1}
	var classes []*toolcall.Class
	configs := field(row, "initial_config").(*py.Dict)
	for _, name := range py.Iter(field(row, "involved_classes")) {
		for i, p := range r.parts {
			if py.Str(p.Class.Name) != name {
				continue
			}
			if i == 0 {
				e.tested = len(classes)
			}
			classes = append(classes, p.Class)
			e.states = append(e.states, p.Load(configs.Or(p.Class.Name, py.NewDict(nil, 0)).(*py.Dict), long))
		}
	}
	if e.tested >= 0 {
		e.kit = toolcall.NewKit(classes...)
		r.entries[id] = e
	}
}

// LongContext returns the literals of the module of long context, or skips the
// test where the reference data is absent.
func LongContext(t testing.TB) *py.Dict {
	t.Helper()
	data, err := os.ReadFile(testdata.Shared(t, "bfcl/data/long_context.json"))
	if err != nil {
		t.Fatal(err)
	}
	v, err := py.FromJSON(data)
	if err != nil {
		t.Fatal(err)
	}
	return decoded(v).(*py.Dict)
}

// truth replays a run of the ground truth.
func (r *recorder) truth(row *py.Dict) {
	id := py.ToStr(field(row, "id"))
	e := r.entries[id]
	if e == nil {
		return
	}
	x := e.kit.New(e.states)
	e.compare(r.t, id+" at first", x, row.Or("initial_state", py.None{}))
	for i, turn := range py.Iter(field(row, "turns")) {
		at := id + " in turn " + py.Repr(py.Int(i))
		for _, c := range py.Iter(field(turn.(*py.Dict), "calls")) {
			call, result := field(c.(*py.Dict), "call"), field(c.(*py.Dict), "result")
			r.run(e, at, x, py.ToStr(call), py.ToStr(result))
		}
		e.compare(r.t, at, x, turn.(*py.Dict).Or("state", py.None{}))
	}
	e.compare(r.t, id+" at last", x, row.Or("final_state", py.None{}))
}

// spoilt replays a run of a model and the ground truth beside it.
func (r *recorder) spoilt(row *py.Dict) {
	id := py.ToStr(field(row, "id"))
	e := r.entries[id]
	if e == nil {
		return
	}
	model, truth := e.kit.New(e.states), e.kit.New(e.states)
	names := toolcall.Compat{Model: "m"} // in the recorded runs
	model.SetCompat(names.Instances(id, "_eval", e.kit))
	truth.SetCompat(names.Instances(id, "_ground_truth_eval", e.kit))
	at := id + " (" + py.ToStr(field(row, "corruption")) + ")"
	for _, step := range py.Iter(field(row, "executions")) {
		x := model
		if py.ToStr(field(step.(*py.Dict), "who")) == "gt" {
			x = truth
		}
		results := py.Iter(field(step.(*py.Dict), "results"))
		for i, c := range py.Iter(field(step.(*py.Dict), "calls")) {
			r.run(e, at, x, py.ToStr(c), py.ToStr(results[i]))
		}
	}
	e.compare(r.t, at, model, row.Or("final_state_model", py.None{}))
}

// run runs a call, and compares the result if it is one of the class.
func (r *recorder) run(e *entry, at string, x *toolcall.Executor, call, want string) {
	name, _, _ := strings.Cut(call, "(")
	m, class := e.kit.Method(strings.TrimSpace(name))
	if m == nil {
		return
	}
	got := x.Run(call).Text
	if class != e.tested {
		return
	}
	r.calls++
	if strings.HasPrefix(got, refused) && strings.HasPrefix(want, failed) {
		return // the original runs any expression of Python, to another error
	}
	if got != want {
		r.t.Errorf("%s: %s\n got %s\nwant %s", at, call, got, want)
	}
}

const (
	failed  = "Error during execution: "
	refused = failed + "calls of functions and literals are run, nothing else"
)

// compare compares the state with the one among recorded states. Runs with
// long context have none.
func (e *entry) compare(t *testing.T, at string, x *toolcall.Executor, states py.Value) {
	if states == (py.None{}) {
		return
	}
	class := e.kit.Classes()[e.tested].Name
	want := decoded(field(field(states.(*py.Dict), class).(*py.Dict), "public")).(*py.Dict)
	attrs := x.States()[e.tested].AppendAttrs(nil)
	if len(attrs) != want.Len() {
		t.Errorf("%s: %d attributes, want %d", at, len(attrs), want.Len())
	}
	for _, a := range attrs {
		if v, ok := want.GetStr(a.Name); !ok || !identical(a.Value, v) {
			t.Errorf("%s: %s is\n     %s\nwant %s", at, a.Name, py.Repr(a.Value), py.Repr(v))
		}
	}
}

// lines calls f for every line of a file of reference data.
func lines(t *testing.T, name string, f func(row *py.Dict)) {
	t.Helper()
	file, err := os.Open(testdata.Shared(t, name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	s := bufio.NewScanner(file)
	if filepath.Ext(name) == ".gz" {
		z, err := gzip.NewReader(file)
		if err != nil {
			t.Fatal(err)
		}
		s = bufio.NewScanner(z)
	}
	s.Buffer(nil, 1<<26)
	for s.Scan() {
		f(parse(t, s.Bytes()))
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
}
