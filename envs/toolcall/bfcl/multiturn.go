package bfcl

import (
	"fmt"

	"github.com/zeebo/xxh3"

	"stepgym/envs"
)

// multiTurn is the part that plays multi-turn entries: see [Episode].
type multiTurn struct {
	config Config
	data   *Dataset
	judge  *Judge
	tools  map[*Entry]*tools
	family map[*Entry]string
	menus  map[*Entry]*menu  // nil unless Config.Guided
	all    []envs.ToolSchema // of all entries; nil if Config.Guided
	most   int               // turns of the longest entry
}

func openMultiTurn(s *source, c Config, categories []string) (part, error) {
	d, err := s.dataset(categories)
	if err != nil {
		return nil, err
	}
	d.endTurn = c.EndTurnTool
	m := &multiTurn{config: c, data: d, judge: NewJudge(c.Compat, c.Model), tools: map[*Entry]*tools{}}
	for _, entry := range d.Entries() {
		if m.tools[entry], err = d.tools(entry); err != nil {
			return nil, fmt.Errorf("bfcl: entry %s: %w", entry.ID, err)
		}
		m.most = max(m.most, len(entry.Question))
	}
	m.family = families(d.Entries())
	if c.Guided {
		m.menus, err = m.newMenus()
	} else {
		m.all, err = d.allTools()
	}
	if err != nil {
		return nil, err
	}
	return m, nil
}

func (e *multiTurn) tasks() []envs.Task {
	out := make([]envs.Task, len(e.data.Entries()))
	for i, entry := range e.data.Entries() {
		out[i] = envs.Task{ID: entry.ID, Goal: entry.opening(), Family: e.family[entry]}
	}
	return out
}

func (e *multiTurn) functions() []envs.ToolSchema { return e.all }

func (e *multiTurn) split(t envs.Task) string { return splitOf(t.Family, e.config.SplitSalt) }

func (e *multiTurn) turns() int {
	n := e.most * (e.config.StepLimit + 1)
	if e.config.Guided {
		n *= guidedSteps
	}
	return n
}

func (e *multiTurn) start(id string) (playable, error) {
	ep, err := e.play(e.data.Entry(id))
	if err != nil {
		return nil, err
	}
	return ep, nil
}

func (e *multiTurn) play(entry *Entry) (*Episode, error) {
	t, err := e.judge.Try(entry)
	if err != nil {
		return nil, err
	}
	ep := &Episode{env: e, entry: entry, trial: t, sums: make([]stateSum, len(entry.Classes))}
	if e.config.Guided {
		ep.guide = newGuide(e.menus[entry], e.turns())
	}
	ep.openTurn()
	return ep, nil
}

func (e *multiTurn) fingerprint(id string) uint64 {
	c, entry := e.config, e.data.Entry(id)
	b := fmt.Appendf(nil, "%v %q %q %d %v %q %q %q %v ", c.Compat, c.Model, c.Reward, c.StepLimit, c.Guided, entry.ID, entry.Truth, entry.Question, entry.Classes)
	return xxh3.Hash(append(b, entry.initial...))
}

// Snapshot implements [envs.Snapshotter]: the calls of the episode, which
// Restore runs again.
func (ep *Episode) Snapshot() ([]byte, error) {
	if ep.shut {
		return nil, envs.ErrClosed
	}
	return record{
		Task: ep.entry.ID, Print: ep.env.fingerprint(ep.entry.ID), Steps: ep.log, Guide: ep.guide.written(),
	}.seal()
}

func (ep *Episode) replay(r record) error {
	for i, s := range r.Steps {
		if ep.over {
			return tooLong(len(r.Steps) - i)
		}
		ep.take(s.Calls, nil)
	}
	return ep.guide.rewrite(ep, r.Guide)
}
