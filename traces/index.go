package traces

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
)

// Index lists the trajectories of a run as they were at one moment. It is
// immutable.
type Index struct {
	// Heads are the trajectories in the order written. Of several with one ID,
	// as a resumed run may hold, only the last counts.
	Heads []Head

	// Faults are stored lines that hold no trajectory. They are skipped.
	Faults []*LineError

	byID map[string]int
}

// Find returns the head of the trajectory called id.
func (x *Index) Find(id string) (Head, bool) {
	i, ok := x.byID[id]
	if !ok {
		return Head{}, false
	}
	return x.Heads[i], true
}

// Filter picks trajectories. Fields left at their zero value pick all.
type Filter struct {
	Task, Group, Env, Split, Policy string

	Success   *bool
	Iteration *int
	Lost      *bool // Err is set, or is not
}

// Match reports whether h passes the filter.
func (f Filter) Match(h *Head) bool {
	text := func(want, got string) bool { return want == "" || want == got }
	return text(f.Task, h.TaskID) && text(f.Group, h.GroupID) && text(f.Env, h.Env) &&
		text(f.Split, h.Split) && text(f.Policy, h.Policy) &&
		(f.Success == nil || *f.Success == h.Success) &&
		(f.Iteration == nil || *f.Iteration == h.Iteration) &&
		(f.Lost == nil || *f.Lost == (h.Err != ""))
}

// Select returns the heads that pass f, in order.
func (x *Index) Select(f Filter) []Head {
	var out []Head
	for i := range x.Heads {
		if f.Match(&x.Heads[i]) {
			out = append(out, x.Heads[i])
		}
	}
	return out
}

// scanner remembers how far a run has been indexed.
type scanner struct {
	index  *Index
	at     map[int]progress // by segment
	text   []byte           // of the sealed segment that was read last
	textOf int
}

// progress is how far one segment has been read.
type progress struct {
	offset int64
	lines  int
	sealed bool // and read to its end
}

// Index returns the list of what is stored now. It reads what was added since
// the last call, and of each line no more than the small fields.
func (r *Run) Index() (*Index, error) {
	r.scanMu.Lock()
	defer r.scanMu.Unlock()
	return r.refresh()
}

// refresh brings the index up to date. The caller holds r.scanMu.
func (r *Run) refresh() (*Index, error) {
	numbers, sealed, err := r.segments()
	if err != nil {
		return nil, err
	}
	if r.scan.at == nil || r.rewound(numbers, sealed) {
		r.scan = scanner{}
		r.scan.at, r.scan.index = map[int]progress{}, &Index{byID: map[string]int{}}
	}
	var fresh []Head
	var faults []*LineError
	for _, n := range numbers {
		p := r.scan.at[n]
		if p.sealed {
			continue
		}
		heads, bad, err := r.scanSegment(n, sealed[n], &p)
		if err != nil {
			return nil, err
		}
		r.scan.at[n] = p
		fresh, faults = append(fresh, heads...), append(faults, bad...)
	}
	if len(fresh)+len(faults) > 0 {
		r.scan.index = r.scan.index.extend(fresh, faults)
	}
	return r.scan.index, nil
}

// extend returns an index with more trajectories; x stays as it is.
func (x *Index) extend(fresh []Head, faults []*LineError) *Index {
	all := slices.Concat(x.Heads, fresh)
	out := &Index{Faults: slices.Concat(x.Faults, faults), byID: make(map[string]int, len(all))}
	for i := range all {
		out.byID[all[i].ID] = i // the last one counts
	}
	if len(out.byID) == len(all) {
		out.Heads = all
		return out
	}
	for i := range all {
		if out.byID[all[i].ID] == i {
			out.byID[all[i].ID] = len(out.Heads)
			out.Heads = append(out.Heads, all[i])
		}
	}
	return out
}

// scanSegment reads what segment n holds behind p and moves p on.
func (r *Run) scanSegment(n int, sealed bool, p *progress) ([]Head, []*LineError, error) {
	if sealed && p.offset == 0 {
		if heads, faults, ok := r.readIndex(n); ok {
			p.sealed = true
			return heads, faults, nil
		}
	}
	if s, err := os.Stat(filepath.Join(r.dir, segmentName(n))); err == nil && !sealed && s.Size() <= p.offset {
		return nil, nil, nil // nothing new
	}
	f, err := r.readSegment(n, p.offset)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	heads, faults, end, lines, err := scanLines(f, n, p.offset, p.lines)
	if err != nil {
		return nil, nil, fmt.Errorf("traces: read %s: %w", segmentName(n), err)
	}
	*p = progress{offset: end, lines: lines, sealed: sealed}
	return heads, faults, nil
}

// scanLines reads the heads of the lines that r yields.
func scanLines(r io.Reader, segment int, offset int64, lines int) (heads []Head, faults []*LineError, end int64, n int, err error) {
	n = lines
	end, err = eachLine(r, offset, func(line []byte, at int64) {
		n++
		text, err := cutHead(line)
		var h Head
		if err == nil {
			h, err = parseHead(text)
		}
		if err != nil {
			faults = append(faults, &LineError{File: segmentName(segment), Line: n, Offset: at, Err: err})
			return
		}
		h.at = place{segment: segment, line: n, offset: at, length: len(line)}
		heads = append(heads, h)
	})
	return heads, faults, end, n, err
}
