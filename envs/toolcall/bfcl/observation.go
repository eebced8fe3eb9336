package bfcl

import (
	"encoding/binary"
	"encoding/hex"
	"strconv"

	"github.com/zeebo/xxh3"

	"stepgym/envs"
	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
)

// Places, the classes of situations.
const (
	placeRequest = "request" // the user has just asked for something
	placeResult  = "result"  // calls have given something
	placeEnd     = "end"
)

// sight is what has been worked out for an observation since the last step.
type sight struct {
	ready bool
	o     envs.Observation
}

func (s *sight) clear() { *s = sight{} }

// Observation implements [envs.Episode].
func (ep *Episode) Observation() envs.Observation {
	if !ep.seen.ready {
		ep.seen = sight{ready: true, o: ep.observe()}
	}
	return ep.seen.o
}

func (ep *Episode) observe() envs.Observation {
	o := envs.Observation{Messages: ep.messages, Tools: ep.tools, Place: placeResult}
	switch {
	case ep.over:
		o.Place = placeEnd
	case ep.trial.Steps() == 0:
		o.Place = placeRequest
	}
	o.Body = o.Text()
	o.Anchor = "turn " + strconv.Itoa(ep.trial.Turn()) + "\n" + o.Body
	o.StateKey = ep.stateKey()
	if ep.guide != nil && !ep.over {
		ep.guide.show(ep, &o)
	}
	return o
}

// private is implemented by states that have more than what is compared.
type private interface {
	AppendPrivate(attrs []toolcall.Attr) []toolcall.Attr
}

// stateKey names the true state: the turn, the steps of it, what the classes
// hold, and the results so far, which are judged whatever their order was.
func (ep *Episode) stateKey() string {
	b := binary.AppendUvarint(nil, uint64(ep.trial.Turn()))
	b = binary.AppendUvarint(b, uint64(ep.trial.Steps()))
	if ep.over {
		b = append(b, "over"...)
	}
	if ep.trial.failed != nil {
		b = append(b, "failed"...)
	}
	var results uint64
	for _, r := range ep.trial.Results() {
		results += xxh3.HashString(r)
	}
	b = binary.LittleEndian.AppendUint64(b, results)
	for i, s := range ep.trial.Executor().States() {
		sum := ep.sums[i].of(s, ep.trial.Executor().Ran(i))
		b = binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(b, sum.Hi), sum.Lo)
	}
	sum := xxh3.Hash128(b).Bytes()
	return hex.EncodeToString(sum[:])
}

// stateSum is the hash of the state of a class, kept until a call runs on it.
type stateSum struct {
	ran int // calls that had run, and one
	sum xxh3.Uint128
}

func (m *stateSum) of(s toolcall.State, ran int) xxh3.Uint128 {
	if m.ran == ran+1 {
		return m.sum
	}
	var room [24]toolcall.Attr
	attrs := s.AppendAttrs(room[:0])
	if p, ok := s.(private); ok {
		attrs = p.AppendPrivate(attrs)
	}
	b := make([]byte, 0, 2048)
	for _, a := range attrs {
		b = append(append(b, a.Name...), '=')
		b = append(appendValue(b, a.Value), '\n')
	}
	m.ran, m.sum = ran+1, xxh3.Hash128(b)
	return m.sum
}

// appendValue appends repr(v), or as much of it as there is: writing a value
// that contains itself raises.
func appendValue(b []byte, v py.Value) (out []byte) {
	var raised *py.Exception
	defer func() {
		if raised != nil {
			out = append(b, raised.Text...)
		}
	}()
	defer py.Catch(&raised)
	return py.AppendRepr(b, v)
}
