package runner

import (
	"fmt"

	"stepgym/envs"
	"stepgym/traces"
)

// draw makes the episodes of one iteration, groups after groups. A group shares
// task and environment seed; its episodes differ in their sampling seeds.
type draw struct {
	run             uint64
	iteration, size int
	maxTurns        int
	split           string

	slots int            // groups so far
	drawn map[string]int // how often, by task
}

func newDraw(c Config, iteration int) *draw {
	return &draw{run: c.Seed, iteration: iteration, size: c.GroupSize, maxTurns: c.MaxTurns, split: c.Split, drawn: map[string]int{}}
}

// specs returns the episodes of a further group of each task, group after group.
func (d *draw) specs(tasks []envs.Task) []Spec {
	specs := make([]Spec, 0, len(tasks)*d.size)
	for _, task := range tasks {
		id := fmt.Sprintf("it%d/%s", d.iteration, task.ID)
		if d.drawn[task.ID]++; d.drawn[task.ID] > 1 { // the same task again in this iteration
			id = fmt.Sprintf("%s#%d", id, d.drawn[task.ID])
		}
		for i := range d.size {
			specs = append(specs, Spec{
				Task: task, EnvSeed: EnvSeed(d.run, d.iteration, d.slots), SampleSeed: SampleSeed(d.run, d.iteration, d.slots, i),
				MaxTurns: d.maxTurns, ID: fmt.Sprintf("%s/%d", id, i), GroupID: id, Split: d.split,
				Iteration: d.iteration, Index: i,
			})
		}
		d.slots++
	}
	return specs
}

// group is a group of trajectories with the outcomes they came from: outcomes[i]
// belongs to Trajectories[i].
type group struct {
	*traces.Group
	outcomes []Outcome
}

// groups cuts outcomes into groups of size. Groups of which every episode was
// lost are left out.
func groups(outcomes []Outcome, size int) []group {
	var out []group
	for first := 0; first < len(outcomes); first += size {
		g := group{outcomes: outcomes[first:min(first+size, len(outcomes))]}
		g.Group = &traces.Group{ID: g.outcomes[0].Trajectory.GroupID}
		lost := true
		for _, o := range g.outcomes {
			g.Trajectories = append(g.Trajectories, o.Trajectory)
			lost = lost && o.Err != nil
		}
		if !lost {
			out = append(out, g)
		}
	}
	return out
}
