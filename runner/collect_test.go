package runner

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"stepgym/agent"
	"stepgym/agent/prompt"
	"stepgym/agent/remote"
	"stepgym/agent/remote/remotetest"
	"stepgym/envs/envtest/toy"
	"stepgym/traces"
)

// endpointPolicy plays the toy environment by an endpoint without a network.
func endpointPolicy(t *testing.T, format string, o remotetest.Options) *remote.Policy {
	t.Helper()
	c := remote.DefaultConfig()
	c.BaseURL, c.Model, c.Transport = "http://endpoint/v1", "toy", remotetest.New(o).Transport()
	c.Prompt.Format, c.Retries = format, 0
	p, err := remote.New(toy.New().Spec(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

func toyPlan(t *testing.T) []Spec {
	t.Helper()
	specs, err := GroupPlan{Split: "train", Sampler: ByTask, Groups: 6, GroupSize: 3, Seed: 4, Full: true}.Specs(toy.New())
	if err != nil {
		t.Fatal(err)
	}
	return specs
}

// collect returns what was collected, in the order of IDs.
func collect(ctx context.Context, t *testing.T, p agent.Policy, specs []Spec, parallel int) ([]*traces.Trajectory, error) {
	t.Helper()
	var out []*traces.Trajectory
	err := Collect(ctx, toy.New(), p, specs, parallel, func(o Outcome) error {
		out = append(out, o.Trajectory)
		return nil
	})
	slices.SortFunc(out, func(a, b *traces.Trajectory) int { return strings.Compare(a.ID, b.ID) })
	return out, err
}

// unclocked leaves out what a clock measured.
var unclocked = cmpopts.IgnoreFields(traces.Call{}, "LatencyMS")

func TestPlanSpecs(t *testing.T) {
	specs := toyPlan(t)
	seen := map[string]bool{}
	for i, s := range specs {
		if seen[s.ID] || s.GroupID != specs[i/3*3].GroupID || s.EnvSeed != specs[i/3*3].EnvSeed || s.Index != i%3 || s.Iteration != -1 {
			t.Errorf("spec %d: %+v", i, s)
		}
		seen[s.ID] = true
		if i%3 > 0 && s.SampleSeed == specs[i-1].SampleSeed {
			t.Errorf("spec %d draws as the one before it", i)
		}
	}
	if len(specs) != 18 || !seen["train/0/0"] || !seen["train/0#2/2"] && !seen["train/2#2/2"] && !seen["train/4#2/2"] && !seen["train/6#2/2"] {
		t.Errorf("IDs %v: 6 groups of 4 tasks have one twice", seen)
	}
	if d := cmp.Diff(specs, toyPlan(t)); d != "" {
		t.Error(d)
	}
	for _, p := range []GroupPlan{
		{Split: "train", Sampler: ByTask, GroupSize: 1},
		{Split: "train", Sampler: ByTask, Groups: 1},
		{Split: "train", Sampler: "x", Groups: 1, GroupSize: 1},
		{Split: "x", Sampler: ByTask, Groups: 1, GroupSize: 1},
		{Split: "train", Sampler: ByTask, Groups: 1 << 40, GroupSize: 1 << 40},
	} {
		if _, err := p.Specs(toy.New()); err == nil {
			t.Errorf("%+v: no error", p)
		}
	}
}

// TestCollectIsPlay compares with waves, whatever plays at once.
func TestCollectIsPlay(t *testing.T) {
	specs := toyPlan(t)
	p := endpointPolicy(t, prompt.Chat, remotetest.Options{Level: agent.LevelTokens})
	want := trajectories(Play(t.Context(), toy.New(), p, specs, 0, nil))
	slices.SortFunc(want, func(a, b *traces.Trajectory) int { return strings.Compare(a.ID, b.ID) })
	for _, parallel := range []int{0, 1, 4, 99} {
		got, err := collect(t.Context(), t, p, specs, parallel)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(got, want, unclocked); d != "" {
			t.Errorf("%d at once (-got +want):\n%s", parallel, d)
		}
	}
}

// TestTokensOfATrajectory puts the sequences of a trajectory together again.
func TestTokensOfATrajectory(t *testing.T) {
	for _, tt := range []struct {
		format, evalOnly string
		level            agent.Level
		one              bool
	}{
		{prompt.Chat, "", agent.LevelTokens, true},
		{prompt.Tools, "", agent.LevelTokens, true},
		{prompt.Window, "", agent.LevelTokens, false},
		{prompt.Chat, "the endpoint gives no token ids", agent.LevelLogProbs, false},
		{prompt.Chat, "the endpoint gives no log-probabilities", agent.LevelText, false},
	} {
		got, err := collect(t.Context(), t, endpointPolicy(t, tt.format, remotetest.Options{Level: tt.level}), toyPlan(t), 4)
		if err != nil {
			t.Fatal(err)
		}
		for _, tr := range got {
			if tr.EvalOnly != tt.evalOnly || tr.Err != "" {
				t.Fatalf("%s at level %s: %q, %q", tt.format, tt.level, tr.EvalOnly, tr.Err)
			}
			seqs := tr.Sequences()
			want := len(tr.Steps)
			switch {
			case tt.level != agent.LevelTokens:
				want = 0
			case tt.one:
				want = 1
			}
			if len(seqs) != want {
				t.Fatalf("%s at level %s: %d sequences of %d steps", tt.format, tt.level, len(seqs), len(tr.Steps))
			}
			if !tt.one {
				continue
			}
			var messages []remotetest.Message // all that was said, the last answer included
			for _, s := range tr.Steps {
				for _, m := range s.Call.Messages {
					messages = append(messages, remotetest.Message{Role: m.Role, Content: m.Content})
				}
				answer := remotetest.Message{Role: "assistant"}
				if answer.Content = s.Raw; tt.format == prompt.Tools {
					answer.Content = "\x01" + strings.TrimSuffix(strings.Replace(s.Raw, "(", "", 1), ")")
				}
				messages = append(messages, answer)
			}
			ids := remotetest.PromptIDs(messages, false)
			if d := cmp.Diff(seqs[0].IDs, ids[:len(ids)-1]); d != "" { // without the mark of another answer
				t.Errorf("%s: %s", tt.format, d)
			}
			for i, at := range seqs[0].Steps {
				if l := seqs[0].LogProbs[i]; at >= 0 && l != remotetest.LogProb(seqs[0].IDs[i]) || at < 0 && l != 0 {
					t.Errorf("%s: token %d of step %d has log-probability %v", tt.format, i, at, l)
				}
			}
		}
	}
}

// TestMalformedIsInvalid has actions carried out that were written without tags.
func TestMalformedIsInvalid(t *testing.T) {
	p := endpointPolicy(t, prompt.Window, remotetest.Options{Answer: func(remotetest.Request) remotetest.Reply { return remotetest.Reply{Text: "stop"} }})
	got, err := collect(t.Context(), t, p, toyPlan(t)[:1], 1)
	if err != nil {
		t.Fatal(err)
	}
	if s := got[0].Steps[0]; !s.Invalid || s.Action != "stop" || s.Raw != "stop" || !s.Terminated || s.Call.Fault == "" {
		t.Errorf("%+v", s)
	}
}

// TestContextFull cuts episodes off where the model can read no more; only where
// it cannot read the beginning the episode is lost.
func TestContextFull(t *testing.T) {
	for _, tt := range []struct {
		answers int
		lost    bool
	}{{0, true}, {1, false}, {2, false}} {
		p := endpointPolicy(t, prompt.Chat, remotetest.Options{
			Level: agent.LevelTokens,
			Answer: func(remotetest.Request) remotetest.Reply {
				return remotetest.Reply{Text: "<think>a</think><action>left</action>"}
			},
			Spoil: func(call int, w http.ResponseWriter, _ *http.Request) bool {
				if call <= tt.answers {
					return false
				}
				http.Error(w, "maximum context length is 5", http.StatusBadRequest)
				return true
			},
		})
		got, err := collect(t.Context(), t, p, toyPlan(t)[:1], 1)
		if err != nil {
			t.Fatal(err)
		}
		tr := got[0]
		if (tr.Err != "") != tt.lost || tr.Turns != tt.answers || tr.Truncated == tt.lost || tr.Terminated || (tr.Final != nil) == tt.lost || (tr.Metrics[MetricContext] == 1) == tt.lost {
			t.Errorf("%d answers: %+v", tt.answers, tr)
		}
		for i, s := range tr.Steps {
			if s.Truncated != (i == len(tr.Steps)-1) {
				t.Errorf("%d answers, step %d: %+v", tt.answers, i, s)
			}
		}
	}
}

// TestCollectLost loses some episodes to the endpoint, and plays them again.
func TestCollectLost(t *testing.T) {
	specs := toyPlan(t)
	broken := endpointPolicy(t, prompt.Window, remotetest.Options{Spoil: func(call int, w http.ResponseWriter, _ *http.Request) bool {
		if call%5 != 3 {
			return false
		}
		w.WriteHeader(http.StatusInternalServerError)
		return true
	}})
	run, err := traces.Create(filepath.Join(t.TempDir(), "run"), traces.Manifest{}, traces.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	var tally Tally
	keep := func(o Outcome) error {
		tally.Add(o.Trajectory)
		return run.Append(o.Trajectory)
	}
	if err := Collect(t.Context(), toy.New(), broken, specs, 3, keep); err != nil {
		t.Fatal(err)
	}
	if tally.Lost == 0 || tally.Episodes == 0 || tally.Lost+tally.Episodes != len(specs) || !strings.Contains(tally.FirstLost, "500") {
		t.Fatalf("%+v", tally)
	}
	x, err := run.Index()
	if err != nil {
		t.Fatal(err)
	}
	missing := Remaining(specs, x)
	if len(missing) != tally.Lost {
		t.Errorf("%d missing, %d lost", len(missing), tally.Lost)
	}
	whole := endpointPolicy(t, prompt.Window, remotetest.Options{})
	if err := Collect(t.Context(), toy.New(), whole, missing, 3, keep); err != nil {
		t.Fatal(err)
	}
	var got []*traces.Trajectory
	for tr, err := range run.Trajectories(traces.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, tr)
	}
	slices.SortFunc(got, func(a, b *traces.Trajectory) int { return strings.Compare(a.ID, b.ID) })
	want, err := collect(t.Context(), t, whole, specs, 0)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(got, want, unclocked, cmpopts.EquateEmpty()); d != "" {
		t.Errorf("an unbroken run has other episodes (-got +want):\n%s", d)
	}
}

// TestCollectEnds ends in the middle, by the context and by an error of each.
func TestCollectEnds(t *testing.T) {
	boom := errors.New("the disk is full")
	for _, tt := range []struct {
		name string
		want error
	}{{"context", context.Canceled}, {"each", boom}} {
		t.Run(tt.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			n := 0
			p := endpointPolicy(t, prompt.Window, remotetest.Options{})
			err := Collect(ctx, toy.New(), p, toyPlan(t), 2, func(o Outcome) error {
				if o.Err != nil || !o.Trajectory.Terminated && !o.Trajectory.Truncated {
					t.Errorf("%s was not played to its end: %v", o.Trajectory.ID, o.Err)
				}
				if n++; n < 4 {
					return nil
				}
				if tt.want == boom {
					return boom
				}
				cancel()
				return nil
			})
			if !errors.Is(err, tt.want) || n < 4 || n > 6 {
				t.Errorf("%v after %d episodes", err, n)
			}
		})
	}
}
