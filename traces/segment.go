package traces

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/klauspost/compress/zstd"

	"stepgym/internal/atomicfile"
)

// The episodes of a run lie in numbered segments. The last one is plain text
// and grows; the others are sealed: compressed, with an index beside them that
// can be rebuilt. Offsets always count bytes before compression, so a line's
// address survives sealing.

const sealedSuffix = ".zst"

func segmentName(n int) string { return fmt.Sprintf("episodes-%06d.jsonl", n) }

func indexName(n int) string { return fmt.Sprintf("episodes-%06d.idx", n) }

// segmentNumber is the inverse of segmentName, for a plain or a sealed name.
func segmentNumber(name string) (n int, sealed, ok bool) {
	name, sealed = strings.CutSuffix(name, sealedSuffix)
	digits, ok := strings.CutSuffix(name, ".jsonl")
	if !ok {
		return 0, false, false
	}
	if digits, ok = strings.CutPrefix(digits, "episodes-"); !ok {
		return 0, false, false
	}
	n, err := strconv.Atoi(digits)
	if err != nil || n < 1 || segmentName(n) != name {
		return 0, false, false
	}
	return n, sealed, true
}

// segments lists the segments of the run by number. A segment that is both
// plain and sealed counts as sealed: its writer was killed between the two.
func (r *Run) segments() (numbers []int, sealed map[int]bool, err error) {
	entries, err := os.ReadDir(r.dir)
	if err != nil {
		return nil, nil, fmt.Errorf("traces: list run: %w", err)
	}
	sealed = map[int]bool{}
	for _, e := range entries {
		if n, s, ok := segmentNumber(e.Name()); ok {
			sealed[n] = sealed[n] || s
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	return slices.Compact(numbers), sealed, nil
}

// tidySegments finds the segment to append to and finishes the sealing that a
// killed writer began.
func (r *Run) tidySegments() error {
	numbers, sealed, err := r.segments()
	if err != nil {
		return err
	}
	r.segment = 1
	for i, n := range numbers {
		r.segment = n
		last := i == len(numbers)-1
		if sealed[n] {
			if err := os.Remove(filepath.Join(r.dir, segmentName(n))); err == nil {
				r.repairs = append(r.repairs, segmentName(n)+": removed, its sealed copy is complete")
			}
			if last {
				r.segment++
			}
		} else if !last {
			if err := r.seal(n); err != nil {
				return err
			}
			r.repairs = append(r.repairs, segmentName(n)+": sealed")
		}
	}
	return nil
}

// rotate closes the segment that is open, opens the next and seals the old
// one. The caller holds r.mu. A failure leaves a longer or an unsealed segment
// behind, which reads as well and is noted: the trajectory itself is stored.
func (r *Run) rotate() {
	next, _, err := openLines(filepath.Join(r.dir, segmentName(r.segment+1)))
	if err != nil {
		r.note(fmt.Sprintf("%s: not followed by a new file: %v", segmentName(r.segment), err))
		return
	}
	old, n := r.episodes, r.segment
	r.episodes, r.segment = next, n+1
	if r.options.SealAside {
		r.sealAside(old, n)
		return
	}
	err = errors.Join(old.sync(), old.close())
	if err == nil {
		err = r.seal(n)
	}
	if err != nil {
		r.note(fmt.Sprintf("%s: not sealed: %v", segmentName(n), err))
	}
}

// note adds to the repairs, without repeating the latest.
func (r *Run) note(text string) {
	if n := len(r.repairs); n == 0 || r.repairs[n-1] != text {
		r.repairs = append(r.repairs, text)
	}
}

// seal replaces the plain segment n by a compressed one and its index.
func (r *Run) seal(n int) error {
	plain := filepath.Join(r.dir, segmentName(n))
	data, err := os.ReadFile(plain)
	if err != nil {
		return fmt.Errorf("traces: seal: %w", err)
	}
	data = data[:bytes.LastIndexByte(data, '\n')+1] // a torn line goes
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return fmt.Errorf("traces: seal %s: %w", plain, err)
	}
	packed := enc.EncodeAll(data, nil)
	if err := atomicfile.Write(plain+sealedSuffix, packed, 0o666); err != nil {
		return fmt.Errorf("traces: seal: %w", err)
	}
	if err := r.writeIndex(n, data, int64(len(packed))); err != nil {
		return err
	}
	if err := os.Remove(plain); err != nil {
		return fmt.Errorf("traces: seal: %w", err)
	}
	return nil
}

// unseal returns the text of a sealed segment.
func (r *Run) unseal(n int) ([]byte, error) {
	path := filepath.Join(r.dir, segmentName(n)+sealedSuffix)
	packed, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("traces: %w", err)
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(1<<32))
	if err != nil {
		return nil, fmt.Errorf("traces: read %s: %w", path, err)
	}
	defer dec.Close()
	data, err := dec.DecodeAll(packed, nil)
	if err != nil {
		return nil, fmt.Errorf("traces: read %s: %w", path, err)
	}
	return data, nil
}

// readSegment opens segment n at offset from. A segment may be sealed between
// listing and reading it, so both names are tried.
func (r *Run) readSegment(n int, from int64) (io.ReadCloser, error) {
	f, err := os.Open(filepath.Join(r.dir, segmentName(n)))
	if err == nil {
		if _, err := f.Seek(from, io.SeekStart); err != nil {
			f.Close()
			return nil, fmt.Errorf("traces: read segment: %w", err)
		}
		return f, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("traces: read segment: %w", err)
	}
	data, err := r.unseal(n)
	if err != nil {
		return nil, err
	}
	if from > int64(len(data)) {
		return nil, fmt.Errorf("traces: %s: sealed with %d bytes, %d were read before", segmentName(n), len(data), from)
	}
	return io.NopCloser(bytes.NewReader(data[from:])), nil
}
