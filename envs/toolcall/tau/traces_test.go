package tau_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"stepgym/envs/toolcall/tau"
	"stepgym/internal/testdata"
)

// run is a line of the original's recorded runs.
type run struct {
	Domain  string `json:"domain"`
	Split   string `json:"split"`
	Index   int    `json:"task_index"`
	Actions []struct {
		Name   string          `json:"name"`
		Kwargs json.RawMessage `json:"kwargs"`
		Result string          `json:"result"`
	} `json:"actions"`
	Said        string   `json:"said"`
	Corruption  string   `json:"corruption"`
	InitialHash string   `json:"initial_hash"`
	FinalHash   string   `json:"final_hash"`
	Instruction string   `json:"instruction"`
	UserID      string   `json:"user_id"`
	Outputs     []string `json:"outputs"`
	Reward      *float64 `json:"reward,omitempty"`
	Perfect     *float64 `json:"reward_perfect"`
	Nothing     *float64 `json:"reward_do_nothing"`
}

func load(t testing.TB, domain string) *tau.Data {
	t.Helper()
	d, err := tau.Load(testdata.Shared(t, "tau/tau-bench"), domain)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func runs(t *testing.T, name string) []run {
	t.Helper()
	f, err := os.Open(testdata.Shared(t, filepath.Join("tau/traces", name)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var out []run
	in := bufio.NewScanner(z)
	in.Buffer(nil, 64<<20)
	for in.Scan() {
		var r run
		if err := json.Unmarshal(in.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		out = append(out, r)
	}
	if err := in.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestTraces compares every result, hash and reward with the original's.
func TestTraces(t *testing.T) {
	scorer := tau.NewScorer(testdata.Shared(t, "tau/tau-bench"), tau.ScoreOptions{Hash: true})
	data := map[string]*tau.Data{}
	for _, name := range tau.Domains() {
		data[name] = load(t, name)
	}
	for _, name := range []string{
		"tau_gt_runs_airline-test.jsonl.gz", "tau_gt_runs_retail-dev.jsonl.gz", "tau_gt_runs_retail-test.jsonl.gz",
		"tau_gt_runs_retail-train.jsonl.gz", "tau_corrupted_runs.jsonl.gz",
	} {
		t.Run(name, func(t *testing.T) {
			calls, rewards, hashes := 0, 0, 0
			for _, r := range runs(t, name) {
				c, w, h := replay(t, data[r.Domain], scorer, &r)
				calls, rewards, hashes = calls+c, rewards+w, hashes+h
			}
			if calls == 0 || hashes == 0 {
				t.Fatal("nothing was compared")
			}
			t.Logf("%d results, %d rewards and %d hashes compared", calls, rewards, hashes)
		})
	}
}

// skipped is what the recorder wrote for a tool that ends an episode, which it
// did not call.
const skipped = "(skipped: terminate tool; not replayed by calculate_reward)"

func replay(t *testing.T, d *tau.Data, s *tau.Scorer, r *run) (calls, rewards, hashes int) {
	t.Helper()
	task, err := d.Task(r.Split, r.Index)
	if err != nil {
		t.Fatal(err)
	}
	if r.UserID != "" && (task.UserID != r.UserID || task.Instruction != r.Instruction || !slices.Equal(task.Outputs, r.Outputs)) {
		t.Errorf("%s %d: the task was read wrong", r.Split, r.Index)
	}
	reward := func(what string, got float64, want *float64) {
		if want == nil {
			return
		}
		rewards++
		if got != *want {
			t.Errorf("%s %s %d %s: %s is %v, want %v", r.Domain, r.Split, r.Index, r.Corruption, what, got, *want)
		}
	}
	idle := d.Begin(task)
	if r.InitialHash != "" {
		hashes++
		if got := idle.Hash(); got != r.InitialHash {
			t.Fatalf("initial hash is %s, want %s", got, r.InitialHash)
		}
	}
	reward("reward of doing nothing", idle.Judge().Reward, r.Nothing)
	if r.Perfect != nil {
		r.Said = strings.Join(r.Outputs, " ")
	}
	line, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Score(line)
	if err != nil {
		t.Fatal(err)
	}
	for i, a := range r.Actions {
		calls++
		if string(got.Results[i]) != a.Result && (a.Name != tau.Transfer || a.Result != skipped) {
			t.Errorf("%s %s %d: call %d, %s(%s)\n gives %s\n want  %s", r.Domain, r.Split, r.Index, i, a.Name, a.Kwargs, got.Results[i], a.Result)
		}
	}
	hashes++
	if got.FinalHash != r.FinalHash {
		t.Errorf("%s %s %d %s: final hash is %s, want %s", r.Domain, r.Split, r.Index, r.Corruption, got.FinalHash, r.FinalHash)
	}
	if reward("reward", got.Reward, r.Reward); r.Perfect != nil {
		reward("reward of the ground truth", got.Reward, r.Perfect)
	}
	return calls, rewards, hashes
}
