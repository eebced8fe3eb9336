package bfcl

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/zeebo/xxh3"

	"stepgym/envs"
	"stepgym/envs/toolcall/py"
)

// guidedSteps is the number of actions that Spec.MaxTurns has for every step of a
// turn: one with calls, and the others texts. A call by choices takes its
// function and a value for each parameter, of which no function of the data has
// more than six, so no episode is truncated that makes choices that are offered.
const guidedSteps = 16

// placeArgument is the Place of observations that ask for an argument.
const placeArgument = "argument"

// guide lets an agent that writes no text make calls by choices: a function, or
// the end of the turn, and then a value for each of its parameters in their
// order. The last value runs the call as one step of the turn. A choice is a
// text, such as "cd" and "folder = 'document'"; a text that is not offered is
// invalid and changes nothing, but texts are counted, and the episode is
// truncated when there were as many as Spec.MaxTurns has room for beside actions
// with calls. Such an action is run as ever, and what was being written is
// dropped.
//
// Values come from what the agent may see, and from nothing else: what schema
// and description list, the user's words, results, and earlier arguments; see
// slot.offers.
//
// A nil guide offers nothing.
type guide struct {
	menu  *menu
	limit int       // of taken
	taken int       // texts that were said, offered or not
	call  *function // being written; nil for none
	args  []offer   // of it, so far
	texts []string  // the choices by which it is written

	evidence evidence
	offered  []offer        // for the argument that is next
	choices  []*envs.Choice // offered, as choices
	ready    bool           // offered and choices are of now
}

// newGuide starts to guide an episode of maxTurns actions at most.
func newGuide(m *menu, maxTurns int) *guide {
	return &guide{menu: m, limit: maxTurns / guidedSteps * (guidedSteps - 1)}
}

// fork returns a copy that goes its own way.
func (g *guide) fork() *guide {
	if g == nil {
		return nil
	}
	f := *g
	f.args = g.args[:len(g.args):len(g.args)]
	f.texts = g.texts[:len(g.texts):len(g.texts)]
	g.args, g.texts = f.args, f.texts
	f.evidence = g.evidence.fork()
	return &f
}

// look catches up with the episode and works out what is offered.
func (g *guide) look(ep *Episode) {
	if g.ready {
		return
	}
	g.ready = true
	g.evidence.read(ep.log, ep.trial.Results())
	t := g.menu.turn(ep.trial.Turn())
	if g.call == nil {
		g.offered, g.choices = nil, t.offers
		return
	}
	s := g.slot(t)
	g.offered = s.offers(&g.evidence)
	g.choices = s.choices(g.offered)
}

// slot is the argument that comes next.
func (g *guide) slot(t *menuTurn) *slot {
	s := &slot{function: g.call, param: g.call.params[len(g.args)], menu: g.menu, turn: t}
	for _, a := range g.args {
		if a.value != nil {
			s.used = append(s.used, a.value)
		}
	}
	return s
}

// choices are offers as an agent sees them, behind the choice of no value if the
// parameter may be left out.
func (s *slot) choices(offers []offer) []*envs.Choice {
	p := s.param
	all := make([]envs.Choice, len(offers)+1)
	out := make([]*envs.Choice, 0, len(all))
	if p.optional {
		all[len(offers)] = envs.Choice{Action: envs.Action{Text: p.says(offer{})}, Kind: "leave out", Slot: p.name}
		out = append(out, &all[len(offers)])
	}
	for i, o := range offers {
		ref := o.text
		if text, ok := o.value.(py.Str); ok {
			ref = string(text)
		}
		all[i] = envs.Choice{
			Action: envs.Action{Text: p.says(o)}, Kind: "value", Desc: p.words + ": " + ref,
			Ref: ref, With: o.with(), Slot: p.name,
		}
		out = append(out, &all[i])
	}
	return out
}

// says is the text of a choice; the offer of no value leaves the parameter out.
func (p *parameter) says(o offer) string {
	if o.value == nil {
		return p.name + " left out"
	}
	return p.name + " = " + o.text
}

// show puts what is offered into an observation of the episode.
func (g *guide) show(ep *Episode, o *envs.Observation) {
	if g == nil {
		return
	}
	g.look(ep)
	o.Admissible = g.choices
	turn := " " + strconv.Itoa(ep.trial.Turn()+1)
	if g.call != nil {
		o.Place = placeArgument
		o.Focus = g.call.name + " " + g.call.params[len(g.args)].name + turn
		o.Body = g.call.name + " " + g.call.params[len(g.args)].words
		o.Anchor += "\n" + g.partial()
	} else if last := g.evidence.last; last != "" {
		o.Focus = last + turn
	}
	// What is offered depends on the order of calls and on their arguments,
	// which the state need not show.
	b := append([]byte(o.StateKey), 0)
	b = binary.LittleEndian.AppendUint64(b, g.evidence.hash)
	b = append(b, g.partial()...)
	sum := xxh3.Hash128(b).Bytes()
	o.StateKey = hex.EncodeToString(sum[:])
}

// partial is the call as far as it is written, "" for none.
func (g *guide) partial() string {
	if g.call == nil {
		return ""
	}
	b := g.call.open(g.args)
	if b[len(b)-1] != '(' {
		b = append(b, ", "...)
	}
	return string(append(b, g.call.params[len(g.args)].name+"="...))
}

// open is the beginning of a call with the first arguments.
func (f *function) open(args []offer) []byte {
	b := append(append(make([]byte, 0, 64), f.name...), '(')
	n := len(b)
	for i, a := range args {
		if a.value == nil {
			continue
		}
		if len(b) > n {
			b = append(b, ", "...)
		}
		b = append(append(b, f.params[i].name...), '=')
		b = append(b, a.text...)
	}
	return b
}

// written is a call with all its arguments.
func (f *function) written(args []offer) string { return string(append(f.open(args), ')')) }

// choose does what a text says. It is the Step of a guided episode for actions
// without calls.
func (g *guide) choose(ep *Episode, text string) envs.Result {
	g.taken++
	r := g.act(ep, text)
	if !r.Done() && g.taken >= g.limit {
		ep.over, r.Truncated, r.Metrics = true, true, ep.metrics(ep.trial.End())
		ep.seen.clear()
	}
	return r
}

func (g *guide) act(ep *Episode, text string) envs.Result {
	g.look(ep)
	at := -1
	for i, c := range g.choices {
		if c.Action.Text == text {
			at = i
			break
		}
	}
	if at < 0 {
		return envs.Result{Invalid: true}
	}
	g.ready = false
	if g.call == nil {
		if g.call = g.menu.turn(ep.trial.Turn()).calls[at]; g.call == nil {
			return ep.take(nil, nil)
		}
	} else {
		if g.call.params[len(g.args)].optional {
			at--
		}
		if at < 0 {
			g.args = append(g.args, offer{})
		} else {
			g.args = append(g.args, g.offered[at])
		}
	}
	g.texts = append(g.texts, text)
	if len(g.args) < len(g.call.params) {
		ep.messages, ep.tools = []envs.Message{{Role: "assistant", Content: g.partial()}}, nil
		ep.seen.clear()
		return envs.Result{}
	}
	call := g.call.written(g.args)
	g.drop()
	return ep.take([]string{call}, nil)
}

// drop forgets what is being written.
func (g *guide) drop() {
	if g != nil {
		g.call, g.args, g.texts, g.ready = nil, nil, nil, false
	}
}

// writing is a guide as a snapshot keeps it.
type writing struct {
	Taken int      `json:"taken"`
	Texts []string `json:"texts,omitempty"`
}

// written is what a snapshot keeps of the guide beside the steps of the episode;
// "" where nothing was said.
func (g *guide) written() string {
	if g == nil || g.taken == 0 {
		return ""
	}
	b, err := json.Marshal(writing{g.taken, g.texts})
	if err != nil { // no such value: numbers and texts
		return ""
	}
	return string(b)
}

// rewrite does again what written has kept. The episode is where it was then
// but for what was being written.
func (g *guide) rewrite(ep *Episode, s string) error {
	if s == "" {
		return nil
	}
	if g == nil {
		return errors.New("it is of a guided episode")
	}
	var w writing
	if err := decode([]byte(s), &w, "its guide"); err != nil {
		return err
	}
	steps := len(ep.log)
	for _, text := range w.Texts {
		if ep.over || g.act(ep, text).Invalid || len(ep.log) != steps {
			return fmt.Errorf("the choice %q is not offered", text)
		}
	}
	if g.taken = w.Taken; g.taken < len(w.Texts) {
		return fmt.Errorf("it counts %d choices of at least %d", g.taken, len(w.Texts))
	}
	if !ep.over && g.taken >= g.limit {
		ep.over = true
		ep.seen.clear()
	}
	return nil
}

// mix adds a step to a hash of steps.
func mix(h uint64, s step) uint64 {
	b := binary.LittleEndian.AppendUint64(nil, h)
	for _, c := range s.Calls {
		b = append(append(b, c...), 0)
	}
	return xxh3.Hash(append(b, 1))
}
