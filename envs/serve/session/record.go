package session

import (
	"context"
	"fmt"
	"maps"
	"math"
	"time"

	"stepgym/traces"
)

// pending is a trajectory that could not be written yet.
type pending struct{ t *traces.Trajectory }

// write hands the present episode to the Recorder, once. reason says why it
// ends if the environment did not end it. An episode that was given up for
// another before its first step is not worth a record.
func (s *Session) write(reason Reason) {
	p := s.play
	if p.written || !p.record || reason == ReasonReset && len(p.actions) == 0 {
		return
	}
	s.host.record(s.trajectory(reason))
	p.written = true
	if _, ok := s.host.options.Recorder.(Loader); ok {
		p.rows, p.seen = nil, traces.Observation{}
	}
}

// trajectory puts together the record of the present episode.
func (s *Session) trajectory(reason Reason) *traces.Trajectory {
	p := s.play
	group := "served/" + p.task.ID + "/" + fmt.Sprint(p.seed)
	if s.group != nil {
		group = s.group.id
	}
	t := &traces.Trajectory{
		ID: p.id, GroupID: group, TaskID: p.task.ID, Family: p.task.Family, Env: p.world.spec.ID(), Split: p.split,
		Policy: s.policy(), Iteration: -1, Index: s.index, EnvSeed: p.seed,
		Return: p.total, Turns: len(p.rows), Invalid: p.invalid, Parent: p.parent, ForkAt: p.forkAt,
		Client: &traces.Client{Protocol: s.request.Protocol, Owner: s.account.owner, Episode: p.client},
		Goal:   p.task.Goal,
		Steps:  make([]traces.Step, len(p.rows)),
	}
	for i := range p.rows {
		r := &p.rows[i]
		t.Steps[i] = traces.Step{
			Observation: r.seen, Action: p.actions[i].String(), Reward: r.reward, Invalid: r.invalid, Metrics: finite(r.metrics),
		}
	}
	final := p.seen
	t.Final = &final
	switch {
	case p.lost != nil:
		t.Err, t.Stage, t.Final = p.lost.Error(), "env", nil
		return t
	case p.over:
		t.Terminated, t.Truncated, t.Success = p.last.Terminated, p.last.Truncated, p.last.Success
		t.Metrics = finite(p.last.Metrics)
	case reason != "":
		t.Truncated, t.Client.End = true, string(reason)
	}
	if n := len(t.Steps); n > 0 {
		t.Steps[n-1].Terminated, t.Steps[n-1].Truncated = t.Terminated, t.Truncated
	}
	t.Score = score(t)
	return t
}

// policy names who acts.
func (s *Session) policy() string {
	switch {
	case s.request.Policy != "":
		return s.request.Policy
	case s.account.owner != "":
		return s.account.owner
	case s.request.Protocol != "":
		return s.request.Protocol
	}
	return "client"
}

// score returns the environment's dense score of an episode: its metric "score"
// where it has one, else 1 for a success and 0 for the rest.
func score(t *traces.Trajectory) float64 {
	if s, ok := t.Metrics["score"]; ok {
		return s
	}
	if t.Success {
		return 1
	}
	return 0
}

// finite returns m without the values that JSON cannot hold.
func finite(m map[string]float64) map[string]float64 {
	bad := func(_ string, x float64) bool { return math.IsNaN(x) || math.IsInf(x, 0) }
	for k, x := range m {
		if bad(k, x) {
			m = maps.Clone(m)
			maps.DeleteFunc(m, bad)
			return m
		}
	}
	return m
}

// record writes a trajectory. One that cannot be written is kept and tried
// again every second, and when the Host is drained.
func (h *Host) record(t *traces.Trajectory) {
	err := h.options.Recorder.Append(t)
	if err == nil {
		h.written.Add(1)
		return
	}
	h.writeErrors.Add(1)
	h.options.Logger.Error("write a trajectory", logError(err))
	h.mu.Lock()
	h.unwritten = append(h.unwritten, pending{t})
	h.mu.Unlock()
	h.reaper.poke()
}

// retryWrites tries again to write what could not be written, in order, and
// reports whether something is left.
func (h *Host) retryWrites() bool {
	h.writing.Lock()
	defer h.writing.Unlock()
	for {
		h.mu.Lock()
		if len(h.unwritten) == 0 {
			h.mu.Unlock()
			return false
		}
		t := h.unwritten[0].t
		h.mu.Unlock()
		if err := h.options.Recorder.Append(t); err != nil {
			h.writeErrors.Add(1)
			return true
		}
		h.written.Add(1)
		h.mu.Lock()
		h.unwritten[0] = pending{}
		h.unwritten = h.unwritten[1:]
		h.mu.Unlock()
	}
}

// load returns a trajectory that was recorded.
func (h *Host) load(id string) (*traces.Trajectory, error) {
	h.mu.Lock()
	for _, p := range h.unwritten {
		if p.t.ID == id {
			defer h.mu.Unlock()
			return p.t, nil
		}
	}
	h.mu.Unlock()
	l, ok := h.options.Recorder.(Loader)
	if !ok {
		return nil, fault(CodeUnsupported, "this server does not read back what it records")
	}
	t, err := l.Load(id)
	if err != nil {
		return nil, fault(CodeNotFound, "there is no trajectory %q: %w", id, err)
	}
	return t, nil
}

// syncLoop forces to disk what was recorded, every so often, until ctx ends.
func (h *Host) syncLoop(ctx context.Context, to Syncer) {
	tick := time.NewTicker(h.options.Sync)
	defer tick.Stop()
	var synced uint64
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		n := h.written.Load()
		if n == synced {
			continue
		}
		if err := to.Sync(); err != nil {
			h.writeErrors.Add(1)
			h.options.Logger.Error("force trajectories to disk", logError(err))
			continue
		}
		synced = n
	}
}
