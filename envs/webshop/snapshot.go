package webshop

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/zeebo/xxh3"

	"stepgym/envs"
	"stepgym/internal/cursor"
	"stepgym/internal/python"
)

// A snapshot is snapshotMagic, the catalogue's fingerprint (8 bytes), the
// episode's fields as below, and the hash of all that (8 bytes). Numbers are
// little-endian or unsigned varints, texts and lists have their length before
// them. Pages and rewards are not kept: they follow from the rest.
const snapshotMagic = "webshop\x01"

// errShort means that a snapshot ends too early or holds absurd numbers.
var errShort = errors.New("cut short or damaged")

// fingerprint tells catalogues apart, as far as an episode of goal g can see.
func (w *world) fingerprint(g *Goal) uint64 {
	b := binary.LittleEndian.AppendUint64(nil, uint64(w.catalog.Len()))
	b = binary.LittleEndian.AppendUint64(b, uint64(w.catalog.NumGoals()))
	b = append(append(b, g.ASIN...), 0)
	return xxh3.Hash(append(b, g.Instruction...))
}

// Snapshot implements [envs.Snapshotter].
func (e *Episode) Snapshot() ([]byte, error) {
	if e.closed {
		return nil, envs.ErrClosed
	}
	s := &e.session
	b := append(make([]byte, 0, 128+len(s.words)), snapshotMagic...)
	b = binary.LittleEndian.AppendUint64(b, s.world.fingerprint(s.goal))
	b = binary.LittleEndian.AppendUint64(b, s.seed)
	over := uint64(0)
	if e.over {
		over = 1
	}
	for _, n := range []uint64{
		uint64(s.goal.Index), uint64(e.turns), over, uint64(s.page.place),
		uint64(s.no), uint64(s.draws), uint64(s.product + 1), uint64(len(s.options)),
	} {
		b = binary.AppendUvarint(b, n)
	}
	for _, c := range s.options {
		b = binary.AppendUvarint(binary.AppendUvarint(b, uint64(c.option)), uint64(c.value))
	}
	b = binary.AppendUvarint(b, uint64(len(s.visited)))
	for _, id := range s.visited {
		b = binary.AppendUvarint(b, uint64(id))
	}
	b = appendString(b, s.words)
	for _, list := range [][]string{e.history.pages, e.history.actions} {
		b = binary.AppendUvarint(b, uint64(len(list)))
		for _, text := range list {
			b = appendString(b, text)
		}
	}
	return binary.LittleEndian.AppendUint64(b, xxh3.Hash(b)), nil
}

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// Restore implements [envs.Restorer].
func (e *Env) Restore(ctx context.Context, snapshot []byte) (envs.Episode, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ep, err := e.restore(snapshot)
	if err != nil {
		return nil, fmt.Errorf("webshop: restore: %w: %w", envs.ErrSnapshot, err)
	}
	return ep, nil
}

func (e *Env) restore(snapshot []byte) (*Episode, error) {
	body := len(snapshot) - 8
	if body < len(snapshotMagic)+16 || string(snapshot[:len(snapshotMagic)]) != snapshotMagic {
		return nil, errors.New("it does not begin like one")
	}
	if binary.LittleEndian.Uint64(snapshot[body:]) != xxh3.Hash(snapshot[:body]) {
		return nil, errShort
	}
	r := cursor.New(snapshot[len(snapshotMagic):body], errShort)
	print, seed := r.Fixed(), r.Fixed()
	goal := r.Number(math.MaxInt32)
	if r.Err() != nil || goal >= e.world.catalog.NumGoals() {
		return nil, errors.New("it is of another catalogue, or damaged")
	}
	g := e.world.catalog.Goal(goal)
	if print != e.world.fingerprint(g) {
		return nil, errors.New("it is of another catalogue")
	}
	ep := &Episode{history: newHistory(e.world.config)}
	ep.session.start(e.world, g, seed)
	ep.turns, ep.over = r.Number(math.MaxInt32), r.Number(1) == 1
	at := place(r.Number(uint64(numPlaces) - 1))
	ep.session.read(r)
	ep.history.pages, ep.history.actions = readTexts(r, ep.history.maxPages), readTexts(r, ep.history.maxActions)
	if err := r.End(); err != nil {
		return nil, err
	}
	return ep, ep.enter(at)
}

// read fills in what the customer did.
func (s *session) read(r *cursor.Cursor) {
	products := uint64(s.world.catalog.Len())
	s.no, s.draws = int32(r.Number(math.MaxInt32)), uint32(r.Number(math.MaxUint32))
	s.product = int32(r.Number(products)) - 1
	for range r.Number(r.Left()) {
		s.options = append(s.options, chosen{int32(r.Number(math.MaxInt32)), int32(r.Number(math.MaxInt32))})
	}
	for range r.Number(r.Left()) {
		id := int32(r.Number(products))
		if uint64(id) >= products {
			r.Fail()
		}
		if n := len(s.visited); n > 0 && s.visited[n-1] >= id {
			r.Fail()
		}
		s.visited = append(s.visited, id)
	}
	s.words = string(r.Bytes())
}

// enter goes to the page at that the restored fields belong to, unless they
// contradict each other.
func (e *Episode) enter(at place) error {
	s, contradiction := &e.session, errors.New("its fields contradict each other")
	limit := s.world.config.MaxTurns
	outOfTurns := limit > 0 && e.turns >= limit
	if e.over != (at == placeDone || outOfTurns) || !s.consistent(at) {
		return contradiction
	}
	switch {
	case at == placeSearch:
		s.page = s.world.search
	case at == placeDone:
		s.buy()
	case at.onItem():
		s.page = s.world.item(s.product, at)
	case isRandom(s.words):
		ids := s.world.randomProducts(s.seed, s.draws)
		if s.draws == 0 || ids == nil {
			return contradiction
		}
		s.page = s.world.buildResults(s.words, s.no, ids)
	default:
		var ok bool
		if s.page, ok = s.world.results(s.words, s.no); !ok {
			return contradiction
		}
	}
	return nil
}

// consistent reports whether the fields can be those of a session at a place.
func (s *session) consistent(at place) bool {
	if at == placeSearch {
		return s.words == "" && s.no == 0 && s.product < 0 && len(s.options) == 0 && len(s.visited) == 0
	}
	if s.words == "" || s.words != python.Lower(s.words) {
		return false
	}
	if at == placeResults {
		return s.product < 0 && len(s.options) == 0
	}
	if s.product < 0 {
		return false
	}
	p := s.world.catalog.Product(int(s.product))
	taken := map[int32]bool{}
	for _, c := range s.options {
		if int(c.option) >= len(p.Options) || int(c.value) >= len(p.Options[c.option].Values) || taken[c.option] {
			return false
		}
		taken[c.option] = true
	}
	return true
}

// readTexts reads a list of at most limit texts.
func readTexts(r *cursor.Cursor, limit int) []string {
	var list []string
	for range r.Number(uint64(limit)) {
		list = append(list, string(r.Bytes()))
	}
	return list
}
