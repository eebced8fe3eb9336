package index

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"

	"github.com/klauspost/compress/zstd"

	"stepgym/traces"
)

// ForksFile is the file of a run folder with the episodes that were made by
// branching off others after the run: one a line, as in episodes files.
const ForksFile = "forks.jsonl"

// tailBytes is how much of the end of what was read is compared before more is
// read: enough to tell one episode from another.
const tailBytes = 256

// found is what a look at a segment brought.
type found struct {
	list   []Row // strings may share memory with what was read, see Index.own
	faults []Fault
	next   progress
	gone   bool // what was read before is not there any more
}

// Refresh reads what was added to the folder since the last call. A run that
// was rewound is read anew. Only a folder that cannot be listed is an error.
func (x *Index) Refresh(ctx context.Context) error {
	x.refreshing.Lock()
	defer x.refreshing.Unlock()
	segments, err := traces.Segments(x.dir)
	if err != nil {
		return err
	}
	if x.vanished(segments) || !x.read(ctx, segments) {
		x.forget()
		x.read(ctx, segments)
	}
	x.drop()
	x.setFaults(segments)
	select {
	case x.wake <- struct{}{}:
	default:
	}
	return ctx.Err()
}

// vanished reports whether a segment that was read is missing now or has become
// plain again.
func (x *Index) vanished(segments []traces.Segment) bool {
	sealed := map[int]bool{}
	for _, s := range segments {
		sealed[s.Number] = s.Sealed
	}
	for n, p := range x.at {
		if n == 0 {
			continue
		}
		s, ok := sealed[n]
		if !ok && p.offset+int64(p.lines) > 0 || ok && p.done && !s {
			return true
		}
	}
	return false
}

// read reads what is new, some segments at a time, and adds it in order. It
// returns false if something that was read before has changed.
func (x *Index) read(ctx context.Context, segments []traces.Segment) bool {
	var todo []traces.Segment
	for _, s := range segments {
		if !x.at[s.Number].done {
			todo = append(todo, s)
		}
	}
	todo = append(todo, traces.Segment{}) // the forks
	results := make([]chan found, len(todo))
	for i := range results {
		results[i] = make(chan found, 1)
	}
	slots := make(chan struct{}, max(1, runtime.GOMAXPROCS(0)))
	var wg sync.WaitGroup
	defer wg.Wait()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	started := 0
	start := func() {
		if started == len(todo) {
			return
		}
		s, p, out := todo[started], x.at[todo[started].Number], results[started]
		started++
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			if ctx.Err() == nil {
				out <- x.look(s, p)
			}
			close(out)
		})
	}
	for range 2 * cap(slots) { // what is read ahead waits in memory
		start()
	}
	for i, s := range todo {
		f, ok := <-results[i]
		if !ok { // ctx has ended
			return true
		}
		if f.gone {
			return false
		}
		start()
		x.take(s, &f)
	}
	return true
}

// take adds what was found in a segment.
func (x *Index) take(s traces.Segment, f *found) {
	x.at[s.Number] = f.next
	x.scanned = append(x.scanned, f.faults...)
	if len(f.list) == 0 {
		return
	}
	for i := range f.list {
		x.own(&f.list[i])
	}
	x.add(f.list)
}

// look reads what a segment holds behind p.
func (x *Index) look(s traces.Segment, p progress) found {
	if s.Sealed {
		return x.lookSealed(s, p)
	}
	name := textName(int32(s.Number))
	f, err := os.Open(filepath.Join(x.dir, name))
	if errors.Is(err, fs.ErrNotExist) { // there are no forks, or it was sealed this moment: the next look finds it
		return found{next: p, gone: s.Number == 0 && p.offset > 0}
	}
	if err != nil {
		return found{next: p, faults: []Fault{{File: name, Why: err.Error()}}}
	}
	defer f.Close() // only read from
	if !same(f, p) {
		return found{gone: true}
	}
	if _, err := f.Seek(p.offset, io.SeekStart); err != nil {
		return found{next: p, faults: []Fault{{File: name, Why: err.Error()}}}
	}
	out := found{next: p}
	if err := out.scan(f, int32(s.Number)); err != nil {
		out.faults = append(out.faults, Fault{File: name, Line: out.next.lines + 1, Offset: out.next.offset, Why: err.Error()})
	}
	if end := out.next.offset; end > p.offset {
		out.next.tail = make([]byte, min(end, tailBytes))
		if _, err := f.ReadAt(out.next.tail, end-int64(len(out.next.tail))); err != nil {
			out.next.tail = nil
		}
	}
	return out
}

// scan reads the small fields of the lines that r yields, from f.next on.
func (f *found) scan(r io.Reader, segment int32) error {
	end, err := traces.EachLine(r, f.next.offset, func(line []byte, offset int64) error {
		f.next.lines++
		h, err := traces.ParseHead(line)
		if err != nil {
			f.faults = append(f.faults, Fault{File: textName(segment), Line: f.next.lines, Offset: offset, Why: err.Error()})
			return nil
		}
		f.list = append(f.list, rowOf(&h, place{segment, int32(f.next.lines), int32(len(line)), offset}))
		return nil
	})
	f.next.offset = end
	return err
}

// same reports whether f still holds, before p, what was read there.
func same(f *os.File, p progress) bool {
	if p.offset == 0 {
		return true
	}
	now := make([]byte, len(p.tail))
	_, err := f.ReadAt(now, p.offset-int64(len(now)))
	return err == nil && bytes.Equal(now, p.tail)
}

// lookSealed reads a compressed segment: by its index, or if that is of no use
// by its text as far as that goes.
func (x *Index) lookSealed(s traces.Segment, p progress) found {
	if heads, bad, ok := s.ReadIndex(x.dir); ok {
		out := found{next: progress{offset: p.offset, lines: len(heads) + len(bad), done: true}}
		for i := range heads {
			line, offset, length := heads[i].Place()
			if offset >= p.offset {
				out.list = append(out.list, rowOf(&heads[i], place{int32(s.Number), int32(line), int32(length), offset}))
			}
		}
		for _, f := range faultsOf(bad) {
			if f.Offset >= p.offset {
				out.faults = append(out.faults, f)
			}
		}
		return out
	}
	f, err := os.Open(filepath.Join(x.dir, s.Name()))
	if err != nil {
		return found{next: p, faults: []Fault{{File: s.Name(), Why: err.Error()}}}
	}
	defer f.Close() // only read from
	out := found{next: p}
	dec, err := zstd.NewReader(f, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(1<<32))
	if err == nil {
		defer dec.Close()
		_, err = io.CopyN(io.Discard, dec, p.offset)
	}
	if err == nil {
		err = out.scan(dec, int32(s.Number))
	}
	if err != nil {
		why := fmt.Sprintf("the compressed file is damaged or cut short (%v): %d whole lines before that are shown", err, out.next.lines)
		out.faults = append(out.faults, Fault{File: s.Name(), Line: out.next.lines + 1, Offset: out.next.offset, Why: why})
	}
	out.next.done = true
	return out
}

// setFaults publishes what was found wrong so far, and what is now.
func (x *Index) setFaults(segments []traces.Segment) {
	list := slices.Concat(x.manifestFaults, x.scanned)
	for i, s := range segments {
		before := 0
		if i > 0 {
			before = segments[i-1].Number
		}
		for n := before + 1; n < s.Number && n < before+100; n++ {
			list = append(list, Fault{File: textName(int32(n)), Why: "the file is missing: its number is skipped"})
		}
		if !s.Sealed {
			list = append(list, x.torn(s, i == len(segments)-1)...)
		}
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if len(list) != len(x.faults) {
		x.version++
	}
	x.faults = list
}

// torn says of a plain segment that its last line has no end.
func (x *Index) torn(s traces.Segment, last bool) []Fault {
	p := x.at[s.Number]
	info, err := os.Stat(filepath.Join(x.dir, s.Name()))
	if err != nil || info.Size() <= p.offset {
		return nil
	}
	why := fmt.Sprintf("the last line has no end: %d bytes of an episode whose writer was stopped", info.Size()-p.offset)
	if last && Live(x.dir) {
		why = fmt.Sprintf("the last line has no end yet: %d bytes of an episode that is being written", info.Size()-p.offset)
	}
	return []Fault{{File: s.Name(), Line: p.lines + 1, Offset: p.offset, Why: why}}
}
