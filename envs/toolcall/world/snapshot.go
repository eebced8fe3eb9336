package world

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/zeebo/xxh3"

	"stepgym/envs"
	"stepgym/internal/cursor"
)

// snapshotMagic begins a snapshot. After it come a hash of the Spec, the seed,
// the observation's key, the task's ID, the actions, and a checksum of all that.
const snapshotMagic = "toolworld1\n"

var errShort = errors.New("it is damaged or cut off")

// Snapshot implements [envs.Snapshotter]. It holds the actions that were taken,
// not the state: Restore takes them again.
func (e *Episode[T]) Snapshot() ([]byte, error) {
	switch {
	case e.shut:
		return nil, envs.ErrClosed
	case e.lost != nil:
		return nil, e.lost
	}
	b := append([]byte(nil), snapshotMagic...)
	b = binary.LittleEndian.AppendUint64(b, e.env.print)
	b = binary.LittleEndian.AppendUint64(b, e.seed)
	b = appendText(b, e.name())
	b = appendText(b, e.task.ID)
	b = binary.AppendUvarint(b, uint64(len(e.actions)))
	for _, a := range e.actions {
		b = appendText(b, a.Text)
		b = binary.AppendUvarint(b, uint64(len(a.Calls)))
		for _, c := range a.Calls {
			b = appendText(b, c.ID)
			b = appendText(b, c.Name)
			b = appendText(b, string(c.Args))
		}
	}
	return binary.LittleEndian.AppendUint64(b, xxh3.Hash(b)), nil
}

func appendText(b []byte, text string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}

// Restore implements [envs.Restorer].
func (e *Env[T]) Restore(ctx context.Context, snapshot []byte) (envs.Episode, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ep, err := e.restore(ctx, snapshot)
	if err != nil {
		return nil, fmt.Errorf("world: %s: restore: %w: %w", e.config.Name, envs.ErrSnapshot, err)
	}
	return ep.public(), nil
}

func (e *Env[T]) restore(ctx context.Context, snapshot []byte) (*Episode[T], error) {
	body := len(snapshot) - 8
	if body < len(snapshotMagic) || string(snapshot[:len(snapshotMagic)]) != snapshotMagic {
		return nil, errors.New("it does not begin like one")
	}
	if binary.LittleEndian.Uint64(snapshot[body:]) != xxh3.Hash(snapshot[:body]) {
		return nil, errShort
	}
	r := cursor.New(snapshot[len(snapshotMagic):body], errShort)
	print, seed, name, id := r.Fixed(), r.Fixed(), r.Bytes(), r.Bytes()
	actions := readActions(r)
	if err := r.End(); err != nil {
		return nil, err
	}
	if print != e.print {
		return nil, errors.New("it is of another world or settings")
	}
	ep, err := e.start(string(id), seed)
	if err != nil {
		return nil, err
	}
	for _, a := range actions {
		if _, err := ep.Step(ctx, a); err != nil {
			return nil, err
		}
	}
	if ep.name() != string(name) {
		return nil, errors.New("its actions lead to another state than they did: the world has changed")
	}
	return ep, nil
}

// readActions reads what Snapshot wrote of them.
func readActions(r *cursor.Cursor) []envs.Action {
	actions := make([]envs.Action, r.Number(r.Left()))
	for i := range actions {
		actions[i].Text = string(r.Bytes())
		n := r.Number(r.Left())
		for range n {
			c := envs.ToolCall{ID: string(r.Bytes()), Name: string(r.Bytes()), Args: slices.Clone(r.Bytes())}
			actions[i].Calls = append(actions[i].Calls, c)
		}
	}
	return actions
}
