package runner

import (
	"fmt"

	"stepgym/envs"
	"stepgym/traces"
)

// groupSpecs returns the episodes of one iteration: size episodes of each task,
// group after group. A group shares task and environment seed; its episodes
// differ in their sampling seeds.
func groupSpecs(run uint64, iteration int, tasks []envs.Task, size, maxTurns int, split string) []Spec {
	specs := make([]Spec, 0, len(tasks)*size)
	drawn := make(map[string]int, len(tasks))
	for slot, task := range tasks {
		id := fmt.Sprintf("it%d/%s", iteration, task.ID)
		if drawn[task.ID]++; drawn[task.ID] > 1 { // the same task again in this iteration
			id = fmt.Sprintf("%s#%d", id, drawn[task.ID])
		}
		for i := range size {
			specs = append(specs, Spec{
				Task: task, EnvSeed: EnvSeed(run, iteration, slot), SampleSeed: SampleSeed(run, iteration, slot, i),
				MaxTurns: maxTurns, ID: fmt.Sprintf("%s/%d", id, i), GroupID: id, Split: split,
				Iteration: iteration, Index: i,
			})
		}
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
