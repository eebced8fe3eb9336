package credit

import (
	"sync"
	"sync/atomic"

	"stepgym/traces"
)

// All runs m on every graph, on up to workers goroutines (at least one), and
// returns out[n][i][t] for step t of trajectory i of groups[n]. For a batchwise
// method groups are the whole batch. The result does not depend on workers. Of
// several faults the first group's is returned.
func All(groups []*traces.Graph, m Method, workers int) ([][][]float64, error) {
	adv := make([][]float64, len(groups))
	err := spread(len(groups), workers, func() func(n int) error {
		s := new(scratch)
		return func(n int) (err error) {
			adv[n], err = m.values(groups[n], s)
			return err
		}
	})
	if err == nil {
		err = m.complete(groups, adv)
	}
	if err != nil {
		return nil, err
	}
	return cut(groups, adv), nil
}

// Assign builds the graph of every group, runs m on it and drops it again,
// which takes less time and memory than to build all graphs first. The result
// is that of [traces.NewGraphs] and [All]; for a batchwise method, which needs
// all graphs at the end, it is done so.
func Assign(groups []*traces.Group, o traces.GraphOptions, m Method, workers int) ([][][]float64, error) {
	if m.Batchwise() {
		graphs, err := traces.NewGraphs(groups, o, workers)
		if err != nil {
			return nil, err
		}
		return All(graphs, m, workers)
	}
	out := make([][][]float64, len(groups))
	err := spread(len(groups), workers, func() func(n int) error {
		var b traces.Builder
		s := new(scratch)
		return func(n int) error {
			g, err := b.Graph(groups[n], o)
			if err != nil {
				return err
			}
			adv, err := m.values(g, s)
			if err != nil {
				return err
			}
			out[n] = g.Rows(adv)
			return nil
		}
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// spread calls a function for every n below count, on up to workers goroutines,
// each with a function of its own from make. It returns the error of the
// lowest n.
func spread(count, workers int, make func() func(n int) error) error {
	var next atomic.Int64
	var mu sync.Mutex
	lowest, fault := count, error(nil)
	work := func() {
		do := make()
		for {
			n := int(next.Add(1)) - 1
			if n >= count {
				return
			}
			if err := do(n); err != nil {
				mu.Lock()
				if n < lowest {
					lowest, fault = n, err
				}
				mu.Unlock()
			}
		}
	}
	var wg sync.WaitGroup
	for range min(workers, count) - 1 {
		wg.Go(work)
	}
	work()
	wg.Wait()
	return fault
}
