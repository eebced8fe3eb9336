package export

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"iter"
	"slices"
	"strings"

	"stepgym/traces"
)

// InspectCreated is the time of every log: trajectories have no clock.
const InspectCreated = "1970-01-01T00:00:00+00:00"

// The types of what a log of Inspect, version 2, has before its samples.
type (
	inspectHead struct {
		Version int            `json:"version"`
		Status  string         `json:"status"`
		Eval    inspectEval    `json:"eval"`
		Plan    inspectPlan    `json:"plan"`
		Results inspectResults `json:"results"`
		Stats   inspectStats   `json:"stats"`
	}
	inspectEval struct {
		EvalID  string         `json:"eval_id"` // a digest of the episodes
		Created string         `json:"created"`
		Task    string         `json:"task"` // the environments
		Dataset inspectDataset `json:"dataset"`
		Model   string         `json:"model"` // the policies
		Config  inspectConfig  `json:"config"`
	}
	inspectDataset struct {
		Name    string   `json:"name"` // the splits
		Samples int      `json:"samples"`
		IDs     []string `json:"sample_ids"`
	}
	inspectConfig struct {
		Epochs int `json:"epochs"` // of the largest group
	}
	inspectPlan struct {
		Steps []inspectSolver `json:"steps"`
	}
	inspectSolver struct {
		Solver string `json:"solver"`
	}
	inspectResults struct {
		Total     int                 `json:"total_samples"`
		Completed int                 `json:"completed_samples"`
		Scores    []inspectScoreStats `json:"scores"`
	}
	inspectScoreStats struct {
		Name     string                   `json:"name"`
		Scorer   string                   `json:"scorer"`
		Scored   int                      `json:"scored_samples"`
		Unscored int                      `json:"unscored_samples"`
		Metrics  map[string]inspectMetric `json:"metrics"`
	}
	inspectMetric struct {
		Name  string  `json:"name"`
		Value float64 `json:"value"`
	}
	inspectStats struct {
		ModelUsage map[string]InspectUsage `json:"model_usage"`
	}
)

// inspectTally is what the head of a log needs to know of all its samples.
type inspectTally struct {
	digest               hash.Hash
	envs, splits, actors []string // in the order met
	ids                  []string
	groups               map[string]int // places in ids
	rollouts             []inspectRollout
	scored               int
	sums                 map[string]float64
	usage                map[string]InspectUsage
}

// inspectRollout is where a trajectory stands in its group.
type inspectRollout struct {
	group, index int
	epoch        int
}

// add takes a trajectory.
func (y *inspectTally) add(t *traces.Trajectory) {
	fmt.Fprintf(y.digest, "%q %q %q %q %d %d %d %g %g %d\n", t.ID, t.Env, t.TaskID, t.Policy, t.Version, t.EnvSeed, t.SampleSeed, t.Return, t.Score, len(t.Steps))
	note(&y.envs, t.Env)
	note(&y.splits, t.Split)
	note(&y.actors, t.Policy)
	s := ToInspect(t, 1)
	group, ok := y.groups[s.ID]
	if !ok {
		group = len(y.ids)
		y.groups[s.ID] = group
		y.ids = append(y.ids, s.ID)
	}
	y.rollouts = append(y.rollouts, inspectRollout{group: group, index: t.Index})
	if s.Scores != nil {
		y.scored++
	}
	for name, x := range s.Scores {
		y.sums[name] += x.Value
	}
	for model, u := range s.ModelUsage {
		y.usage[model] = y.usage[model].plus(u.Input, u.Output)
	}
}

// note adds a name that is not there yet.
func note(to *[]string, name string) {
	if !slices.Contains(*to, name) {
		*to = append(*to, name)
	}
}

// number gives the rollouts of each group the epochs from 1 on, by their indexes
// and then as they came, and returns the last epoch of the largest group.
func (y *inspectTally) number() int {
	order := make([]*inspectRollout, len(y.rollouts))
	for i := range order {
		order[i] = &y.rollouts[i]
	}
	slices.SortStableFunc(order, func(a, b *inspectRollout) int { return cmp.Compare(a.index, b.index) })
	sizes := make([]int, len(y.ids))
	for _, r := range order {
		sizes[r.group]++
		r.epoch = sizes[r.group]
	}
	return slices.Max(append(sizes, 1))
}

// head returns what comes before the samples. It numbers them.
func (y *inspectTally) head() *inspectHead {
	total := len(y.rollouts)
	h := &inspectHead{
		Version: 2, Status: "success",
		Eval: inspectEval{
			EvalID: hex.EncodeToString(y.digest.Sum(nil)[:11]), Created: InspectCreated, Task: strings.Join(y.envs, "+"),
			Dataset: inspectDataset{strings.Join(y.splits, "+"), len(y.ids), y.ids}, Model: strings.Join(y.actors, "+"),
			Config: inspectConfig{y.number()},
		},
		Plan:    inspectPlan{[]inspectSolver{}},
		Results: inspectResults{total, y.scored, []inspectScoreStats{}},
		Stats:   inspectStats{y.usage},
	}
	for _, actor := range y.actors {
		h.Plan.Steps = append(h.Plan.Steps, inspectSolver{actor})
	}
	for _, name := range inspectScores {
		metrics := map[string]inspectMetric{}
		if y.scored > 0 {
			metrics["mean"] = inspectMetric{"mean", y.sums[name] / float64(y.scored)}
		}
		h.Results.Scores = append(h.Results.Scores, inspectScoreStats{name, name, y.scored, total - y.scored, metrics})
	}
	return h
}

// writeInspect writes one log with all trajectories as its samples, a line each.
// A log begins with the list of its samples and their mean scores, so that it
// goes over the trajectories twice.
func writeInspect(w io.Writer, all iter.Seq2[*traces.Trajectory, error]) error {
	y := &inspectTally{digest: sha256.New(), ids: []string{}, groups: map[string]int{}, sums: map[string]float64{}, usage: map[string]InspectUsage{}}
	for t, err := range all {
		if err != nil {
			return err
		}
		y.add(t)
	}
	head, err := encode(y.head())
	if err != nil {
		return fmt.Errorf("export: the head of a log: %w", err)
	}
	b := bufio.NewWriter(w) // keeps the first error for Flush
	b.Write(bytes.TrimSuffix(head, []byte("}\n")))
	between := ",\"samples\":[\n"
	if len(y.rollouts) == 0 {
		b.WriteString(between)
	}
	n := 0
	for t, err := range all {
		if err != nil {
			return err
		}
		if n == len(y.rollouts) {
			return fmt.Errorf("export: there are more than %d trajectories the second time", n)
		}
		line, err := encode(ToInspect(t, y.rollouts[n].epoch))
		n++
		if err != nil {
			return fmt.Errorf("export: %s as %s: %w", t.ID, Inspect, err)
		}
		b.WriteString(between)
		if _, err := b.Write(bytes.TrimSuffix(line, []byte{'\n'})); err != nil { // nobody reads the rest
			return fmt.Errorf("export: %w", err)
		}
		between = ",\n"
	}
	if n < len(y.rollouts) {
		return fmt.Errorf("export: there are %d trajectories the second time, not %d", n, len(y.rollouts))
	}
	b.WriteString("\n]}\n")
	if err := b.Flush(); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}

// encode returns v as a line.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return b.Bytes(), err
}
