package traces

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"stepgym/internal/atomicfile"
)

// An index file begins with a line that names the size of the sealed file it
// belongs to; then comes a line for each stored one: its number, offset and
// length, and its head or nothing where the line is broken.

func indexHeader(packed int64) string { return fmt.Sprintf("stepgym-index 1 %d", packed) }

// writeIndex writes the index of segment n, whose text is data and whose
// sealed file has packed bytes.
func (r *Run) writeIndex(n int, data []byte, packed int64) error {
	var b strings.Builder
	b.WriteString(indexHeader(packed) + "\n")
	lines := 0
	_, _ = eachLine(bytes.NewReader(data), 0, func(line []byte, at int64) {
		lines++
		head, err := cutHead(line)
		if err != nil {
			head = ""
		}
		fmt.Fprintf(&b, "%d %d %d %s\n", lines, at, len(line), head)
	})
	if err := atomicfile.Write(filepath.Join(r.dir, indexName(n)), []byte(b.String()), 0o666); err != nil {
		return fmt.Errorf("traces: index %s: %w", segmentName(n), err)
	}
	return nil
}

// readIndex reads the index of the sealed segment n; ok is false if it is
// missing or does not fit, and must be made anew.
func (r *Run) readIndex(n int) (heads []Head, faults []*LineError, ok bool) {
	s, err := os.Stat(filepath.Join(r.dir, segmentName(n)+sealedSuffix))
	if err != nil {
		return nil, nil, false
	}
	data, err := os.ReadFile(filepath.Join(r.dir, indexName(n)))
	if err != nil {
		return nil, nil, false
	}
	return parseIndex(string(data), n, s.Size())
}

func parseIndex(data string, n int, packed int64) (heads []Head, faults []*LineError, ok bool) {
	header, rest, found := strings.Cut(data, "\n")
	if !found || header != indexHeader(packed) {
		return nil, nil, false
	}
	for rest != "" {
		var line string
		if line, rest, found = strings.Cut(rest, "\n"); !found {
			return nil, nil, false
		}
		f := strings.SplitN(line, " ", 4)
		if len(f) != 4 {
			return nil, nil, false
		}
		number, err1 := strconv.Atoi(f[0])
		offset, err2 := strconv.ParseInt(f[1], 10, 64)
		length, err3 := strconv.Atoi(f[2])
		if err1 != nil || err2 != nil || err3 != nil || offset < 0 || length < 0 {
			return nil, nil, false
		}
		h, err := parseHead(f[3])
		if err != nil {
			faults = append(faults, &LineError{File: segmentName(n), Line: number, Offset: offset, Err: err})
			continue
		}
		h.at = place{segment: n, line: number, offset: offset, length: length}
		heads = append(heads, h)
	}
	return heads, faults, true
}
