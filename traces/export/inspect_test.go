package export

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/internal/pyvenv"
	"stepgym/traces"
)

// each goes over trajectories, then fails if there is an error.
func each(err error, all ...*traces.Trajectory) iter.Seq2[*traces.Trajectory, error] {
	return func(yield func(*traces.Trajectory, error) bool) {
		for _, t := range all {
			if !yield(t, nil) {
				return
			}
		}
		if err != nil {
			yield(nil, err)
		}
	}
}

func TestInspectGolden(t *testing.T) {
	c := cases()
	var b bytes.Buffer
	if err := WriteAll(&b, Inspect, each(nil, c["text"], c["calls"], c["lost"])); err != nil {
		t.Fatal(err)
	}
	golden(t, "group.inspect.json", b.Bytes())
}

func TestWriteAll(t *testing.T) {
	c := cases()
	for _, f := range Formats() {
		var one, all, twice bytes.Buffer
		if err := Write(&one, f, c["text"]); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(WriteAll(&all, f, each(nil, c["text"])), WriteAll(&twice, f, each(nil, c["text"], c["text"]))); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(one.String(), all.String()); d != "" {
			t.Errorf("%s: one of one (-want +got):\n%s", f, d)
		}
		if got := json.Valid(twice.Bytes()); got != f.Whole() {
			t.Errorf("%s: two are one document: %v", f, got)
		}
		gone := errors.New("gone")
		if err := WriteAll(io.Discard, f, each(gone, c["text"])); !errors.Is(err, gone) {
			t.Errorf("%s: %v", f, err)
		}
		passes := 0
		fewer := func(yield func(*traces.Trajectory, error) bool) {
			passes++
			for range 3 - passes {
				if !yield(c["text"], nil) {
					return
				}
			}
		}
		if err := WriteAll(io.Discard, f, fewer); (err != nil) != f.Whole() {
			t.Errorf("%s: fewer the second time: %v", f, err)
		}
		wrong := *c["text"]
		wrong.Return = math.NaN()
		if WriteAll(io.Discard, f, each(nil, &wrong)) == nil {
			t.Errorf("%s writes NaN", f)
		}
	}
}

// TestInspectKept wants the model's own messages of a conversation that was kept.
func TestInspectKept(t *testing.T) {
	kept := *cases()["tokens"]
	kept.Steps = kept.Steps[:2] // the third begins another one
	want := []InspectMessage{
		{Role: "system", Content: "Act."},
		{Role: "user", Content: "a!"},
		{Role: "assistant", Content: "I do x"},
		{Role: "user", Content: "b!"},
		{Role: "assistant", Content: "I do y"},
	}
	s := ToInspect(&kept, 1)
	if d := cmp.Diff(want, s.Messages); d != "" {
		t.Errorf("messages (-want +got):\n%s", d)
	}
	if d := cmp.Diff(map[string]InspectUsage{"m": {18, 3, 21}}, s.ModelUsage); d != "" || s.Output.Model != "m" {
		t.Errorf("usage of %s (-want +got):\n%s", s.Output.Model, d)
	}
}

// The types of what check_inspect.py prints.
type (
	inspectFound struct {
		Status           string
		Whole            bool
		Task             string
		Total, Completed int
		Means            map[string]float64
		Samples          []inspectFoundSample
	}
	inspectFoundSample struct {
		ID, Trajectory string
		Epoch          int
		Scores         map[string]float64
		Messages       []inspectFoundMessage
		Completion     string
		Error          string
		Limit          bool
		Rewards        []float64
		Seed           string
		Tokens         int `json:"output_tokens"`
	}
	inspectFoundMessage struct {
		Role, Content, Answers string
		Calls                  []inspectFoundCall
	}
	inspectFoundCall struct {
		ID, Function string
		Arguments    map[string]any
	}
)

// TestInspect lets Inspect read logs: of two groups of one size, of a group and
// a part of another, and of nothing.
func TestInspect(t *testing.T) {
	python := pyvenv.Open(t, "inspect_ai==0.3.285")
	var one, two []*traces.Trajectory
	c := cases()
	for _, name := range slices.Sorted(maps.Keys(c)) {
		other := *c[name]
		other.ID, other.GroupID, other.Index = "other/"+name, "it1/group 2", 5-len(two) // they come last to first
		one, two = append(one, c[name]), append(two, &other)
	}
	logs := map[string][]*traces.Trajectory{"even": slices.Concat(two, one), "uneven": append(slices.Clip(one), two[3]), "nothing": nil}
	dir, want := t.TempDir(), map[string]inspectFound{}
	for name, all := range logs {
		var b bytes.Buffer
		if err := WriteAll(&b, Inspect, each(nil, all...)); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name+".json"), b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		want[name] = inspectWant(all)
	}
	got := map[string]inspectFound{}
	if err := json.Unmarshal([]byte(python.Run(t, "testdata/check_inspect.py", dir)), &got); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("what Inspect reads (-want +got):\n%s", d)
	}
}

// inspectWant says it from the trajectories.
func inspectWant(all []*traces.Trajectory) inspectFound {
	w := inspectFound{Status: "success", Means: map[string]float64{}, Samples: []inspectFoundSample{}}
	sizes := map[string]int{}
	for i, t := range all {
		w.Task = t.Env
		sizes[t.GroupID]++
		epoch := 1
		for k, other := range all {
			if other.GroupID == t.GroupID && (other.Index < t.Index || other.Index == t.Index && k < i) {
				epoch++
			}
		}
		s := inspectFoundSample{
			ID: t.GroupID, Trajectory: t.ID, Epoch: epoch, Error: t.Err, Limit: t.Truncated, Scores: map[string]float64{},
			Rewards: []float64{}, Seed: strconv.FormatUint(t.EnvSeed, 10),
		}
		if t.Err == "" {
			s.Scores = map[string]float64{"return": t.Return, "score": t.Score, "success": 0}
			if t.Success {
				s.Scores["success"] = 1
			}
			w.Completed++
		}
		for name, x := range s.Scores {
			w.Means[name] += x
		}
		for i := range t.Steps {
			s.Rewards = append(s.Rewards, t.Steps[i].Reward)
			if c := t.Steps[i].Call; c != nil {
				s.Tokens += c.CompletionTokens
			}
		}
		for _, m := range chat(t) { // none of the cases is one conversation that was kept
			f := inspectFoundMessage{m.Role, m.Content, m.CallID, []inspectFoundCall{}}
			for _, call := range m.Calls {
				args := map[string]any{}
				if json.Unmarshal([]byte(call.Function.Arguments), &args) != nil {
					args = map[string]any{"value": 7.0} // the only one that is no object
				}
				f.Calls = append(f.Calls, inspectFoundCall{call.ID, call.Function.Name, args})
			}
			s.Messages = append(s.Messages, f)
			if m.Role == "assistant" {
				s.Completion = m.Content
			}
		}
		w.Samples = append(w.Samples, s)
	}
	for name := range w.Means {
		w.Means[name] /= float64(w.Completed)
	}
	w.Total = len(all)
	w.Whole = len(slices.Compact(slices.Sorted(maps.Values(sizes)))) < 2
	return w
}
