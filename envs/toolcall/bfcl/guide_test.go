package bfcl

import (
	"encoding/json"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs"
)

// guidedMini opens the guided environment on the tiny data in a folder, with
// other limits if change is not nil.
func guidedMini(t testing.TB, dir string, change func(*Config)) *Env {
	t.Helper()
	c := DefaultConfig()
	c.Data, c.Guided, c.Reward = dir, true, RewardTurn
	c.Categories = []string{"multi_turn_base", "multi_turn_miss_func"}
	if change != nil {
		change(&c)
	}
	env, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return env
}

// begin starts the episode of an entry.
func begin(t testing.TB, env *Env, id string) *Episode {
	t.Helper()
	ep, err := env.multi.play(env.multi.data.Entry(id))
	if err != nil {
		t.Fatal(err)
	}
	return ep
}

// say makes choices that are offered, and returns what the last one gave.
func say(t testing.TB, ep *Episode, texts ...string) (r envs.Result) {
	t.Helper()
	for _, text := range texts {
		var err error
		if r, err = ep.Step(t.Context(), envs.Action{Text: text}); err != nil || r.Invalid {
			t.Fatalf("%q: %+v, %v; offered are %q", text, r, err, listed(ep))
		}
	}
	return r
}

func listed(ep *Episode) (texts []string) {
	for _, c := range ep.Observation().Admissible {
		texts = append(texts, c.Action.Text)
	}
	return texts
}

func asJSON(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestGuidedPlay plays an entry by choices and looks at what is seen.
func TestGuidedPlay(t *testing.T) {
	ep := begin(t, guidedMini(t, "testdata/mini", nil), "multi_turn_base_1")
	o := ep.Observation()
	if o.Place != placeRequest || o.Focus != "" || o.Admissible[0].Action.Text != endTurn || o.Admissible[0].Kind != "end" {
		t.Errorf("at first: %+v", o)
	}
	say(t, ep, "cat")
	o = ep.Observation()
	if o.Place != placeArgument || o.Focus != "cat file_name 1" || !strings.HasSuffix(o.Anchor, "cat(file_name=") {
		t.Errorf("after a function: place %q, focus %q, anchor %q", o.Place, o.Focus, o.Anchor)
	}
	want := &envs.Choice{
		Action: envs.Action{Text: "file_name = 'harvest.txt'"}, Kind: "value", Desc: "file name: harvest.txt",
		Ref: "harvest.txt", With: "file 1", Slot: "file_name",
	}
	if d := cmp.Diff(o.Admissible[0], want); d != "" {
		t.Errorf("first value (-got +want):\n%s", d)
	}
	say(t, ep, "file_name = 'harvest.txt'")
	o = ep.Observation()
	if o.Place != placeResult || o.Focus != "cat 1" || !strings.Contains(o.Body, "12 kg") {
		t.Errorf("after a call: place %q, focus %q, body %q", o.Place, o.Focus, o.Body)
	}
	if r := say(t, ep, endTurn); r.Reward != 1./3 {
		t.Errorf("reward %v for a turn of three", r.Reward)
	}
	say(t, ep, "mean", "numbers = [12, 15, 18]", endTurn, "touch", "file_name = 'mean.txt'", "echo", "content = '15'", "file_name = 'mean.txt'")
	if r := say(t, ep, endTurn); !r.Success || !r.Terminated {
		t.Errorf("at the end: %+v", r)
	}
}

// TestGuidedInvalid says what is not offered: it changes nothing, but an episode
// of nothing else is truncated.
func TestGuidedInvalid(t *testing.T) {
	env := guidedMini(t, "testdata/mini", func(c *Config) { c.StepLimit = 1 })
	ep := begin(t, env, "multi_turn_base_0")
	say(t, ep, "sort")
	before := asJSON(t, ep.Observation())
	limit := env.Spec().MaxTurns / guidedSteps * (guidedSteps - 1)
	for i := 1; i < limit; i++ {
		text := []string{"", "sort", "[ls()]", "file_name = 'no.txt'", endTurn}[i%5]
		r, err := ep.Step(t.Context(), envs.Action{Text: text})
		if err != nil || !r.Invalid || r.Truncated != (i == limit-1) {
			t.Fatalf("choice %d, %q: %+v, %v", i+1, text, r, err)
		}
		if !r.Truncated && asJSON(t, ep.Observation()) != before {
			t.Fatalf("%q changed the observation", text)
		}
	}
	if _, err := ep.Step(t.Context(), envs.Action{Text: endTurn}); err == nil {
		t.Error("the episode goes on after it was truncated")
	}
}

// TestGuidedCalls makes a call as it is while another is being written.
func TestGuidedCalls(t *testing.T) {
	ep := begin(t, guidedMini(t, "testdata/mini", nil), "multi_turn_base_0")
	say(t, ep, "mv", "source = 'plants.txt'")
	r, err := ep.Step(t.Context(), envs.Action{Calls: []envs.ToolCall{{Name: "sort", Args: json.RawMessage(`{"file_name":"plants.txt"}`)}}})
	if err != nil || r.Invalid {
		t.Fatal(r, err)
	}
	if r := say(t, ep, endTurn); r.Reward == 0 {
		t.Error("the call was not run")
	}
}

// TestGuidedSnapshot takes a half-written call out of the process and back.
func TestGuidedSnapshot(t *testing.T) {
	env := guidedMini(t, "testdata/mini", nil)
	ep := begin(t, env, "multi_turn_base_0")
	say(t, ep, "sort", "file_name = 'plants.txt'", endTurn, "mv", "source = 'plants.txt'")
	b, err := ep.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	again, err := env.Restore(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	x, y := ep.Observation(), again.Observation()
	y.Tools = x.Tools
	if d := cmp.Diff(y, x); d != "" {
		t.Errorf("restored (-got +want):\n%s", d)
	}
	for _, bad := range []string{`{"taken":5,"texts":["mv","source = 'x'"]}`, `{"taken":0,"texts":["mv"]}`, `{"texts":["end turn"]}`, "["} {
		if err := begin(t, env, "multi_turn_base_0").guide.rewrite(begin(t, env, "multi_turn_base_0"), bad); err == nil {
			t.Errorf("%s is accepted", bad)
		}
	}
}

// TestOffersWithoutTruth plays at random in two copies of the data with
// different ground truths: what is offered must be the same.
func TestOffersWithoutTruth(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/mini")); err != nil {
		t.Fatal(err)
	}
	calls := regexp.MustCompile(`"[a-z]+\([^"]*\)"`)
	err := fs.WalkDir(os.DirFS(dir), "possible_answer", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.Contains(name, "multi_turn") {
			return err
		}
		path := filepath.Join(dir, name)
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(path, calls.ReplaceAll(b, []byte(`"echo(content='zebra', file_name='okapi.txt')"`)), 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
	few := func(c *Config) { c.StepLimit = 6 }
	envA, envB := guidedMini(t, "testdata/mini", few), guidedMini(t, dir, few)
	for _, entry := range envA.multi.data.Entries() {
		a, b := begin(t, envA, entry.ID), begin(t, envB, entry.ID)
		rng := rand.New(rand.NewPCG(1, 2))
		for !a.over {
			x, y := asJSON(t, a.Observation()), asJSON(t, b.Observation())
			if x != y {
				t.Fatalf("%s: with another ground truth another observation\n%s\n%s", entry.ID, x, y)
			}
			all := listed(a)
			text := all[rng.IntN(len(all))]
			say(t, a, text)
			say(t, b, text)
		}
	}
}

// TestOffers checks what every list of values promises, at random.
func TestOffers(t *testing.T) {
	env := guidedMini(t, "testdata/mini", func(c *Config) { c.StepLimit = 4 })
	for _, entry := range env.multi.data.Entries() {
		for seed := range uint64(2) {
			ep := begin(t, env, entry.ID)
			rng := rand.New(rand.NewPCG(seed, 3))
			for !ep.over {
				all := listed(ep)
				if g := ep.guide; g.call != nil {
					scores := make([]float64, len(g.offered))
					for i, o := range g.offered {
						scores[i] = -o.score
					}
					if n := len(g.offered); n == 0 || n > maxOffers || !slices.IsSorted(scores) {
						t.Fatalf("%s: %d offers with scores %v", entry.ID, n, scores)
					}
				}
				say(t, ep, all[rng.IntN(len(all))])
			}
		}
	}
}

// TestGuidedReveal plays an entry in which a function is missing at first.
func TestGuidedReveal(t *testing.T) {
	ep := begin(t, guidedMini(t, "testdata/mini", nil), "multi_turn_miss_func_0")
	for turn, want := range []bool{false, false, true, true} {
		if got := slices.Contains(listed(ep), "mv"); got != want {
			t.Errorf("turn %d: mv is offered: %v", turn+1, got)
		}
		if turn == 2 { // what is asked is still the request before
			say(t, ep, "mv", "source = 'plants.txt'", "destination = 'old'")
		}
		say(t, ep, endTurn)
	}
}
