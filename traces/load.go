package traces

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
)

// Load returns the trajectory called id with its steps.
func (r *Run) Load(id string) (*Trajectory, error) {
	r.scanMu.Lock()
	defer r.scanMu.Unlock()
	x, err := r.refresh()
	if err != nil {
		return nil, err
	}
	h, ok := x.Find(id)
	if !ok {
		return nil, fmt.Errorf("%w: %q in %s", ErrNoTrajectory, id, r.dir)
	}
	return r.load(&h)
}

// Trajectories yields the trajectories that pass f, in the order written, as
// they are stored now. A line that cannot be read yields an error that names
// it, and the next one follows.
func (r *Run) Trajectories(f Filter) iter.Seq2[*Trajectory, error] {
	return func(yield func(*Trajectory, error) bool) {
		x, err := r.Index()
		if err != nil {
			yield(nil, err)
			return
		}
		for i := range x.Heads {
			if !f.Match(&x.Heads[i]) {
				continue
			}
			r.scanMu.Lock()
			t, err := r.load(&x.Heads[i])
			r.scanMu.Unlock()
			if !yield(t, err) {
				return
			}
		}
	}
}

// load reads the line that h stands for. The caller holds r.scanMu.
func (r *Run) load(h *Head) (*Trajectory, error) {
	line, err := r.line(h.at)
	t := new(Trajectory)
	if err == nil {
		err = json.Unmarshal(line, t)
	}
	if err == nil && t.ID != h.ID {
		err = fmt.Errorf("trajectory %q, want %q: the file was changed", t.ID, h.ID)
	}
	if err != nil {
		return nil, &LineError{File: segmentName(h.at.segment), Line: h.at.line, Offset: h.at.offset, Err: err}
	}
	return t, nil
}

// line returns the stored line at p. The text of one sealed segment is kept,
// for the lines beside it are often read next.
func (r *Run) line(p place) ([]byte, error) {
	if r.scan.text == nil || r.scan.textOf != p.segment {
		f, err := os.Open(filepath.Join(r.dir, segmentName(p.segment)))
		if err == nil {
			defer f.Close()
			line := make([]byte, p.length)
			_, err := f.ReadAt(line, p.offset)
			return line, err
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		text, err := r.unseal(p.segment)
		if err != nil {
			return nil, err
		}
		r.scan.text, r.scan.textOf = text, p.segment
	}
	if end := p.offset + int64(p.length); end > int64(len(r.scan.text)) {
		return nil, io.ErrUnexpectedEOF
	}
	return r.scan.text[p.offset:][:p.length], nil
}
