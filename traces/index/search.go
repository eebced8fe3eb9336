package index

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"
	"unicode/utf8"
	"unsafe"
)

// Where says in which texts of an episode to look.
type Where string

// Places to look.
const (
	All          Where = "all" // "" means the same
	Observations Where = "observation"
	Actions      Where = "action"
)

// Valid reports whether there is such a place.
func (w Where) Valid() bool { return w == "" || w == All || w == Observations || w == Actions }

// maxText is how long a text to look for may be, in characters.
const maxText = 200

// ErrText is wrapped by the errors for a text that cannot be looked for.
var ErrText = errors.New("index: bad search")

func checkText(text string, in Where) error {
	switch n := utf8.RuneCountInString(text); {
	case n == 0 || n > maxText:
		return fmt.Errorf("%w: the text has %d characters, want 1 to %d", ErrText, n, maxText)
	case !utf8.ValidString(text):
		return fmt.Errorf("%w: the text is not UTF-8", ErrText)
	case !in.Valid():
		return fmt.Errorf("%w: there is no place %q to look in: want all, observation or action", ErrText, in)
	}
	return nil
}

// Hit is a place where a text was found.
type Hit struct {
	Row                  int
	Step                 int    // the number of steps for what was seen after the last one
	Where                string // "observation", "action", "raw" or "final"
	Before, Match, After string
}

// margin is how many bytes around a match are shown.
const margin = 60

// hits returns the hits in a stored line, one a step and place at most.
func (n *needle) hits(line string, row int, in Where, most int) []Hit {
	var out []Hit
	look := func(step int, where, s string) {
		if len(out) >= most {
			return
		}
		if from, to := n.find(s); from >= 0 {
			out = append(out, Hit{row, step, where, before(s, from), s[from:to], after(s, to)})
		}
	}
	steps := 0
	walk(line, func(t int, s *told) bool {
		steps = t + 1
		if in != Actions {
			look(t, "observation", s.Text)
		}
		if in != Observations {
			look(t, "action", s.Action)
			if s.Raw != s.Action {
				look(t, "raw", s.Raw)
			}
		}
		return len(out) < most
	})
	if in != Actions {
		look(steps, "final", finalText(line))
	}
	return out
}

// before returns the end of s[:i], cut between characters.
func before(s string, i int) string {
	from := max(0, i-margin)
	for from < i && !utf8.RuneStart(s[from]) {
		from++
	}
	return s[from:i]
}

// after returns the beginning of s[i:], likewise.
func after(s string, i int) string {
	to := min(len(s), i+margin)
	for to > i && to < len(s) && !utf8.RuneStart(s[to]) {
		to--
	}
	return s[i:to]
}

// has reports whether the text is in the episode of a row.
func (n *needle) has(line []byte, r *Row, in Where) bool {
	if in == "" || in == All {
		for _, s := range []string{r.ID, r.Task, r.Goal} {
			if from, _ := n.find(s); from >= 0 {
				return true
			}
		}
	}
	if line == nil || !n.mayBeIn(line) {
		return false
	}
	return len(n.hits(unsafe.String(unsafe.SliceData(line), len(line)), 0, in, 1)) > 0
}

// SearchResult is a part of the hits of a search.
type SearchResult struct {
	Hits    []Hit
	Scanned int  // of the rows given, so many were looked at
	Done    bool // all were
}

// Search looks for text in the episodes of the given rows from the one at place
// from on, in their order, until it has limit hits or budget is spent. It goes
// on to the end of an episode, so that limit may be exceeded by the hits of one.
func (v *View) Search(ctx context.Context, text string, in Where, rows []int32, from, limit int, budget time.Duration) (*SearchResult, error) {
	if err := checkText(text, in); err != nil {
		return nil, err
	}
	n := newNeedle(text)
	end := time.Now().Add(budget)
	if in == "" {
		in = All
	}
	known := v.x.texts.get(textKey{text, in, v.epoch}) // by an earlier filter; false is certain
	out := &SearchResult{Scanned: max(0, from)}
	for out.Scanned < len(rows) && len(out.Hits) < limit {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		row := int(rows[out.Scanned])
		out.Scanned++
		if row < len(known) && !known[row] {
			continue
		}
		line, err := v.x.lines.line(v.Rows[row].at)
		if err == nil && n.mayBeIn(line) {
			out.Hits = append(out.Hits, n.hits(unsafe.String(unsafe.SliceData(line), len(line)), row, in, 100)...)
		}
		if out.Scanned%16 == 0 && time.Now().After(end) {
			break
		}
	}
	out.Done = out.Scanned >= len(rows)
	for i := range out.Hits { // the hits may share memory with a whole segment
		h := &out.Hits[i]
		h.Before, h.Match, h.After = clone(h.Before), clone(h.Match), clone(h.After)
	}
	return out, nil
}

func clone(s string) string { return string([]byte(s)) }

// having says of each row whether its episode has a text; nil for no text. It
// reads all files, on all processors, or those that were added since the text
// was last looked for.
func (v *View) having(ctx context.Context, text string, in Where) ([]bool, error) {
	if text == "" {
		return nil, nil
	}
	if err := checkText(text, in); err != nil {
		return nil, err
	}
	if in == "" {
		in = All
	}
	key := textKey{text, in, v.epoch}
	old := v.x.texts.get(key)
	if len(old) >= len(v.Rows) {
		return old, nil
	}
	has := append(slices.Clone(old), make([]bool, len(v.Rows)-len(old))...)
	if err := v.scan(ctx, newNeedle(text), in, len(old), has); err != nil {
		return nil, err
	}
	v.x.texts.put(key, has)
	return has, nil
}

// stretch is rows that lie in one segment.
type stretch struct {
	segment  int32
	from, to int
}

// scan sets has for the rows from the given one on.
func (v *View) scan(ctx context.Context, n needle, in Where, from int, has []bool) error {
	var parts []stretch
	for i := from; i < len(v.Rows); {
		p := stretch{v.Rows[i].at.segment, i, i}
		for p.to < len(v.Rows) && v.Rows[p.to].at.segment == p.segment {
			p.to++
		}
		parts = append(parts, p)
		i = p.to
	}
	work := make(chan stretch)
	var wg sync.WaitGroup
	for range max(1, min(len(parts), runtime.GOMAXPROCS(0))) {
		wg.Go(func() {
			for p := range work {
				v.scanStretch(ctx, &n, in, p, has)
			}
		})
	}
	for _, p := range parts {
		if ctx.Err() != nil {
			break
		}
		work <- p
	}
	close(work)
	wg.Wait()
	return ctx.Err()
}

func (v *View) scanStretch(ctx context.Context, n *needle, in Where, p stretch, has []bool) {
	var all []byte
	if p.to-p.from > 8 || p.segment > 0 && !v.x.lines.isPlain(p.segment) {
		all, _ = text(v.x.dir, p.segment) // what cannot be read has no hits, and is among the faults
	}
	for i := p.from; i < p.to && ctx.Err() == nil; i++ {
		at := v.Rows[i].at
		line, err := cut(all, at)
		if all == nil {
			line, err = v.x.lines.plain(at)
		}
		if err != nil {
			line = nil
		}
		has[i] = n.has(line, &v.Rows[i], in)
	}
}

// texts keeps which rows have the texts that were looked for last.
type texts struct {
	mu   sync.Mutex
	kept []textRows // the last used first
}

type textKey struct {
	text  string
	in    Where
	epoch int
}

type textRows struct {
	key textKey
	has []bool
}

const keptSearches = 8

func (t *texts) get(k textKey) []bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, e := range t.kept {
		if e.key == k {
			copy(t.kept[1:i+1], t.kept[:i])
			t.kept[0] = e
			return e.has
		}
	}
	return nil
}

func (t *texts) put(k textKey, has []bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept = slices.DeleteFunc(t.kept, func(e textRows) bool { return e.key == k })
	t.kept = slices.Insert(t.kept[:min(len(t.kept), keptSearches-1)], 0, textRows{k, has})
}
