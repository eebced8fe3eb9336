package ort_test

import (
	"bytes"
	"errors"
	"os"
	"runtime"
	"strconv"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/agent/internal/ort"
	"stepgym/agent/internal/ort/orttest"
)

// TestConcurrentRuns runs one session from many goroutines, one runner from two,
// and releases everything in the middle of it.
func TestConcurrentRuns(t *testing.T) {
	lib := orttest.Library(t)
	s, err := lib.NewSession(ort.TinyModel("Sub", ort.Float32, "z", "x", "y"), ort.SessionOptions{Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	y := from(t, lib, []float32{1, 1, 1}, 3)
	shared, err := s.NewRunner([]string{"x", "y"}, []string{"z"})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	var halfway sync.WaitGroup
	const goroutines, rounds = 8, 200
	halfway.Add(goroutines)
	for g := range goroutines {
		wg.Go(func() {
			x, err := ort.From(lib, []float32{float32(g), 10, 20}, 3)
			if err != nil {
				t.Error(err)
			}
			defer x.Release()
			for i := range rounds {
				if i == rounds/2 {
					halfway.Done()
				}
				out := []*ort.Value{nil}
				err := shared.Run(t.Context(), []*ort.Value{x, y}, out)
				switch {
				case errors.Is(err, ort.ErrReleased) && i >= rounds/2:
					continue
				case err != nil:
					t.Error(err)
					continue
				}
				if diff := cmp.Diff([]float32{float32(g) - 1, 9, 19}, read(t, out[0])); diff != "" {
					t.Error(diff)
				}
				out[0].Release()
			}
		})
	}
	halfway.Wait()
	y.Release()
	s.Release()
	shared.Release()
	wg.Wait()
	if live := lib.Live(); live != (ort.Live{}) {
		t.Errorf("left: %+v", live)
	}
}

// TestNoLeak makes and releases everything many times and looks at the
// process's memory.
func TestNoLeak(t *testing.T) {
	if testing.Short() {
		t.Skip("makes and releases objects for some seconds: not with -short")
	}
	lib := orttest.Library(t)
	if residentBytes(t) == 0 {
		t.Skipf("no /proc on %s", runtime.GOOS)
	}
	round := func(n int) {
		for range n {
			everythingOnce(t, lib)
		}
		runtime.GC()
	}
	round(200) // lets the allocators reach their size
	before := residentBytes(t)
	round(1500)
	after := residentBytes(t)
	const most = 12 << 20 // 8 kB a round; a lost tensor alone would be 64 kB
	if after > before+most {
		t.Errorf("resident memory grew from %d to %d kB in 1500 rounds", before>>10, after>>10)
	}
	t.Logf("resident memory: %d kB, then %d kB", before>>10, after>>10)
	if live := lib.Live(); live != (ort.Live{}) {
		t.Errorf("left: %+v", live)
	}
}

// everythingOnce makes, uses and releases one of each object, and fails runs.
func everythingOnce(t *testing.T, lib *ort.Library) {
	t.Helper()
	const n = 16 << 10
	s, err := lib.NewSession(ort.TinyModel("Sub", ort.Float32, "z", "x", "y"), ort.SessionOptions{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Release()
	x, err := lib.New(ort.Float32, n)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Release()
	out, err := s.Run(t.Context(), map[string]*ort.Value{"x": x, "y": x})
	if err != nil {
		t.Fatal(err)
	}
	defer out["z"].Release()
	if _, err := s.Run(t.Context(), map[string]*ort.Value{"x": x}); err == nil {
		t.Fatal("ran without an input")
	}
	through, err := s.NewThrough(ort.Float32, n)
	if err != nil {
		t.Fatal(err)
	}
	defer through.Release()
	b, err := s.NewBinding()
	if err != nil {
		t.Fatal(err)
	}
	defer b.Release()
	must(t, b.Input("x", x), b.Input("y", through), b.OutputTo("z", ort.CPU), b.Run(t.Context()))
	values, err := b.Outputs()
	if err != nil {
		t.Fatal(err)
	}
	values[0].Release()
	if _, err := lib.NewSession([]byte("no model"), ort.SessionOptions{}); err == nil {
		t.Fatal("no model was taken for one")
	}
}

// residentBytes returns the memory that the process has in use, by Linux's
// /proc; 0 where there is none.
func residentBytes(t testing.TB) int64 {
	t.Helper()
	data, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	fields := bytes.Fields(data)
	if len(fields) < 2 {
		return 0
	}
	pages, err := strconv.ParseInt(string(fields[1]), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return pages * int64(os.Getpagesize())
}
