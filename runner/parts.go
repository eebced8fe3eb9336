package runner

import (
	"fmt"

	"stepgym/traces"
)

// withParts returns the graph with the reward parts that transforms ask for:
// what the environment measures under that name (envs.Result.Metrics), 0 at the
// steps where it measures nothing. A name that it never measures, although an
// episode of the group has come to its end, is an error: a slip of the pen.
func withParts(g *traces.Graph, from *traces.Group, names []string) (*traces.Graph, error) {
	if len(names) == 0 || g.Len() == 0 {
		return g, nil
	}
	parts := make(map[string][]float64, len(names))
	for _, name := range names {
		column, known, ended := make([]float64, g.Len()), false, false
		for _, r := range g.Rollouts {
			ended = ended || r.Terminated
			for t, step := range from.Trajectories[r.Source].Steps {
				x, ok := step.Metrics[name]
				column[r.First+t], known = x, known || ok
			}
		}
		if ended && !known {
			return nil, fmt.Errorf("the environment measures no reward part %q", name)
		}
		parts[name] = column
	}
	return g.WithParts(parts)
}
