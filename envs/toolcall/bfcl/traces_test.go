package bfcl

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs/toolcall/bfcl/api/filesystem"
	"stepgym/envs/toolcall/py"
	"stepgym/internal/testdata"
)

// recorded is a run of the original.
type recorded struct {
	ID         string `json:"id"`
	Corruption string `json:"corruption"`
	Model      [][][]string
	Valid      bool
	Type       *string  `json:"error_type"`
	Message    *string  `json:"error_message"`
	Attrs      []string `json:"differing_attrs"`
	Missing    []string `json:"missing_items"`
	Executions []struct {
		Who     string
		Calls   []string
		Results []string
	}
	Final json.RawMessage `json:"final_state_model"`
}

// recordedTruth is a run of the ground truth.
type recordedTruth struct {
	ID    string `json:"id"`
	Turns []struct {
		Calls []struct{ Call, Result string }
		State json.RawMessage `json:"state"`
	}
	Initial json.RawMessage `json:"initial_state"`
	Final   json.RawMessage `json:"final_state"`
}

func testData(t testing.TB) *Dataset {
	t.Helper()
	d, err := Load(testdata.Shared(t, "bfcl/data"))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// eachRecord calls f with every line of a file of the reference data.
func eachRecord[T any](t *testing.T, name string, f func(T)) {
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
	for dec := json.NewDecoder(z); ; {
		var r T
		if err := dec.Decode(&r); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
		f(r)
	}
}

// TestCorruptedRuns plays every recorded run of wrong calls: results, states,
// verdicts and their details.
func TestCorruptedRuns(t *testing.T) {
	d, judge := testData(t), NewJudge(true, "m")
	runs, wrong := 0, 0
	eachRecord(t, "bfcl/corrupted_runs.jsonl.gz", func(r recorded) {
		runs++
		e := d.Entry(r.ID)
		v, err := judge.Check(e, r.Model)
		if err != nil {
			t.Fatal(err)
		}
		got := v.score(r.ID)
		want := Score{ID: r.ID, Valid: r.Valid, Type: r.Type, Message: r.Message}
		diff := cmp.Diff(want, got)
		if v.Type == ErrorState {
			diff += cmp.Diff(r.Attrs, v.Attrs)
		}
		if v.Type == ErrorResponse {
			diff += cmp.Diff(r.Missing, v.Missing)
		}
		diff += replay(t, judge, e, r)
		if diff != "" {
			if wrong++; wrong <= 30 {
				t.Errorf("%s %s: -want +got\n%s", r.ID, r.Corruption, diff)
			}
		}
	})
	t.Logf("%d runs, %d of them wrong", runs, wrong)
}

// replay runs what the recording ran, and compares results and the last state.
func replay(t *testing.T, judge *Judge, e *Entry, r recorded) string {
	t.Helper()
	model, err := judge.Try(e)
	if err != nil {
		t.Fatal(err)
	}
	truth, err := judge.truth(e)
	if err != nil {
		t.Fatal(err)
	}
	turn := 0
	for _, x := range r.Executions {
		if x.Who == "gt" {
			want, got := x.Results, truth[turn].results
			if turn++; !slices.Equal(want, got) {
				return cmp.Diff(want, got)
			}
			continue
		}
		if got, _ := model.Run(x.Calls); !slices.Equal(got, x.Results) {
			return cmp.Diff(x.Calls, nil) + cmp.Diff(x.Results, got)
		}
	}
	if len(r.Final) == 0 || string(r.Final) == "null" {
		return ""
	}
	return diffState(t, r.Final, model)
}

// diffState compares recorded states with those of a trial. Recorded pairs of a
// dict are sorted, so their order is not compared.
func diffState(t *testing.T, want json.RawMessage, trial *Trial) string {
	t.Helper()
	got, err := json.Marshal(encodeStates(trial))
	if err != nil {
		t.Fatal(err)
	}
	return cmp.Diff(canonical(t, want), canonical(t, got))
}

// TestTruthRuns plays every recorded ground truth, in one step a turn and in one
// call a step.
func TestTruthRuns(t *testing.T) {
	d, judge := testData(t), NewJudge(true, "m")
	n, calls := 0, 0
	eachRecord(t, "bfcl/gt_runs.jsonl.gz", func(r recordedTruth) {
		n++
		e := d.Entry(r.ID)
		trial, err := judge.Try(e)
		if err != nil {
			t.Fatal(err)
		}
		if diff := diffState(t, r.Initial, trial); diff != "" {
			t.Errorf("%s: initial state: -want +got\n%s", r.ID, diff)
		}
		for i, turn := range r.Turns {
			for _, c := range turn.Calls {
				calls++
				if got, _ := trial.Run([]string{c.Call}); got[0] != c.Result {
					t.Errorf("%s: turn %d: %s: -want +got\n%s", r.ID, i, c.Call, cmp.Diff(c.Result, got[0]))
				}
			}
			if len(turn.State) > 0 {
				if diff := diffState(t, turn.State, trial); diff != "" {
					t.Errorf("%s: turn %d: -want +got\n%s", r.ID, i, diff)
				}
			}
		}
		if diff := diffState(t, r.Final, trial); diff != "" {
			t.Errorf("%s: final state: -want +got\n%s", r.ID, diff)
		}
		whole, single := make([][][]string, len(e.Truth)), make([][][]string, len(e.Truth))
		for i, calls := range e.Truth {
			whole[i] = [][]string{calls}
			for _, c := range calls {
				single[i] = append(single[i], []string{c})
			}
		}
		for _, model := range [][][][]string{whole, single} {
			if v, err := judge.Check(e, model); err != nil || !v.Valid {
				t.Errorf("%s: %+v, error %v", r.ID, v, err)
			}
		}
	})
	t.Logf("%d entries, %d calls", n, calls)
}

// encodeStates writes the states as the recordings do.
func encodeStates(trial *Trial) map[string]any {
	out := map[string]any{}
	for i, s := range trial.Executor().States() {
		public, hidden := map[string]any{}, map[string]any{}
		for _, a := range s.AppendAttrs(nil) {
			public[a.Name] = encode(a.Value)
		}
		if p, ok := s.(private); ok {
			for _, a := range p.AppendPrivate(nil) {
				hidden[a.Name] = encode(a.Value)
			}
		}
		out[trial.Entry().Classes[i]] = map[string]any{"public": public, "private": hidden}
	}
	return out
}

func encode(v py.Value) any {
	switch v := v.(type) {
	case py.None:
		return nil
	case py.Bool:
		return bool(v)
	case py.Int, py.Float, *py.Big:
		return json.RawMessage(py.Repr(v))
	case py.Str:
		return string(v)
	case *py.List:
		out := []any{}
		for _, x := range v.Items {
			out = append(out, encode(x))
		}
		return out
	case py.Tuple:
		return map[string]any{"__tuple__": encode(py.NewList(v...))}
	case *py.Set:
		items := slices.Clone(v.Items())
		slices.SortFunc(items, func(a, b py.Value) int { return bytes.Compare([]byte(py.Repr(a)), []byte(py.Repr(b))) })
		return map[string]any{"__set__": encode(py.NewList(items...))}
	case *py.Dict:
		return encodeDict(v)
	case filesystem.File:
		return map[string]any{"type": "file", "name": encode(v.Name()), "content": encode(v.Content())}
	case filesystem.Directory:
		return encodeDirectory(v)
	}
	return map[string]any{"__repr__": py.Repr(v)}
}

func encodeDirectory(d filesystem.Directory) any {
	contents, order := map[string]any{}, []any{}
	for name, item := range d.Contents() {
		contents[py.ToStr(name)] = encode(item)
		order = append(order, encode(name))
	}
	return map[string]any{"type": "directory", "name": encode(d.Name()), "contents": contents, "order": order}
}

func encodeDict(d *py.Dict) any {
	out, pairs := map[string]any{}, []any{}
	for _, it := range d.Items() {
		if s, ok := it.Key.(py.Str); ok {
			out[string(s)] = encode(it.Value)
		}
		pairs = append(pairs, []any{encode(it.Key), encode(it.Value)})
	}
	if len(out) == d.Len() {
		return out
	}
	return map[string]any{"__pairs__": pairs}
}

// canonical reads JSON with numbers as they are written and pairs in order.
func canonical(t *testing.T, raw []byte) any {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return sortPairs(v)
}

func sortPairs(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = sortPairs(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = sortPairs(v[k])
		}
		if pairs, ok := v["__pairs__"].([]any); ok {
			slices.SortFunc(pairs, func(a, b any) int {
				x, _ := json.Marshal(a)
				y, _ := json.Marshal(b)
				return bytes.Compare(x, y)
			})
		}
	}
	return v
}
