package ors_test

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"stepgym/envs/serve/session"
	"stepgym/internal/pyvenv"
	"stepgym/internal/testdata"
)

// trlPython has TRL. It is 6 GB, for PyTorch's wheel brings its GPU libraries
// along, and so has a name of its own in GYM_REQUIRE.
func trlPython(t *testing.T) *pyvenv.Venv {
	t.Helper()
	if !testdata.Required("trl") {
		t.Skip("trains with TRL: GYM_REQUIRE=python,trl installs it (6 GB) for this test, which then takes a minute or two")
	}
	return pyvenv.Open(t, "trl==1.16.0", "openreward==0.1.167", "torch==2.15.0", "transformers==5.24.0", "datasets==5.2.0", "accelerate==1.15.0")
}

// TestTRLSpec plays groups with what TRL's trainer uses of TRL, in all
// environments. It needs no PyTorch.
func TestTRLSpec(t *testing.T) {
	python := clientPython(t).With(t, "trl==1.16.0")
	script, err := filepath.Abs("testdata/trl_spec.py")
	if err != nil {
		t.Fatal(err)
	}
	r := serveClients(t, clientWorlds(t), "webshop", session.Options{}, "", nil)
	out := runDoc(t, python.Command(t, script, r.url), r.url)
	want := `^toy \[\[1\.0, 1\.0, 1\.0, 1\.0\], \[1\.0, 1\.0, 1\.0, 1\.0\]\]\n` +
		`webshop \[\[[0-9., ]+\], \[[0-9., ]+\]\]\nalfworld \[\[0\.0, 0\.0\], \[0\.0, 0\.0\]\]\n$`
	if !matches(want, out) {
		t.Errorf("got %s", out)
	}
	t.Logf("%s", out)
	if n := len(r.kept.All()); n < 2*(4+4+2) {
		t.Errorf("%d trajectories are on record", n)
	}
	if left := r.host.List("", session.Filter{}); len(left) > 0 {
		t.Errorf("sessions are left: %+v", left)
	}
}

// trained is what testdata/trl_train.py prints.
type trained struct {
	Columns  []string  `json:"columns"`
	Steps    int       `json:"steps"`
	Reward   []float64 `json:"reward"`
	Calls    []float64 `json:"calls"`
	Failures []float64 `json:"failures"`
	GradNorm []float64 `json:"grad_norm"`
	Finite   bool      `json:"finite"`
	Moved    float64   `json:"moved"`
}

// TestTRL trains a tiny model with random weights by TRL's GRPO: its episodes are
// played here, and their rewards reach its gradient.
func TestTRL(t *testing.T) {
	python := trlPython(t)
	r := serveClients(t, clientWorlds(t), "toy", session.Options{}, "", nil)
	model := t.TempDir()
	const steps = 4
	script, err := filepath.Abs("testdata/trl_train.py")
	if err != nil {
		t.Fatal(err)
	}
	out := runDoc(t, python.Command(t, script, r.url, strconv.Itoa(steps), model), r.url)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	var got trained
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &got); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	t.Logf("%+v", got)
	if got.Steps != steps || !got.Finite || got.Moved == 0 {
		t.Errorf("%d steps of training, all weights finite %v, the largest change %g", got.Steps, got.Finite, got.Moved)
	}
	if n := sum(got.Failures); n > 0 {
		t.Errorf("calls failed: %v", got.Failures)
	}
	if sum(got.Calls) == 0 || sum(got.Reward) == 0 || sum(got.GradNorm) == 0 {
		t.Errorf("no calls, no reward or no gradient: %+v", got)
	}
	if r.checkTraining(t) == 0 {
		t.Error("no trajectory of success is on record")
	}

	t.Run("doc", func(t *testing.T) {
		r := serveClients(t, clientWorlds(t), "webshop", session.Options{}, "", nil)
		code := strings.NewReplacer("Qwen/Qwen3-4B", model, `env_name="webshop"`, `env_name="toy"`).Replace(docCode(t, 2, r.url))
		out := runDoc(t, python.Command(t, "-c", code), r.url)
		if !matches(`(?s)^.*trained: [0-9.]+ steps, reward [0-9.]+\n$`, out) {
			t.Errorf("the documentation's code printed %s", out)
		}
		r.checkTraining(t)
	})
}

// checkTraining looks at what a training left on record, and returns how many
// episodes solved their task.
func (r *clientRig) checkTraining(t *testing.T) (solved int) {
	t.Helper()
	all, starts, taken := r.kept.All(), map[string]string{}, 0
	for i := range all {
		tr := all[i]
		taken += len(tr.Steps)
		if tr.Success {
			solved++
		}
		if o := tr.Steps; len(o) > 0 {
			first := o[0].Observation.Text
			if was, ok := starts[tr.TaskID]; ok && was != first {
				t.Errorf("episodes of task %s start at %q and %q", tr.TaskID, was, first)
			}
			starts[tr.TaskID] = first
		}
	}
	if taken == 0 || len(starts) < 2 {
		t.Errorf("%d trajectories have %d steps; %d tasks were played", len(all), taken, len(starts))
	}
	t.Logf("%d trajectories, %d steps, %d solved", len(all), taken, solved)
	return solved
}

func sum(x []float64) (total float64) {
	for _, v := range x {
		total += v
	}
	return total
}

func matches(pattern, text string) bool { return regexp.MustCompile(pattern).MatchString(text) }
