package v1

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/tidwall/gjson"

	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
)

// The ways to go on where an episode ended.
const (
	resetNone = ""
	resetDraw = "draw"
	resetSame = "same"
)

// maxItems is the largest batch.
const maxItems = 1 << 16

// batch is a POST /v1/step that is being answered. Batches are used again.
type batch struct {
	fields    fields
	deadline  time.Duration
	autoreset string

	n     int               // items of the request
	items []session.Item    // those that make sense
	at    []int32           // their places in the request
	out   []session.Stepped // what came of them
	bad   map[int]error     // why the others do not
	ids   map[int]string    // their episodes, as far as they name one

	held  []*memory         // of items, where autoreset asks for them
	known [][]byte          // answers of items that were given before
	next  []*session.Answer // episodes that autoreset started, by item
	lost  []error           // why it could not

	buf []byte
}

// clean forgets the request but keeps the room that it took.
func (b *batch) clean() {
	clear(b.items)
	clear(b.out)
	clear(b.held)
	clear(b.known)
	clear(b.next)
	clear(b.lost)
	*b = batch{
		items: b.items[:0], at: b.at[:0], out: b.out[:0], held: b.held[:0], known: b.known[:0],
		next: b.next[:0], lost: b.lost[:0], buf: b.buf[:0],
	}
	if cap(b.buf) > 2*chunk {
		b.buf = nil
	}
}

// parse reads the body of a request. The strings of items are parts of body,
// but for those that sessions keep.
func (b *batch) parse(body string) error {
	if !gjson.Valid(body) {
		return invalid("the body is not JSON")
	}
	root := gjson.Parse(body)
	if !root.IsObject() {
		return invalid("want an object with items")
	}
	var show Show
	var err error
	var items gjson.Result
	root.ForEach(func(k, v gjson.Result) bool {
		switch k.Str {
		case "items":
			items = v
		case "observation":
			if show.Observation = v.Str; v.Type != gjson.String {
				err = invalid("observation is no text")
			}
		case "fields":
			show.Fields, err = parseNames(v)
		case "deadline_ms":
			if v.Type != gjson.Number {
				err = invalid("deadline_ms is no number")
				break
			}
			b.deadline, err = durationOf(v.Num)
		case "autoreset":
			b.autoreset, err = parseAutoreset(v)
		default:
			err = invalid("the body has the unknown key %q", k.String())
		}
		return err == nil
	})
	if err == nil {
		b.fields, err = show.fields()
	}
	if err != nil {
		return err
	}
	if !items.IsArray() {
		return invalid("items is missing, want a list of steps")
	}
	return b.parseItems(items)
}

func durationOf(ms float64) (time.Duration, error) {
	return duration("deadline_ms", ms, time.Millisecond)
}

func parseNames(v gjson.Result) ([]string, error) {
	names := []string{}
	if !v.IsArray() {
		return nil, invalid("fields is no list of texts")
	}
	for _, e := range v.Array() {
		if e.Type != gjson.String {
			return nil, invalid("fields is no list of texts")
		}
		names = append(names, e.Str)
	}
	return names, nil
}

func parseAutoreset(v gjson.Result) (string, error) {
	switch {
	case v.Type == gjson.False, v.Type == gjson.Null:
		return resetNone, nil
	case v.Type == gjson.True:
		return resetDraw, nil
	case v.Type == gjson.String && (v.Str == resetDraw || v.Str == resetSame):
		return v.Str, nil
	}
	return "", invalid("autoreset is %s, want draw or same", v.Raw)
}

func (b *batch) parseItems(items gjson.Result) error {
	items.ForEach(func(_, v gjson.Result) bool {
		it, err := parseItem(v)
		if err != nil {
			if b.bad == nil {
				b.bad, b.ids = map[int]error{}, map[int]string{}
			}
			b.bad[b.n], b.ids[b.n] = err, it.Session
		} else {
			b.items, b.at = append(b.items, it), append(b.at, int32(b.n))
		}
		b.n++
		return b.n <= maxItems
	})
	if b.n > maxItems {
		return newError(session.CodeTooLarge, "more than %d items", maxItems)
	}
	return nil
}

// parseItem reads an item. After an error its Session is set if there is one.
func parseItem(v gjson.Result) (it session.Item, err error) {
	if !v.IsObject() {
		return it, invalid("the item is no object")
	}
	var action gjson.Result
	v.ForEach(func(k, v gjson.Result) bool {
		switch k.Str {
		case "episode_id":
			if it.Session = v.Str; v.Type != gjson.String {
				err = invalid("episode_id is no text")
			}
		case "action":
			action = v
		case "step_id":
			switch v.Type {
			case gjson.String:
				it.StepID = strings.Clone(v.Str)
			case gjson.Null:
			default:
				err = invalid("step_id is no text")
			}
		default:
			err = invalid("the item has the unknown key %q", k.String())
		}
		return true
	})
	if err == nil && it.Session == "" {
		err = invalid("episode_id is missing")
	}
	if err == nil {
		it.Action, err = parseAction(action)
	}
	return it, err
}

// stepBatch answers POST /v1/step.
func (p *place) stepBatch(w http.ResponseWriter, r *http.Request) {
	body, err := serve.ReadBody(r)
	if err != nil {
		serve.WriteError(w, err)
		return
	}
	b := p.batches.Get().(*batch)
	defer func() {
		b.clean()
		p.batches.Put(b)
	}()
	if err := b.parse(string(body)); err != nil {
		serve.WriteError(w, err)
		return
	}
	ctx, owner := r.Context(), serve.Owner(r.Context())
	if b.deadline > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, b.deadline)
		defer cancel()
	}
	b.run(ctx, p.site.Host, owner)
	defer b.release()
	b.write(w)
}

// run takes the steps.
func (b *batch) run(ctx context.Context, h *session.Host, owner string) {
	b.out = append(b.out, make([]session.Stepped, len(b.items))...)
	if b.autoreset == resetNone {
		h.StepBatch(ctx, owner, b.items, b.out)
		return
	}
	if b.hold(h, owner) {
		h.StepBatch(ctx, owner, b.items, b.out)
	} else {
		b.runSome(ctx, h, owner)
	}
	b.resetEnded(ctx, h.Options().Workers)
}

// runSome takes the steps of the items that hold left to be taken.
func (b *batch) runSome(ctx context.Context, h *session.Host, owner string) {
	var items []session.Item
	var at []int
	for i := range b.items {
		if b.out[i].Err == nil && b.known[i] == nil {
			items, at = append(items, b.items[i]), append(at, i)
		}
	}
	out := make([]session.Stepped, len(items))
	h.StepBatch(ctx, owner, items, out)
	for k, i := range at {
		b.out[i] = out[k]
	}
}

// hold takes the memory of every item's session. The Err of items that cannot
// be taken is set; known is set for those that were answered before. all is true
// if neither is for any.
func (b *batch) hold(h *session.Host, owner string) (all bool) {
	n := len(b.items)
	all = true
	b.held, b.known = append(b.held, make([]*memory, n)...), append(b.known, make([][]byte, n)...)
	b.next, b.lost = append(b.next, make([]*session.Answer, n)...), append(b.lost, make([]error, n)...)
	for i := range b.items {
		it := &b.items[i]
		s, err := h.Get(owner, it.Session)
		if err == nil && memoryOf(s) == nil {
			err = newError(session.CodeUnsupported, "autoreset is for episodes of this protocol, not for those of %s", s.Protocol())
		}
		var again bool
		if err == nil {
			again, err = memoryOf(s).take(s, it.StepID, it.Action.String())
		}
		if err != nil {
			b.out[i].Err, all = err, false
			continue
		}
		b.held[i] = memoryOf(s)
		if again {
			b.known[i], all = b.held[i].answer, false
		}
	}
	return all
}

// release gives back what hold took.
func (b *batch) release() {
	for _, m := range b.held {
		if m != nil {
			m.give()
		}
	}
}

// resetEnded starts the next episode in the sessions whose episode ended, on up
// to workers goroutines.
func (b *batch) resetEnded(ctx context.Context, workers int) {
	var ended []int
	for i := range b.out {
		if o := &b.out[i]; o.Err == nil && b.known[i] == nil && o.Result.Done() {
			ended = append(ended, i)
		}
	}
	reset := func(from int) {
		for k := from; k < len(ended); k += workers {
			i := ended[k]
			a, err := b.held[i].next(ctx, b.out[i].Session, b.autoreset)
			b.next[i], b.lost[i] = &a, err
		}
	}
	workers = max(1, min(workers, len(ended)/8))
	var wg sync.WaitGroup
	for from := 1; from < workers; from++ {
		wg.Go(func() { reset(from) })
	}
	reset(0)
	wg.Wait()
}
