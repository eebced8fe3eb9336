package filesystem

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
	"stepgym/internal/testdata"
)

const className = "GorillaFileSystem"

// execution is some calls of a recorded run and their texts.
type execution struct {
	Who     string
	Calls   []string
	Results []string
}

// run is a recorded run of the original: turns in gt_runs, executions in
// corrupted_runs.
type run struct {
	ID       string
	Category string
	Turns    []struct {
		Calls []struct{ Call, Result string }
	}
	Executions []execution
	Initial    json.RawMessage `json:"initial_state"`
	Final      json.RawMessage `json:"final_state"`
	FinalModel json.RawMessage `json:"final_state_model"`
}

// own returns a recorded text without the names of other classes' instances,
// which the original writes before names of methods even in strings: the kit of
// this test has only one class.
func (r run) own(text string) string {
	for _, class := range []string{"MathAPI", "MessageAPI", "TicketAPI", "TradingBot", "TravelAPI", "TwitterAPI", "VehicleControlAPI"} {
		text = strings.ReplaceAll(text, "m_eval_"+r.ID+"_"+class+"_instance.", "")
	}
	return text
}

// TestRecorded replays what the recorded runs call of the class.
func TestRecorded(t *testing.T) {
	long := jsonDict(t, readFile(t, "bfcl/data/long_context.json"))
	configs := map[string]json.RawMessage{}
	kit := toolcall.NewKit(Class())
	for _, name := range []string{"gt_runs", "corrupted_runs"} {
		runs, calls, states := 0, 0, 0
		for _, r := range records[run](t, "bfcl/"+name+".jsonl.gz") {
			if configs[r.ID] == nil {
				loadConfigs(t, r.Category, configs)
			}
			scenario, ok := jsonDict(t, configs[r.ID]).GetStr(className)
			if !ok {
				continue
			}
			runs++
			c, s := replay(t, kit, r, scenario.(*py.Dict), long)
			calls, states = calls+c, states+s
			if t.Failed() {
				return
			}
		}
		if calls == 0 || states == 0 {
			t.Errorf("%s: nothing was compared", name)
		}
		t.Logf("%s: %d runs, %d calls, %d states", name, runs, calls, states)
	}
}

// replay runs the model's calls of one run and returns how many texts and
// states were compared.
func replay(t *testing.T, kit *toolcall.Kit, r run, scenario, long *py.Dict) (calls, states int) {
	if !strings.Contains(r.Category, "long_context") {
		long = nil
	}
	prototype := Load(scenario, long)
	states += compareState(t, r, "initial state", prototype, r.Initial)
	x := kit.New([]toolcall.State{prototype})
	x.SetCompat((&toolcall.Compat{Model: "m"}).Instances(r.ID, "_eval", kit))
	for _, turn := range r.Turns {
		for _, c := range turn.Calls {
			r.Executions = append(r.Executions, execution{"model", []string{c.Call}, []string{c.Result}})
		}
	}
	for _, e := range r.Executions {
		for i, src := range e.Calls {
			name, _, _ := strings.Cut(src, "(")
			if m, _ := kit.Method(strings.TrimSpace(name)); m == nil || e.Who != "model" {
				continue
			}
			want := r.own(e.Results[i])
			if strings.HasSuffix(want, " is not defined") {
				continue // a NameError: the class was not called
			}
			calls++
			if got := x.Run(src); got.Text != want {
				t.Errorf("%s: %s\n got %q\nwant %q", r.ID, src, got.Text, want)
			}
		}
	}
	states += compareState(t, r, "final state", x.States()[0], r.Final)
	states += compareState(t, r, "final state", x.States()[0], r.FinalModel)
	return calls, states
}

// compareState compares s with its part of a recorded state, if there is one,
// and returns the number of states compared.
func compareState(t *testing.T, r run, what string, s toolcall.State, recorded json.RawMessage) int {
	t.Helper()
	if len(recorded) == 0 || string(recorded) == "null" {
		return 0
	}
	want, ok := jsonDict(t, []byte(r.own(string(recorded)))).GetStr(className)
	if !ok {
		return 0
	}
	public, private := py.NewDict(nil, 0), py.NewDict(nil, 0)
	for _, a := range s.AppendAttrs(nil) {
		public.SetStr(a.Name, recordedNode(a.Value))
	}
	for _, a := range s.(*State).AppendPrivate(nil) {
		private.SetStr(a.Name, a.Value)
	}
	if got := py.D("public", public, "private", private); !py.Equal(got, want) {
		t.Errorf("%s: %s\n got %s\nwant %s", r.ID, what, py.Repr(got), py.Repr(want))
	}
	return 1
}

// recordedNode is a directory or file as the recorded states have it.
func recordedNode(v py.Value) py.Value {
	switch v := v.(type) {
	case File:
		return py.D("type", py.Str("file"), "name", v.Name(), "content", v.Content())
	case Directory:
		contents, order := py.NewDict(nil, 0), py.NewList()
		for name, child := range v.Contents() {
			contents.Set(name, recordedNode(child))
			order.Append(name)
		}
		return py.D("type", py.Str("directory"), "name", v.Name(), "contents", contents, "order", order)
	}
	return v
}

// loadConfigs adds the initial configurations of a category by id.
func loadConfigs(t *testing.T, category string, configs map[string]json.RawMessage) {
	t.Helper()
	for line := range strings.Lines(string(readFile(t, "bfcl/data/BFCL_v4_"+category+".json"))) {
		var e struct {
			ID     string
			Config json.RawMessage `json:"initial_config"`
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		configs[e.ID] = e.Config
	}
}

// records returns the lines of a compressed file of the reference data.
func records[T any](t *testing.T, name string) []T {
	t.Helper()
	file, err := os.Open(testdata.Shared(t, name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	z, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	var out []T
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<26)
	for lines.Scan() {
		var r T
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		out = append(out, r)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func readFile(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(testdata.Shared(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func jsonDict(t *testing.T, data []byte) *py.Dict {
	t.Helper()
	v, err := py.FromJSON(data)
	if err != nil {
		t.Fatal(err)
	}
	return decode(v).(*py.Dict)
}
