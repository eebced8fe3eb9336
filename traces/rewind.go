package traces

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"stepgym/internal/atomicfile"
)

// Rewind takes back the end of a run that is open for writing: the last
// episodes for which episode says true, back to the last one that it keeps, and
// the last lines of the metrics for which metric does. A run that goes on from
// a checkpoint forgets in this way what was written after it, and writes it
// anew. Lines that hold no trajectory are kept, with all that stands before
// them. What was dropped is told by [Run.Repairs].
//
// A kill in the middle leaves a run that is whole and rewound in part; Rewind
// does the rest when it is called again. After an error the run may be closed
// for writing.
func (r *Run) Rewind(episode func(h *Head) bool, metric func(line []byte) bool) error {
	r.scanMu.Lock()
	defer r.scanMu.Unlock()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.aside.wait(&r.mu, &r.aside.sealing)
	if r.episodes == nil || r.metrics == nil {
		return ErrReadOnly
	}
	n, err := r.metrics.rewind(metric)
	if err != nil {
		return fmt.Errorf("traces: rewind metrics: %w", err)
	}
	if n > 0 {
		r.note(fmt.Sprintf("metrics.jsonl: took back %d lines that are to be written anew", n))
	}
	if n, err = r.rewindEpisodes(episode); err != nil {
		return fmt.Errorf("traces: rewind episodes: %w", err)
	}
	if n > 0 {
		r.note(fmt.Sprintf("episodes: took back %d that are to be played anew", n))
	}
	return nil
}

// tail finds the lines at the end of in for which drop says true. It returns
// the offset at which they begin and their number.
func tail(in io.Reader, drop func(line []byte) bool) (from int64, n int, err error) {
	end, err := eachLine(in, 0, func(line []byte, at int64) {
		switch {
		case !drop(line):
			n = 0
		case n == 0:
			from, n = at, 1
		default:
			n++
		}
	})
	if n == 0 {
		from = end
	}
	return from, n, err
}

// rewind cuts off the last lines for which drop says true and returns their
// number.
func (l *lineFile) rewind(drop func(line []byte) bool) (int, error) {
	f, err := os.Open(l.path)
	if err != nil {
		return 0, err
	}
	defer f.Close() // only read from
	from, n, err := tail(io.LimitReader(f, l.size), drop)
	if err != nil || n == 0 {
		return 0, err
	}
	if err := l.f.Truncate(from); err != nil {
		return 0, fmt.Errorf("cut %s: %w", l.path, err)
	}
	l.size = from
	return n, l.sync()
}

// rewindEpisodes drops the last episodes and returns their number. The caller
// holds both locks.
func (r *Run) rewindEpisodes(drop func(h *Head) bool) (dropped int, err error) {
	numbers, _, err := r.segments()
	if err != nil {
		return 0, err
	}
	line := func(b []byte) bool {
		text, err := cutHead(b)
		if err != nil {
			return false
		}
		h, err := parseHead(text)
		return err == nil && drop(&h)
	}
	cut := make(map[int]int64) // where the segments end that become shorter
	for i := len(numbers) - 1; i >= 0; i-- {
		from, n, err := r.segmentTail(numbers[i], line)
		if err != nil {
			return 0, err
		}
		if n > 0 || from == 0 {
			cut[numbers[i]] = from
		}
		if dropped += n; from > 0 {
			break
		}
	}
	if dropped == 0 {
		return 0, nil
	}
	if err := r.cutSegments(numbers, cut); err != nil {
		return 0, err
	}
	return dropped, r.reopenEpisodes()
}

func (r *Run) segmentTail(n int, drop func(line []byte) bool) (int64, int, error) {
	in, err := r.readSegment(n, 0)
	if err != nil {
		return 0, 0, err
	}
	defer in.Close() // only read from
	return tail(in, drop)
}

// cutSegments shortens segments, from the last to the first, so that a kill
// leaves no hole. It closes the file that is open.
func (r *Run) cutSegments(numbers []int, cut map[int]int64) error {
	err := r.episodes.close()
	r.episodes = nil
	for i := len(numbers) - 1; i >= 0 && err == nil; i-- {
		if size, ok := cut[numbers[i]]; ok {
			err = r.cutSegment(numbers[i], size)
		}
	}
	return err
}

// cutSegment keeps the first size bytes of a segment's text, as a plain file.
// Of nothing nothing is kept.
func (r *Run) cutSegment(n int, size int64) error {
	plain := filepath.Join(r.dir, segmentName(n))
	sealed, index := plain+sealedSuffix, filepath.Join(r.dir, indexName(n))
	switch {
	case size == 0:
		if err := removeAny(plain); err != nil {
			return err
		}
	case exists(sealed):
		text, err := r.unseal(n)
		if err != nil {
			return err
		}
		if err := atomicfile.Write(plain, bytes.Clone(text[:size]), 0o666); err != nil {
			return err
		}
	default:
		return os.Truncate(plain, size)
	}
	// Until the sealed file is gone it counts, and the plain one does not.
	if err := removeAny(sealed); err != nil {
		return err
	}
	return removeAny(index)
}

// reopenEpisodes opens the last segment for writing and forgets the index.
func (r *Run) reopenEpisodes() (err error) {
	r.scan = scanner{}
	if err := r.tidySegments(); err != nil {
		return err
	}
	r.episodes, err = r.openLines(segmentName(r.segment))
	return err
}

// removeAny removes a file that may not be there.
func removeAny(path string) error {
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		return err
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// rewound reports whether a segment that was read has become shorter since: the
// run was rewound, and what is known of it counts no longer.
func (r *Run) rewound(numbers []int, sealed map[int]bool) bool {
	known := make(map[int]bool, len(numbers))
	for _, n := range numbers {
		known[n] = true
	}
	for n, p := range r.scan.at {
		switch {
		case !known[n] && p.offset+int64(p.lines) > 0, !known[n] && p.sealed, p.sealed && !sealed[n]:
			return true
		case !p.sealed && !sealed[n]:
			s, err := os.Stat(filepath.Join(r.dir, segmentName(n)))
			if err == nil && s.Size() < p.offset {
				return true
			}
		}
	}
	return false
}
