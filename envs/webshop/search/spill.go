package search

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"os"
)

// spill is a part of the postings, written to a temporary file in the order of
// terms: for each term its distance from the term before, how many postings it
// has here, and for each of those the distance of the document and the
// frequency, all as varints.
type spill struct {
	file *os.File
	r    *bufio.Reader
	term uint64 // the term that comes next
	left int    // terms not read yet, that one included
}

// spill writes the pending postings to a file of their own.
func (bd *Builder) spill() error {
	file, err := os.CreateTemp(bd.TempDir, "search-*.postings")
	if err != nil {
		return fmt.Errorf("search: spill postings: %w", err)
	}
	s := &spill{file: file}
	bd.spills = append(bd.spills, s)
	w := bufio.NewWriterSize(file, 1<<20)
	var p []byte
	before := uint32(0)
	for run := range runsOf(bd.byTerm()) {
		p = binary.AppendUvarint(p[:0], uint64(run[0].term-before))
		p = binary.AppendUvarint(p, uint64(len(run)))
		before = run[0].term
		doc := uint32(0)
		for _, x := range run {
			p = binary.AppendUvarint(p, uint64(x.doc-doc))
			p = binary.AppendUvarint(p, uint64(x.count))
			doc = x.doc
		}
		s.left++
		w.Write(p) // its error is Flush's
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("search: spill postings: %w", err)
	}
	bd.pending = bd.pending[:0]
	return nil
}

// runsOf yields the stretches of one term each.
func runsOf(sorted []posting) func(yield func([]posting) bool) {
	return func(yield func([]posting) bool) {
		for len(sorted) > 0 {
			n := 1
			for n < len(sorted) && sorted[n].term == sorted[0].term {
				n++
			}
			if !yield(sorted[:n]) {
				return
			}
			sorted = sorted[n:]
		}
	}
}

// rewind makes the spill ready to be read.
func (s *spill) rewind() error {
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	s.r = bufio.NewReaderSize(s.file, 1<<18)
	return s.head()
}

// head reads the number of the next term.
func (s *spill) head() error {
	if s.left == 0 {
		return nil
	}
	gap, err := binary.ReadUvarint(s.r)
	s.term += gap
	return err
}

// take appends the postings of term to out, if the spill has any.
func (s *spill) take(term uint32, out []posting) ([]posting, error) {
	if s.left == 0 || s.term != uint64(term) {
		return out, nil
	}
	n, err := binary.ReadUvarint(s.r)
	if err != nil {
		return out, err
	}
	doc := uint64(0)
	for range n {
		gap, err := binary.ReadUvarint(s.r)
		if err != nil {
			return out, err
		}
		count, err := binary.ReadUvarint(s.r)
		if err != nil {
			return out, err
		}
		doc += gap
		out = append(out, posting{term: term, doc: uint32(doc), count: uint32(count)})
	}
	s.left--
	return out, s.head()
}

// close removes the file. Nothing is lost if that does not succeed.
func (s *spill) close() {
	s.file.Close()
	os.Remove(s.file.Name())
}
