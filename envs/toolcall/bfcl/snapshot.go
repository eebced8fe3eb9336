package bfcl

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/zeebo/xxh3"

	"stepgym/envs"
)

// snapshotMagic begins a snapshot; a checksum and a [record] as JSON follow.
const snapshotMagic = "bfcl1\n"

// record is an episode as it leaves the process: what was done in it.
type record struct {
	Task  string `json:"task"`
	Print uint64 `json:"print"` // see fingerprint
	Steps []step `json:"steps"`
	Guide string `json:"guide,omitempty"` // choices made for the call that is being written
}

// fingerprint is a hash of what a snapshot must find again: the entry and the
// settings that change what happens.
func (e *Env) fingerprint(entry *Entry) uint64 {
	c := e.config
	b := fmt.Appendf(nil, "%v %q %q %d %v %q %q %q %v ", c.Compat, c.Model, c.Reward, c.StepLimit, c.Guided, entry.ID, entry.Truth, entry.Question, entry.Classes)
	return xxh3.Hash(append(b, entry.initial...))
}

// Snapshot implements [envs.Snapshotter]: the calls of the episode, which
// Restore runs again.
func (ep *Episode) Snapshot() ([]byte, error) {
	if ep.shut {
		return nil, envs.ErrClosed
	}
	r := record{Task: ep.entry.ID, Print: ep.env.fingerprint(ep.entry), Steps: ep.log, Guide: ep.guide.written()}
	body, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("bfcl: snapshot: %w", err)
	}
	return append(fmt.Appendf(nil, "%s%016x\n", snapshotMagic, xxh3.Hash(body)), body...), nil
}

// Restore implements [envs.Restorer].
func (e *Env) Restore(ctx context.Context, snapshot []byte) (envs.Episode, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ep, err := e.restore(snapshot)
	if err != nil {
		return nil, fmt.Errorf("bfcl: restore: %w: %w", envs.ErrSnapshot, err)
	}
	return ep, nil
}

func (e *Env) restore(snapshot []byte) (*Episode, error) {
	rest, ok := bytes.CutPrefix(snapshot, []byte(snapshotMagic))
	sum, body, cut := bytes.Cut(rest, []byte("\n"))
	if !ok || !cut {
		return nil, errors.New("it does not begin like one")
	}
	if string(sum) != fmt.Sprintf("%016x", xxh3.Hash(body)) {
		return nil, errors.New("it is damaged or cut off")
	}
	var r record
	if err := decode(body, &r, "its record"); err != nil {
		return nil, err
	}
	ep, err := e.start(r.Task)
	if err != nil {
		return nil, err
	}
	if e.fingerprint(ep.entry) != r.Print {
		return nil, errors.New("it is of other data or settings")
	}
	for i, s := range r.Steps {
		if ep.over {
			return nil, fmt.Errorf("it goes on for %d steps after the end", len(r.Steps)-i)
		}
		ep.take(s.Calls, nil)
	}
	return ep, ep.guide.rewrite(ep, r.Guide)
}
