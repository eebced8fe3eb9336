package traces

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestSegments reads a run of sealed segments and a plain one by what is meant
// for readers of damaged runs, and finds what Run finds.
func TestSegments(t *testing.T) {
	r := newRun(t, Options{SegmentBytes: 2000})
	for i := range 20 {
		if err := r.Append(sample(i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	x, err := r.Index()
	if err != nil {
		t.Fatal(err)
	}
	segments, err := Segments(r.Dir())
	if err != nil || len(segments) < 3 || segments[len(segments)-1].Sealed || !segments[0].Sealed {
		t.Fatalf("%+v, %v", segments, err)
	}
	var ids []string
	for _, s := range segments {
		if _, err := os.Stat(filepath.Join(r.Dir(), s.Name())); err != nil {
			t.Error(err)
		}
		heads, faults, ok := s.ReadIndex(r.Dir())
		if ok != s.Sealed || len(faults) > 0 {
			t.Fatalf("%s: index %v, faults %v", s.Name(), ok, faults)
		}
		if !s.Sealed {
			heads = headsOf(t, r.Dir(), s)
		}
		for i, h := range heads {
			ids = append(ids, h.ID)
			want, _ := x.Find(h.ID)
			line, offset, length := h.Place()
			if s.Sealed && (line != i+1 || offset != want.at.offset || length != want.at.length) {
				t.Errorf("%s lies at %d, %d, %d, want %+v", h.ID, line, offset, length, want.at)
			}
		}
	}
	var want []string
	for _, h := range x.Heads {
		want = append(want, h.ID)
	}
	if d := cmp.Diff(want, ids); d != "" {
		t.Errorf("episodes (-want +got):\n%s", d)
	}
	if _, err := Segments(filepath.Join(r.Dir(), "nowhere")); err == nil {
		t.Error("a folder that is not there is listed")
	}
}

// headsOf parses the lines of a plain segment.
func headsOf(t *testing.T, dir string, s Segment) (heads []Head) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, s.Name()))
	if err != nil {
		t.Fatal(err)
	}
	end, err := EachLine(bytes.NewReader(data), 0, func(line []byte, _ int64) error {
		h, err := ParseHead(line)
		heads = append(heads, h)
		clear(line) // heads do not hold on to it
		return err
	})
	if err != nil || end != int64(len(data)) {
		t.Fatalf("read up to %d of %d, %v", end, len(data), err)
	}
	return heads
}

func TestEachLineEnds(t *testing.T) {
	stop := errors.New("enough")
	var lines []string
	text := "one\ntwo\n" + strings.Repeat("long", 100_000) + "\nfour\nfive"
	_, err := EachLine(strings.NewReader(text), 5, func(line []byte, offset int64) error {
		lines = append(lines, fmt.Sprint(len(line), " at ", offset))
		if len(lines) == 2 {
			return stop
		}
		return nil
	})
	if !errors.Is(err, stop) || !slices.Equal(lines, []string{"3 at 5", "3 at 9"}) {
		t.Errorf("%q, %v", lines, err)
	}
}
