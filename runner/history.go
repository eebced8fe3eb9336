package runner

import (
	"encoding/json"
	"fmt"
	"slices"

	"stepgym/traces"
)

// History is what the metrics of a run say.
type History struct {
	Imitate []Metrics  // rounds of the warm start
	Train   []Metrics  // iterations
	Evals   []EvalLine // evaluations on the dev split
}

// ReadHistory reads the metrics of a run. Where a run was killed and resumed,
// lines are there twice; the later one counts. Lines of other kinds are left
// out.
func ReadHistory(r *traces.Run) (History, error) {
	var h History
	lines, err := traces.ReadMetrics[json.RawMessage](r)
	if err != nil {
		return h, err
	}
	for i, line := range lines {
		if err := h.add(line); err != nil {
			return h, fmt.Errorf("runner: metrics of %s, line %d: %w", r.Dir(), i+1, err)
		}
	}
	return h, nil
}

// add reads one line.
func (h *History) add(line json.RawMessage) error {
	var kind struct {
		Kind string `json:"kind"`
	}
	if err := json.Unmarshal(line, &kind); err != nil {
		return err
	}
	switch kind.Kind {
	case "imitate":
		return later(&h.Imitate, line, func(m Metrics) int { return m.Iteration })
	case "train":
		return later(&h.Train, line, func(m Metrics) int { return m.Iteration })
	case "eval":
		return later(&h.Evals, line, func(e EvalLine) int { return e.Iteration })
	}
	return nil
}

// later decodes a line and appends it to list, in place of what is there from
// its iteration on: an interrupted run repeats what it had done.
func later[T any](list *[]T, line json.RawMessage, iteration func(T) int) error {
	var v T
	if err := json.Unmarshal(line, &v); err != nil {
		return err
	}
	at := slices.IndexFunc(*list, func(x T) bool { return iteration(x) >= iteration(v) })
	if at >= 0 {
		*list = (*list)[:at]
	}
	*list = append(*list, v)
	return nil
}
