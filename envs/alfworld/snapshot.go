package alfworld

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/zeebo/xxh3"

	"stepgym/envs"
	"stepgym/internal/cursor"
)

// snapshotMagic begins a snapshot. After it come, each with its length in
// front where it has one: a fingerprint, seed, turns, focus + 1, the task's ID, what the game
// said last, the engine's state, and the checksum of all that.
const snapshotMagic = "alfworld1\n"

var errShort = errors.New("it is damaged or cut off")

// fingerprint is a hash of what a snapshot must find again: the game, see
// home.print, and the settings that change what is seen.
func (e *Env) fingerprint(h *home) uint64 {
	c := e.config
	return xxh3.Hash(fmt.Appendf(nil, "%x %v %v %v %d %q", h.print, c.Friendly, c.Help, c.RandomizeNumbers, c.MaxTurns, c.Reward))
}

// Snapshot implements [envs.Snapshotter]. It takes a few hundred bytes.
func (e *Episode) Snapshot() ([]byte, error) {
	if e.shut {
		return nil, envs.ErrClosed
	}
	state, err := e.state.MarshalBinary()
	if err != nil {
		return nil, fmt.Errorf("alfworld: snapshot: %w", err)
	}
	b := append(make([]byte, 0, 128+len(e.text)+len(state)), snapshotMagic...)
	b = binary.LittleEndian.AppendUint64(b, e.env.fingerprint(e.home))
	b = binary.LittleEndian.AppendUint64(b, e.seed)
	b = binary.AppendUvarint(b, uint64(e.turns))
	b = binary.AppendUvarint(b, uint64(e.focus+1))
	for _, part := range [][]byte{[]byte(e.home.id), []byte(e.text), state} {
		b = append(binary.AppendUvarint(b, uint64(len(part))), part...)
	}
	return binary.LittleEndian.AppendUint64(b, xxh3.Hash(b)), nil
}

// Restore implements [envs.Restorer].
func (e *Env) Restore(ctx context.Context, snapshot []byte) (envs.Episode, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ep, err := e.restore(ctx, snapshot)
	if err != nil {
		return nil, fmt.Errorf("alfworld: restore: %w: %w", envs.ErrSnapshot, err)
	}
	return ep, nil
}

func (e *Env) restore(ctx context.Context, snapshot []byte) (*Episode, error) {
	body := len(snapshot) - 8
	if body < len(snapshotMagic)+16 || string(snapshot[:len(snapshotMagic)]) != snapshotMagic {
		return nil, errors.New("it does not begin like one")
	}
	if binary.LittleEndian.Uint64(snapshot[body:]) != xxh3.Hash(snapshot[:body]) {
		return nil, errShort
	}
	r := cursor.New(snapshot[len(snapshotMagic):body], errShort)
	print, seed := r.Fixed(), r.Fixed()
	turns, focus := r.Number(math.MaxInt32), r.Number(math.MaxInt32)-1
	id, text, state := r.Bytes(), r.Bytes(), r.Bytes()
	if err := r.End(); err != nil {
		return nil, err
	}
	h, err := e.home(ctx, string(id), seed)
	if err != nil {
		return nil, err
	}
	if e.fingerprint(h) != print || h.id != string(id) {
		return nil, errors.New("it is of other games or settings")
	}
	s, err := h.game.Unmarshal(state)
	if err != nil {
		return nil, err
	}
	if focus >= len(h.isPlace) || focus >= 0 && !h.isPlace[focus] || len(text) == 0 {
		return nil, errShort
	}
	ep := &Episode{env: e, home: h, state: s, seed: seed, turns: turns, focus: int32(focus), text: string(text)}
	limit := e.config.MaxTurns
	ep.over = turns > 0 && s.Won() || limit > 0 && turns >= limit
	return ep, nil
}
