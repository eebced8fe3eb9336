package traces

import (
	"fmt"
	"io"
)

// Segment is one of the numbered files of stored episodes in a run folder, for
// readers that must go on where a [Run] would return an error.
type Segment struct {
	Number int  // from 1
	Sealed bool // compressed by zstd, with an index beside it
}

// Segments lists the episode files of the run folder dir by number.
func Segments(dir string) ([]Segment, error) {
	r := Run{dir: dir}
	numbers, sealed, err := r.segments()
	if err != nil {
		return nil, err
	}
	out := make([]Segment, len(numbers))
	for i, n := range numbers {
		out[i] = Segment{Number: n, Sealed: sealed[n]}
	}
	return out, nil
}

// Name returns the name of the file in its folder.
func (s Segment) Name() string {
	if s.Sealed {
		return segmentName(s.Number) + sealedSuffix
	}
	return segmentName(s.Number)
}

// ReadIndex reads the index beside a sealed segment of the run folder dir: the
// heads of its lines, and the lines that hold none. It returns false if the
// index is missing or does not fit the segment; it can be made anew from that.
func (s Segment) ReadIndex(dir string) ([]Head, []*LineError, bool) {
	if !s.Sealed {
		return nil, nil, false
	}
	r := Run{dir: dir}
	return r.readIndex(s.Number)
}

// ParseHead reads the small fields of a stored line. The line may be used again
// afterwards.
func ParseHead(line []byte) (Head, error) {
	text, err := cutHead(line)
	if err != nil {
		return Head{}, err
	}
	return parseHead(text)
}

// Place returns where in its segment a head that was read from one stands: its
// line, counted from 1, the offset of its first byte before compression, and its
// length without the newline.
func (h *Head) Place() (line int, offset int64, length int) {
	return h.at.line, h.at.offset, h.at.length
}

// EachLine calls fn for every whole line of r, without its newline and with its
// offset, where r begins at offset. It returns the offset behind the last whole
// line. The line is valid until fn returns; an error of fn ends the reading and
// is returned.
func EachLine(r io.Reader, offset int64, fn func(line []byte, offset int64) error) (int64, error) {
	s := &stopper{r: r}
	end, err := eachLine(s, offset, func(line []byte, at int64) {
		if s.err == nil {
			s.err = fn(line, at)
		}
	})
	if s.err != nil {
		return end, s.err
	}
	if err != nil {
		return end, fmt.Errorf("traces: read lines: %w", err)
	}
	return end, nil
}

// stopper is a reader that ends when err is set.
type stopper struct {
	r   io.Reader
	err error
}

func (s *stopper) Read(p []byte) (int, error) {
	if s.err != nil {
		return 0, io.EOF
	}
	return s.r.Read(p)
}
