package traces

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestTornLastLine cuts the file at every byte, as a kill or a power cut may.
func TestTornLastLine(t *testing.T) {
	r := newRun(t, Options{})
	appendAll(t, r, 0, 3)
	r.Close()
	file := filepath.Join(r.Dir(), segmentName(1))
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	start := bytes.LastIndexByte(whole[:len(whole)-1], '\n') + 1
	for cut := start; cut < len(whole); cut += 37 {
		if err := os.WriteFile(file, whole[:cut], 0o666); err != nil {
			t.Fatal(err)
		}
		checkRun(t, r.Dir(), 2)
		w, err := OpenForAppend(r.Dir(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if n := len(w.Repairs()); (n == 1) != (cut > start) {
			t.Errorf("cut at %d: repairs %v", cut, w.Repairs())
		}
		appendAll(t, w, 2, 4)
		w.Close()
		checkRun(t, r.Dir(), 4)
	}
}

func TestBrokenLineInTheMiddle(t *testing.T) {
	r := newRun(t, Options{})
	appendAll(t, r, 0, 3)
	r.Close()
	file := filepath.Join(r.Dir(), segmentName(1))
	whole, _ := os.ReadFile(file)
	lines := bytes.SplitAfter(whole, []byte("\n"))
	for _, c := range []struct {
		name, bad string
		inLoad    bool
	}{
		{"no JSON", "what is this\n", false},
		{"empty", "\n", false},
		{"no head", "{\"steps\":[]}\n", false},
		{"steps", string(bytes.Replace(lines[1], []byte(`"steps":[{`), []byte(`"steps":[{{`), 1)), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := string(lines[0]) + c.bad + string(lines[2])
			if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
			run, err := Open(r.Dir())
			if err != nil {
				t.Fatal(err)
			}
			x, err := run.Index()
			if err != nil {
				t.Fatal(err)
			}
			var fault *LineError
			if c.inLoad {
				_, err := run.Load(sample(1).ID)
				if !errors.As(err, &fault) {
					t.Fatalf("got %v, want a LineError", err)
				}
			} else if len(x.Faults) == 1 && len(x.Heads) == 2 {
				fault = x.Faults[0]
			} else {
				t.Fatalf("%d heads, faults %v", len(x.Heads), x.Faults)
			}
			if fault.Line != 2 || fault.Offset != int64(len(lines[0])) || fault.File != segmentName(1) {
				t.Errorf("fault at %s:%d, byte %d", fault.File, fault.Line, fault.Offset)
			}
			if got, err := run.Load(sample(2).ID); err != nil || got.ID != sample(2).ID {
				t.Errorf("the line behind it: %v", err)
			}
			// A sealed segment reports the same.
			w, err := OpenForAppend(r.Dir(), Options{SegmentBytes: 1})
			if err != nil {
				t.Fatal(err)
			}
			appendAll(t, w, 3, 4)
			w.Close()
			sealed, _ := Open(r.Dir())
			y, err := sealed.Index()
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(fmt.Sprint(x.Faults), fmt.Sprint(y.Faults)); d != "" || len(y.Heads) != len(x.Heads)+1 {
				t.Errorf("sealed: %d heads, %s", len(y.Heads), d)
			}
			os.Remove(filepath.Join(r.Dir(), segmentName(1)+sealedSuffix))
			os.Remove(filepath.Join(r.Dir(), segmentName(2)))
			os.Remove(filepath.Join(r.Dir(), indexName(1)))
		})
	}
}

func TestIndexIsDerived(t *testing.T) {
	r := newRun(t, Options{SegmentBytes: 2000})
	appendAll(t, r, 0, 9)
	r.Close()
	idx, err := filepath.Glob(filepath.Join(r.Dir(), "*.idx"))
	if err != nil || len(idx) < 2 {
		t.Fatalf("%d index files, %v; want some", len(idx), err)
	}
	for _, tt := range []struct {
		name   string
		damage func(path string) error
	}{
		{"cut", func(p string) error { return os.Truncate(p, 40) }},
		{"garbage", func(p string) error { return os.WriteFile(p, []byte("stepgym-index 1 12\nfoo\n"), 0o666) }},
		{"removed", os.Remove}, // the last one: nothing is left to damage
	} {
		for _, p := range idx {
			if err := tt.damage(p); err != nil {
				t.Fatal(err)
			}
		}
		t.Run(tt.name, func(t *testing.T) { checkRun(t, r.Dir(), 9) })
	}
}

// TestKilledWhileSealing covers what a writer leaves that is killed between
// the steps of sealing.
func TestKilledWhileSealing(t *testing.T) {
	r := newRun(t, Options{SegmentBytes: 1 << 30})
	appendAll(t, r, 0, 4)
	if err := r.seal(1); err != nil {
		t.Fatal(err)
	}
	r.Close()
	text, err := r.unseal(1)
	if err != nil {
		t.Fatal(err)
	}
	plain := filepath.Join(r.Dir(), segmentName(1))
	if err := os.WriteFile(plain, text, 0o666); err != nil { // sealed, not yet removed
		t.Fatal(err)
	}
	checkRun(t, r.Dir(), 4)
	w, err := OpenForAppend(r.Dir(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	appendAll(t, w, 4, 6)
	w.Close()
	if _, err := os.Stat(plain); err == nil {
		t.Error("the plain copy is still there")
	}
	checkRun(t, r.Dir(), 6)

	os.Remove(plain + sealedSuffix) // rotated, not yet sealed
	if err := os.WriteFile(plain, text, 0o666); err != nil {
		t.Fatal(err)
	}
	checkRun(t, r.Dir(), 6)
	if w, err = OpenForAppend(r.Dir(), Options{}); err != nil {
		t.Fatal(err)
	}
	if len(w.Repairs()) != 1 {
		t.Errorf("repairs %v, want one", w.Repairs())
	}
	appendAll(t, w, 6, 7)
	w.Close()
	checkRun(t, r.Dir(), 7)
}

// TestKilledWriter kills a process that appends as fast as it can.
func TestKilledWriter(t *testing.T) {
	if dir := os.Getenv("TRACES_TEST_WRITER"); dir != "" {
		r, err := OpenForAppend(dir, Options{SegmentBytes: 20_000})
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; ; i++ {
			appendAll(t, r, i, i+1)
		}
	}
	if testing.Short() {
		t.Skip("starts processes; left out with -short")
	}
	for round := range 3 {
		r := newRun(t, Options{})
		r.Close()
		c := exec.Command(os.Args[0], "-test.run", "^TestKilledWriter$")
		c.Env = append(os.Environ(), "TRACES_TEST_WRITER="+r.Dir())
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		reader, err := Open(r.Dir())
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for deadline := time.Now().Add(20 * time.Second); n < 100+50*round && time.Now().Before(deadline); {
			x, err := reader.Index()
			if err != nil {
				t.Fatal(err)
			}
			n = len(x.Heads)
		}
		c.Process.Kill()
		c.Wait()
		if n < 100 {
			t.Fatalf("only %d trajectories were written", n)
		}
		w, err := OpenForAppend(r.Dir(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		x, err := w.Index()
		if err != nil || len(x.Heads) < n {
			t.Fatalf("%d trajectories after the kill, %d seen before, %v", len(x.Heads), n, err)
		}
		n = len(x.Heads)
		appendAll(t, w, n, n+2)
		w.Close()
		checkRun(t, r.Dir(), n+2)
	}
}
