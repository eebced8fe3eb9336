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
	Print uint64 `json:"print"` // see part.fingerprint
	Steps []step `json:"steps"`
	Guide string `json:"guide,omitempty"` // choices made for the call that is being written
}

// step is an action as a snapshot keeps it.
type step struct {
	Calls []string     `json:"c,omitempty"` // of a multi-turn entry; none: the turn ends
	Said  *envs.Action `json:"s,omitempty"` // of other entries
}

// seal writes a snapshot.
func (r record) seal() ([]byte, error) {
	body, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("bfcl: snapshot: %w", err)
	}
	return append(fmt.Appendf(nil, "%s%016x\n", snapshotMagic, xxh3.Hash(body)), body...), nil
}

// unseal reads a snapshot.
func unseal(snapshot []byte) (r record, err error) {
	rest, ok := bytes.CutPrefix(snapshot, []byte(snapshotMagic))
	sum, body, cut := bytes.Cut(rest, []byte("\n"))
	if !ok || !cut {
		return r, errors.New("it does not begin like one")
	}
	if string(sum) != fmt.Sprintf("%016x", xxh3.Hash(body)) {
		return r, errors.New("it is damaged or cut off")
	}
	return r, decode(body, &r, "its record")
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

func (e *Env) restore(snapshot []byte) (envs.Episode, error) {
	r, err := unseal(snapshot)
	if err != nil {
		return nil, err
	}
	p := e.owner[r.Task]
	if p == nil {
		return nil, fmt.Errorf("it is of a task %q, which is not here", r.Task)
	}
	if p.fingerprint(r.Task) != r.Print {
		return nil, errors.New("it is of other data or settings")
	}
	ep, err := p.start(r.Task)
	if err != nil {
		return nil, err
	}
	return ep, ep.replay(r)
}

// What replay finds wrong with a record.
var errNoAction = errors.New("it has a step without an action")

func tooLong(steps int) error { return fmt.Errorf("it goes on for %d steps after the end", steps) }
