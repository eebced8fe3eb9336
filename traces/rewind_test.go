package traces

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// from says true for the samples of iteration n and later.
func from(n int) func(*Head) bool { return func(h *Head) bool { return h.Iteration >= n } }

func never([]byte) bool { return false }

// TestRewind takes back every number of iterations, over plain and sealed
// segments, and writes them anew.
func TestRewind(t *testing.T) {
	const n = 12 // three iterations of four
	for _, size := range []int64{1, 2500, 5000, 1 << 30} {
		for keep := range 4 {
			t.Run(fmt.Sprintf("segments of %d, %d iterations kept", size, keep), func(t *testing.T) {
				o := Options{SegmentBytes: size, SealAside: size%2 == 0}
				r := newRun(t, o)
				appendAll(t, r, 0, n)
				reader, err := Open(r.Dir())
				if err != nil {
					t.Fatal(err)
				}
				if _, err := reader.Index(); err != nil {
					t.Fatal(err)
				}
				for range 2 { // the second time there is nothing left to do
					if err := r.Rewind(from(keep), never); err != nil {
						t.Fatal(err)
					}
					checkRun(t, r.Dir(), 4*keep)
					x, err := reader.Index()
					if err != nil || len(x.Heads) != 4*keep {
						t.Fatalf("a reader sees %d trajectories, %v, want %d", len(x.Heads), err, 4*keep)
					}
				}
				if want := min(1, 3-keep); len(r.Repairs()) != want {
					t.Errorf("repairs %v, want %d", r.Repairs(), want)
				}
				appendAll(t, r, 4*keep, n)
				if x, err := reader.Index(); err != nil || len(x.Heads) != n {
					t.Fatalf("a reader sees %d trajectories, %v, want %d", len(x.Heads), err, n)
				}
				r.Close()
				checkRun(t, r.Dir(), n)
			})
		}
	}
}

// TestRewindKilled repeats a rewinding that ended after the plain copy of a
// sealed segment was written, and before the sealed file was removed.
func TestRewindKilled(t *testing.T) {
	r := newRun(t, Options{SegmentBytes: 8000})
	appendAll(t, r, 0, 12)
	r.Close()
	text, err := r.unseal(1)
	if err != nil {
		t.Fatal(err)
	}
	part := text[:bytes.IndexByte(text, '\n')+1]
	if err := os.WriteFile(filepath.Join(r.Dir(), segmentName(1)), part, 0o666); err != nil {
		t.Fatal(err)
	}
	w, err := OpenForAppend(r.Dir(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := w.Rewind(from(1), never); err != nil {
		t.Fatal(err)
	}
	checkRun(t, r.Dir(), 4)
}

func TestRewindMetrics(t *testing.T) {
	r := newRun(t, Options{})
	for _, i := range []int{0, 1, 2, 1, 2, 3} {
		if err := r.AppendMetrics(map[string]int{"i": i}); err != nil {
			t.Fatal(err)
		}
	}
	keepEpisodes := func(*Head) bool { return false }
	// Only the end is taken back: the earlier 2 stands before a line to keep.
	if err := r.Rewind(keepEpisodes, func(l []byte) bool { return string(l) >= `{"i":2}` }); err != nil {
		t.Fatal(err)
	}
	if err := r.AppendMetrics(map[string]int{"i": 9}); err != nil {
		t.Fatal(err)
	}
	got, err := ReadMetrics[map[string]int](r)
	if err != nil || fmt.Sprint(got) != "[map[i:0] map[i:1] map[i:2] map[i:1] map[i:9]]" {
		t.Errorf("got %v, %v", got, err)
	}
}

// TestRewindKeepsWhatItCannotRead stops at a broken line.
func TestRewindKeepsWhatItCannotRead(t *testing.T) {
	r := newRun(t, Options{})
	appendAll(t, r, 0, 6)
	r.Close()
	f, err := os.OpenFile(filepath.Join(r.Dir(), segmentName(1)), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(f, "what is this")
	f.Close()
	w, err := OpenForAppend(r.Dir(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	appendAll(t, w, 6, 8)
	if err := w.Rewind(from(1), never); err != nil {
		t.Fatal(err)
	}
	x, err := w.Index()
	if err != nil || len(x.Heads) != 6 || len(x.Faults) != 1 {
		t.Errorf("%d trajectories and %d faults, %v", len(x.Heads), len(x.Faults), err)
	}
	w.Close()
	if err := w.Rewind(from(0), never); !errors.Is(err, ErrReadOnly) {
		t.Errorf("a closed run: got %v, want ErrReadOnly", err)
	}
}
