package session

import (
	"sort"
	"sync/atomic"
	"time"
)

// StepBuckets are the upper bounds of the histogram of step times.
func StepBuckets() []time.Duration {
	return []time.Duration{
		500 * time.Nanosecond, time.Microsecond, 2 * time.Microsecond, 5 * time.Microsecond, 10 * time.Microsecond,
		25 * time.Microsecond, 100 * time.Microsecond, time.Millisecond, 10 * time.Millisecond, 100 * time.Millisecond,
		time.Second, 10 * time.Second,
	}
}

const numBuckets = 12

// Outcomes of steps, the index of EnvStats.Steps.
const (
	StepOK       = iota // a transition
	StepInvalid         // a transition that the world refused
	StepEnd             // the last of an episode
	StepReplayed        // a stored answer was given again
	StepError           // the environment failed
	numOutcomes
)

// OutcomeNames names the outcomes of steps, in order.
func OutcomeNames() []string { return []string{"ok", "invalid", "end", "replayed", "error"} }

// counters counts what happens in one environment.
type counters struct {
	open   atomic.Int64
	resets atomic.Uint64
	steps  [numOutcomes]atomic.Uint64
	times  [numBuckets + 1]atomic.Uint64 // by bucket, the last is beyond all
	nanos  atomic.Uint64
}

// tally counts steps aside, so that a batch touches the shared counters once.
type tally struct {
	steps [numOutcomes]uint32
	times [numBuckets + 1]uint32
	nanos uint64
}

func (t *tally) add(outcome int, d time.Duration) {
	t.steps[outcome]++
	if outcome != StepReplayed {
		t.times[bucket(d)]++
		t.nanos += uint64(max(d, 0))
	}
}

func (c *counters) flush(t *tally) {
	for i, n := range t.steps {
		if n > 0 {
			c.steps[i].Add(uint64(n))
		}
	}
	for i, n := range t.times {
		if n > 0 {
			c.times[i].Add(uint64(n))
		}
	}
	if t.nanos > 0 {
		c.nanos.Add(t.nanos)
	}
}

// bucket returns the place of d in StepBuckets.
func bucket(d time.Duration) int {
	switch {
	case d <= 500:
		return 0
	case d <= 1000:
		return 1
	case d <= 2000:
		return 2
	case d <= 5000:
		return 3
	case d <= 10_000:
		return 4
	}
	bounds := StepBuckets()
	return sort.Search(len(bounds), func(i int) bool { return d <= bounds[i] })
}

// EnvStats is what was counted of one environment since the start.
type EnvStats struct {
	Env    string
	Open   int // sessions now
	Resets uint64
	Steps  [numOutcomes]uint64

	StepTimes   []uint64 // steps in each of StepBuckets, and the rest; not cumulative
	StepSeconds float64  // all together
}

// Stats is what the Host counts, for a metrics page.
type Stats struct {
	Envs   []EnvStats // by name
	Owners []Usage    // by name

	Open, Max, Attached int // sessions; Attached are held by a socket
	Groups, Snapshots   int
	Waiting             int // calls that wait for a session now
	Draining            bool

	Created, Expired, Closed       uint64
	CapacityRefused, QuotaRefused  uint64
	Trajectories, TrajectoryErrors uint64 // written, and attempts that failed
	Unwritten                      int    // trajectories that wait to be written again
}

// Stats returns the counts of now.
func (h *Host) Stats() Stats {
	s := Stats{
		Open: int(h.open.Load()), Max: h.options.MaxEpisodes, Attached: int(h.attached.Load()),
		Waiting: int(h.waiting.Load()), Draining: h.draining.Load(),
		Created: h.created.Load(), Expired: h.expired.Load(), Closed: h.closed.Load(), CapacityRefused: h.refused.Load(),
		Trajectories: h.written.Load(), TrajectoryErrors: h.writeErrors.Load(),
	}
	for _, name := range h.names {
		s.Envs = append(s.Envs, h.worlds[name].snapshot())
	}
	h.mu.Lock()
	s.Groups, s.Snapshots, s.Unwritten = len(h.groups), len(h.snapshots), len(h.unwritten)
	h.mu.Unlock()
	for _, a := range h.accounts.Range {
		s.Owners = append(s.Owners, a.(*account).usage())
	}
	sort.Slice(s.Owners, func(i, j int) bool { return s.Owners[i].Owner < s.Owners[j].Owner })
	for _, u := range s.Owners {
		s.QuotaRefused += u.Refused
	}
	return s
}

func (w *world) snapshot() EnvStats {
	c := &w.stats
	e := EnvStats{
		Env: w.name, Open: int(c.open.Load()), Resets: c.resets.Load(),
		StepSeconds: float64(c.nanos.Load()) / float64(time.Second),
	}
	for i := range c.steps {
		e.Steps[i] = c.steps[i].Load()
	}
	for i := range c.times {
		e.StepTimes = append(e.StepTimes, c.times[i].Load())
	}
	return e
}
