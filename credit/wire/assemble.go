package wire

import (
	"fmt"

	"stepgym/traces"
)

// assemble makes a group of its rows, which come in any order: trajectories by
// first appearance, steps by number. A step that occurs twice or is missing is
// an error.
func (t *table) assemble(rows []tableRow) (*Group, error) {
	g := &Group{Inputs: traces.Inputs{ID: rows[0].group}, order: make([]rowPlace, len(rows))}
	at, count := map[string]int32{}, []int64{}
	for i := range rows {
		r := &rows[i]
		n, ok := at[r.trajectory]
		if !ok {
			n = int32(len(count))
			at[r.trajectory] = n
			count = append(count, 0)
			g.Trajectories = append(g.Trajectories, traces.Input{ID: r.trajectory})
		}
		count[n]++
		g.order[i] = rowPlace{n, int32(r.step)}
	}
	places := make([][]*tableRow, len(count))
	for n := range places {
		places[n] = make([]*tableRow, count[n])
	}
	for i := range rows {
		r := &rows[i]
		steps := places[g.order[i].trajectory]
		if r.step < 0 || r.step >= int64(len(steps)) {
			return nil, t.misplaced(rows, r, int64(len(steps)))
		}
		if first := steps[r.step]; first != nil {
			return nil, inGroup(r, "the step occurs twice, first in row %d", first.row)
		}
		steps[r.step] = r
	}
	for n, steps := range places {
		if err := t.fill(&g.Trajectories[n], steps); err != nil {
			return nil, err
		}
	}
	return g, nil
}

// misplaced says which step is missing, or doubled, if r has a number that its
// trajectory of n rows cannot have.
func (t *table) misplaced(rows []tableRow, r *tableRow, n int64) error {
	if r.step < 0 {
		return inGroup(r, "the step is below 0, want a count from 0")
	}
	seen := make([]int64, n)
	for i := range rows {
		if o := &rows[i]; o.trajectory == r.trajectory && o.step >= 0 && o.step < n {
			if seen[o.step] != 0 {
				return inGroup(o, "the step occurs twice, first in row %d", seen[o.step])
			}
			seen[o.step] = o.row
		}
	}
	for k, row := range seen {
		if row == 0 {
			return inGroup(r, "step %d of the trajectory is missing", k)
		}
	}
	return nil // not reached: r is one of n rows and not among the first n steps
}

// inGroup names the row and the step; [Record.Where] names the group's first
// row.
func inGroup(r *tableRow, format string, args ...any) error {
	return fmt.Errorf("group %q, trajectory %q, step %d, row %d: %s", r.group, r.trajectory, r.step, r.row, fmt.Sprintf(format, args...))
}

// fill sets the columns of a trajectory from its rows in order.
func (t *table) fill(to *traces.Input, steps []*tableRow) error {
	for _, r := range steps {
		to.Obs, to.Actions, to.Rewards = append(to.Obs, r.obs), append(to.Actions, r.action), append(to.Rewards, r.reward)
	}
	if t.has("n_tokens") {
		to.NTokens = gather(steps, func(r *tableRow) int { return int(r.tokens) })
	}
	if t.has("tool_calls") {
		to.ToolCalls = gather(steps, func(r *tableRow) int { return int(r.calls) })
	}
	if t.has("value") {
		to.Values = gather(steps, func(r *tableRow) float64 { return r.value })
	}
	if t.has("logprob") {
		to.LogProbs = gather(steps, func(r *tableRow) float64 { return r.logProb })
	}
	if t.has("entropy") {
		to.Entropy = gather(steps, func(r *tableRow) float64 { return r.entropy })
	}
	if t.has("logratio") {
		to.LogRatios = gather(steps, func(r *tableRow) float64 { return r.logRatio })
	}
	if t.has("invalid") || t.has("is_action_valid") {
		to.Invalid = gather(steps, func(r *tableRow) bool { return r.invalid })
	}
	for n, c := range t.parts {
		if to.RewardParts == nil {
			to.RewardParts = map[string][]float64{}
		}
		to.RewardParts[c.name] = gather(steps, func(r *tableRow) float64 { return r.parts[n] })
	}
	last := steps[len(steps)-1]
	to.FinalObs, to.Bootstrap, to.Success, to.Err = last.final, last.bootstrap, last.success, last.lost
	return chain(to, steps)
}

// chain checks next_obs, which is null where it is not known, against the
// observation of the next step; that of the last step is the final one.
func chain(to *traces.Input, steps []*tableRow) error {
	for k, r := range steps {
		switch {
		case r.next == nil:
		case k+1 < len(steps) && *r.next != steps[k+1].obs:
			return inGroup(r, "next_obs differs from obs of the next step, row %d: the chain is broken", steps[k+1].row)
		case k+1 == len(steps) && to.FinalObs == nil:
			to.FinalObs = r.next
		case k+1 == len(steps) && *r.next != *to.FinalObs:
			return inGroup(r, "next_obs differs from final_obs: the chain is broken")
		}
	}
	return nil
}

// gather makes a column of the rows.
func gather[T any](rows []*tableRow, of func(*tableRow) T) []T {
	out := make([]T, len(rows))
	for k, r := range rows {
		out[k] = of(r)
	}
	return out
}
