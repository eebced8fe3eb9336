package traces

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// FuzzSegment reads a folder whose episodes file is any bytes: every line is a
// trajectory or a fault, nothing panics, and a writer goes on from there.
func FuzzSegment(f *testing.F) {
	good, err := encodeLine(sample(0))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(append(bytes.Clone(good), good[:200]...))
	f.Add([]byte("{\"id\":\"\\\"\n\n{}\n{\"id\":3,\"steps\":}\n\x00\xff\n"))
	dir := filepath.Join(f.TempDir(), "run")
	r, err := Create(dir, Manifest{}, Options{})
	if err != nil {
		f.Fatal(err)
	}
	r.Close()
	file := filepath.Join(dir, segmentName(1))
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(file, data, 0o666); err != nil {
			t.Fatal(err)
		}
		r, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		heads, faults, end, lines, err := scanLines(bytes.NewReader(data), 1, 0, 0)
		if err != nil || lines != bytes.Count(data, []byte("\n")) || len(heads)+len(faults) != lines {
			t.Fatalf("%d heads and %d faults of %d lines, %v", len(heads), len(faults), lines, err)
		}
		if end != int64(bytes.LastIndexByte(data, '\n')+1) {
			t.Fatalf("read up to %d", end)
		}
		x, err := r.Index()
		if err != nil {
			t.Fatal(err)
		}
		for i := range x.Heads {
			r.Load(x.Heads[i].ID) // a fault or a trajectory
		}
		w, err := OpenForAppend(dir, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer w.Close()
		if err := w.Append(sample(1)); err != nil {
			t.Fatal(err)
		}
		if got, err := w.Load(sample(1).ID); err != nil || got.ID != sample(1).ID {
			t.Fatalf("appended behind it: %v", err)
		}
	})
}

// FuzzIndexFile reads any bytes as the index of a sealed segment.
func FuzzIndexFile(f *testing.F) {
	f.Add("stepgym-index 1 5\n1 0 10 {\"id\":\"a\"}\n2 11 3 \n", int64(5))
	f.Fuzz(func(t *testing.T, data string, packed int64) {
		heads, _, ok := parseIndex(data, 1, packed)
		for _, h := range heads {
			if ok && (h.ID == "" || h.at.offset < 0 || h.at.length < 0) {
				t.Fatalf("head %+v", h)
			}
		}
	})
}

// FuzzInputs builds graphs from any JSON.
func FuzzInputs(f *testing.F) {
	f.Add([]byte(`{"id":"g","trajectories":[{"id":"t","obs":["a","b"],"actions":["x","y"],"rewards":[0,1],"final_obs":"c"}]}`))
	f.Add([]byte(`{"trajectories":[{"obs":["a"],"actions":[],"rewards":[],"next_obs":[]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var in Inputs
		if json.Unmarshal(data, &in) != nil {
			return
		}
		g, err := FromInputs(in)
		if err != nil {
			return
		}
		for k := range 3 {
			if len(g.Context(k).ID) != g.Len() || len(g.Histories(k).ID) != g.Len() {
				t.Fatal("a partition lacks rows")
			}
		}
		if len(g.Rows(g.Returns(0.9))) != len(in.Trajectories) || len(g.Edges().Rows) != g.Len() {
			t.Fatal("rows are missing")
		}
	})
}
