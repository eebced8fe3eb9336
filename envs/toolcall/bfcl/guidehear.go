package bfcl

import (
	"math"
	"slices"
	"strings"

	"stepgym/envs/toolcall/py"
	"stepgym/envs/toolcall/pycall"
)

// Bounds of what is looked at in one result.
const (
	maxClues  = 600     // values
	maxParsed = 1 << 20 // bytes that are read as JSON
	maxDepth  = 8
	maxLines  = 40
)

// evidence is what an episode has shown so far, as values that arguments may
// have. It only grows, so that copies share what they have in common.
type evidence struct {
	clues  []clue
	steps  int // of the episode's log that were read
	calls  int // results that were read
	turn   int
	last   string     // the function that was called last in this turn, "" for none
	recent []py.Value // the numbers that the calls of this turn gave, one each
	hash   uint64     // of the steps
}

// read catches up with what was done in an episode.
func (e *evidence) read(log []step, results []string) {
	for _, s := range log[e.steps:] {
		e.hash = mix(e.hash, s)
		if len(s.Calls) == 0 {
			e.turn++
			e.last, e.recent = "", nil
			continue
		}
		for _, src := range s.Calls {
			name := e.called(src)
			e.heard(name, results[e.calls])
			e.calls++
			e.last = name
		}
	}
	e.steps = len(log)
}

// called files the arguments of a call and returns its function.
func (e *evidence) called(src string) string {
	n, raised := pycall.Parse(src)
	c, ok := n.(*pycall.Call)
	if raised != nil || !ok {
		return ""
	}
	for i := range c.Keywords {
		k := &c.Keywords[i]
		v, ok := k.Value.(py.Value)
		if !ok {
			continue
		}
		e.add(clue{met: met{origin: fromEarlier, source: c.Name + " " + k.Name}, value: v, near: bagOf(k.Name)})
	}
	return c.Name
}

// add files a clue of the present event.
func (e *evidence) add(c clue) {
	c.turn = e.turn
	if c.text == "" {
		c.text = inPython(c.value)
	}
	e.clues = append(e.clues, c)
}

// heard files the result of a call of a function.
func (e *evidence) heard(name, result string) {
	if strings.HasPrefix(result, "Error during execution: ") {
		return
	}
	h := reply{evidence: e, name: name, room: maxClues}
	near := place{name, bagOf(name)}
	if len(result) > maxParsed {
		result = result[:maxParsed]
	}
	v, err := py.FromJSON([]byte(result))
	if err != nil {
		h.text(result, near)
		return
	}
	h.value(v, near, 0)
	if _, ok := v.(*py.Dict); ok && len(result) <= maxHeard {
		h.put(py.Str(result), fromPart, near)
	}
	if n := len(h.numbers); n > 0 {
		e.recent = append(e.recent[:len(e.recent):len(e.recent)], h.numbers[0])
	}
}

// reply is a result that is being taken apart.
type reply struct {
	*evidence
	name    string // of the function
	room    int
	numbers []py.Value
}

// place is where a value stands in a result.
type place struct {
	source string
	near   bag
}

// put files a value.
func (h *reply) put(v py.Value, o origin, near place) {
	if h.room <= 0 {
		return
	}
	c := clue{met: met{origin: o, source: near.source}, value: v, near: near.near}
	if s, ok := v.(py.Str); ok && len(s) <= maxHeard {
		c.own = bagOf(string(s))
	}
	h.room--
	h.add(c)
}

// value files a value and what it is made of.
func (h *reply) value(v py.Value, near place, depth int) {
	if depth > maxDepth {
		return
	}
	switch v := v.(type) {
	case py.Str:
		h.text(string(v), near)
	case py.Int, py.Float:
		h.number(v, near)
	case *py.List:
		if len(v.Items) > 0 {
			h.put(v, fromList, near)
		}
		for _, x := range v.Items {
			h.value(x, near, depth+1)
		}
	case *py.Dict:
		before := len(h.numbers)
		defer func() {
			if numbers := h.numbers[before:]; len(numbers) > 1 && len(numbers) <= maxLines {
				h.put(py.NewList(slices.Clone(numbers)...), fromList, near)
			}
		}()
		for _, it := range v.Items() {
			key := py.ToStr(it.Key)
			at := place{h.source(near.source, key), bagOf(key)}
			at.near.join(&near.near)
			h.value(it.Value, at, depth+1)
			h.put(py.Str(key), fromKey, near)
		}
	}
}

// source names the value of a key, but for keys that are data themselves.
func (h *reply) source(function, key string) string {
	if function == h.name && strings.IndexFunc(key, func(r rune) bool { return r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') }) < 0 {
		return function + " " + key
	}
	return function
}

// number files a number, and what is left of it if it is rounded.
func (h *reply) number(v py.Value, near place) {
	h.put(v, fromResult, near)
	h.numbers = append(h.numbers, v)
	f, ok := v.(py.Float)
	if !ok {
		return
	}
	for _, scale := range []float64{100, 10, 1} {
		if r := math.Round(float64(f)*scale) / scale; r != float64(f) && !math.IsInf(r, 0) && !math.IsNaN(r) {
			h.put(py.Float(r), fromPart, near)
		}
	}
}

// text files a text, its lines, and the words and numbers of a short one.
func (h *reply) text(s string, near place) {
	h.put(py.Str(s), fromResult, near)
	if len(s) > maxHeard || !strings.ContainsAny(s, " \n") {
		return
	}
	lines := strings.Split(s, "\n")
	if len(lines) > 1 {
		for _, l := range lines[:min(len(lines), maxLines)] {
			if l = strings.TrimSpace(l); l != "" {
				h.put(py.Str(l), fromPart, near)
			}
		}
	}
	clues, numbers := listen(s)
	for i := range clues {
		c := &clues[i]
		switch c.origin {
		case fromPhrase, fromPart:
			continue
		case fromDate:
			c.origin = fromResult
		default:
			c.origin = fromPart
		}
		c.near.join(&near.near)
		c.source = near.source
		if h.room > 0 {
			h.room--
			h.add(*c)
		}
	}
	if len(numbers) > 1 {
		h.put(listOf(numbers), fromList, near)
	}
	for _, n := range numbers {
		h.numbers = append(h.numbers, numberOf(n.value))
	}
}

// listOf is a list of numbers.
func listOf(numbers []number) *py.List {
	items := make([]py.Value, len(numbers))
	for i, n := range numbers {
		items[i] = numberOf(n.value)
	}
	return py.NewList(items...)
}

// numberOf is v as it is written most plainly.
func numberOf(v float64) py.Value {
	if v == math.Trunc(v) && math.Abs(v) < 1e15 {
		return py.Int(int64(v))
	}
	return py.Float(v)
}

// fork returns a copy; both go on by themselves.
func (e *evidence) fork() evidence {
	f := *e
	f.clues = slices.Clip(e.clues)
	e.clues = f.clues
	return f
}
