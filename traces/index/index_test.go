package index_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs"
	"stepgym/traces"
	"stepgym/traces/index"
	"stepgym/traces/index/indextest"
)

// made makes a run of n episodes in several segments.
func made(t testing.TB, n int) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "run")
	if err := indextest.Make(dir, indextest.Options{Episodes: n, Seed: 3, Turns: 6, SegmentBytes: 100_000}); err != nil {
		t.Fatal(err)
	}
	return dir
}

func open(t testing.TB, dir string) *index.Index {
	t.Helper()
	x, err := index.Open(dir, index.Options{Unclassified: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.Close() })
	return x
}

func refresh(t *testing.T, x *index.Index) *index.View {
	t.Helper()
	if err := x.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	return x.View()
}

func ids(v *index.View) []string {
	out := []string{}
	for i := range v.Rows {
		out = append(out, v.Rows[i].ID)
	}
	return out
}

// stored lists the run by the reader of package traces.
func stored(t *testing.T, dir string) []*traces.Trajectory {
	t.Helper()
	run, err := traces.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []*traces.Trajectory
	for e, err := range run.Trajectories(traces.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, e)
	}
	return out
}

func TestRowsAreWhatWasStored(t *testing.T) {
	dir := made(t, 200)
	v := open(t, dir).View()
	want := stored(t, dir)
	if len(v.Rows) != 200 || len(want) != 200 || len(v.Faults) != 0 {
		t.Fatalf("%d rows, %d stored, faults %v", len(v.Rows), len(want), v.Faults)
	}
	if segments, err := traces.Segments(dir); err != nil || len(segments) < 3 {
		t.Fatalf("%d segments (%v): the test needs several", len(segments), err)
	}
	for i, e := range want {
		r := v.Rows[i]
		got := traces.Trajectory{
			ID: r.ID, GroupID: r.Group, TaskID: r.Task, Family: r.Family, Env: r.Env, Split: r.Split, Policy: r.Policy, Version: r.Version,
			Iteration: r.Iteration, Index: r.Index, EnvSeed: r.EnvSeed, SampleSeed: r.SampleSeed, Return: r.Return, Score: r.Score,
			Success: r.Success, Terminated: r.Terminated, Truncated: r.Truncated, Turns: r.Turns, Invalid: r.Invalid, Err: r.Err, Stage: r.Stage, Goal: r.Goal,
		}
		head := *e
		head.Steps, head.Final, head.Metrics = nil, nil, nil
		if d := cmp.Diff(got, head); d != "" {
			t.Fatalf("row %d (-got +want):\n%s", i, d)
		}
		full, err := v.Load(i)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(full, e); d != "" {
			t.Fatalf("episode %d (-got +want):\n%s", i, d)
		}
		if n, err := v.Find(e.ID); err != nil || n != i {
			t.Fatalf("Find(%s) = %d, %v, want %d", e.ID, n, err, i)
		}
	}
	if _, err := v.Find("nobody"); err == nil {
		t.Error("an episode that is not there was found")
	}
}

func TestGroups(t *testing.T) {
	v := open(t, made(t, 64)).View()
	for i := range v.Rows {
		var want []int
		for j := range v.Rows {
			if v.Rows[j].Group == v.Rows[i].Group {
				want = append(want, j)
			}
		}
		if d := cmp.Diff(v.Group(v.Rows[i].Group), want); d != "" {
			t.Fatalf("group of %s (-got +want):\n%s", v.Rows[i].ID, d)
		}
	}
}

func TestFollowsALiveRun(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "live")
	run, err := traces.Create(dir, traces.Manifest{}, traces.Options{SegmentBytes: 20_000})
	if err != nil {
		t.Fatal(err)
	}
	x := open(t, dir)
	o := indextest.Options{Turns: 4, Seed: 1}
	version, old := x.View().Version, x.View()
	for i := range 60 {
		if err := run.Append(indextest.Episode(o, i)); err != nil {
			t.Fatal(err)
		}
		if i%7 != 0 {
			continue
		}
		v := refresh(t, x)
		if len(v.Rows) != i+1 || v.Version <= version {
			t.Fatalf("after %d episodes: %d rows, version %d after %d", i+1, len(v.Rows), v.Version, version)
		}
		version = v.Version
	}
	v := refresh(t, x)
	if d := cmp.Diff(ids(v), ids(open(t, dir).View())); d != "" {
		t.Fatalf("followed and read at once (-followed +at once):\n%s", d)
	}
	if len(old.Rows) != 0 {
		t.Error("an old view has changed")
	}
	if !index.Live(dir) {
		t.Error("the run has a writer, but does not count as live")
	}
	for i := range v.Rows {
		if _, err := v.Load(i); err != nil {
			t.Fatal(err)
		}
	}
	if err := run.Rewind(func(h *traces.Head) bool { return h.Iteration > 0 || h.Index > 3 }, func([]byte) bool { return false }); err != nil {
		t.Fatal(err)
	}
	if err := run.Append(indextest.Episode(o, 59)); err != nil {
		t.Fatal(err)
	}
	if err := run.Close(); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(ids(refresh(t, x)), ids(open(t, dir).View())); d != "" {
		t.Fatalf("after a rewind (-followed +at once):\n%s", d)
	}
}

func TestTheLastOfAnIDCounts(t *testing.T) {
	dir := made(t, 16)
	run, err := traces.OpenForAppend(dir, traces.Options{})
	if err != nil {
		t.Fatal(err)
	}
	x := open(t, dir)
	again := indextest.Episode(indextest.Options{Seed: 3, Turns: 6, GroupSize: 8}, 5)
	again.Return = 42
	if err := run.Append(again); err != nil {
		t.Fatal(err)
	}
	if err := run.Close(); err != nil {
		t.Fatal(err)
	}
	v := refresh(t, x)
	n, err := v.Find(again.ID)
	if err != nil || len(v.Rows) != 16 || v.Rows[n].Return != 42 || n != 15 {
		t.Errorf("row %d of %d (%v) has return %v, want the last of 16 with 42", n, len(v.Rows), err, v.Rows[n].Return)
	}
	if group := v.Group(again.GroupID); len(group) != 8 {
		t.Errorf("the group has %d rows, want 8", len(group))
	}
}

func TestForks(t *testing.T) {
	dir := made(t, 16)
	x := open(t, dir)
	parent := indextest.Episode(indextest.Options{Seed: 3, Turns: 6, GroupSize: 8}, 2)
	for k := range 2 {
		fork := *parent
		fork.ID, fork.Parent, fork.ForkAt = parent.ID+"~1."+string(rune('1'+k)), parent.ID, 1
		if err := x.AppendFork(&fork); err != nil {
			t.Fatal(err)
		}
		v := refresh(t, x)
		n, err := v.Find(fork.ID)
		if err != nil || !v.Rows[n].Fork || len(v.Children(parent.ID)) != k+1 {
			t.Fatalf("fork %d: row %d, %v, %d children", k, n, err, len(v.Children(parent.ID)))
		}
		if got, err := v.Load(n); err != nil || cmp.Diff(got, &fork) != "" {
			t.Errorf("%v\n%s", err, cmp.Diff(got, &fork))
		}
		group := v.Group(parent.GroupID)
		if !v.Rows[group[len(group)-1]].Fork || len(group) != 9+k {
			t.Errorf("the group has %d rows, the last one no fork", len(group))
		}
	}
}

// TestDamage breaks folders in ways that happen; what is whole must be there,
// and what is not must be said.
func TestDamage(t *testing.T) {
	tests := []struct {
		name   string
		damage func(t *testing.T, dir string)
		lost   bool // some episodes are
		want   string
	}{
		{"torn last line", func(t *testing.T, dir string) {
			appendTo(t, last(t, dir), `{"id":"torn","group":"g","ta`)
		}, false, "the last line has no end"},
		{"a line that is no episode", func(t *testing.T, dir string) {
			appendTo(t, last(t, dir), "garbage\x00\xff\n")
		}, false, "not a stored trajectory"},
		{"an index that does not fit", func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, "episodes-000001.idx"), []byte("stepgym-index 1 17\n"))
		}, false, ""},
		{"no index", func(t *testing.T, dir string) { remove(t, filepath.Join(dir, "episodes-000002.idx")) }, false, ""},
		{"a file is gone", func(t *testing.T, dir string) {
			remove(t, filepath.Join(dir, "episodes-000002.jsonl.zst"))
			remove(t, filepath.Join(dir, "episodes-000002.idx"))
		}, true, "the file is missing"},
		{"a compressed file is cut short", func(t *testing.T, dir string) {
			path := filepath.Join(dir, "episodes-000002.jsonl.zst")
			b := read(t, path)
			write(t, path, b[:len(b)*2/3])
		}, true, "damaged or cut short"},
		{"a compressed file is noise", func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, "episodes-000001.jsonl.zst"), []byte("no zstd at all"))
		}, true, "damaged or cut short"},
		{"half a run.json", func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, "run.json"), []byte(`{"format":1,"comm`))
		}, false, "run.json"},
		{"no run.json", func(t *testing.T, dir string) { remove(t, filepath.Join(dir, "run.json")) }, false, "run.json"},
		{"an empty file", func(t *testing.T, dir string) { write(t, filepath.Join(dir, "episodes-000001.jsonl.zst"), nil) }, true, ""},
	}
	sound := made(t, 200)
	whole := stored(t, sound)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(sound)); err != nil {
				t.Fatal(err)
			}
			tt.damage(t, dir)
			x := open(t, dir)
			v := x.View()
			if lost := len(v.Rows) < len(whole); lost != tt.lost || len(v.Rows) == 0 {
				t.Errorf("%d of %d episodes are there", len(v.Rows), len(whole))
			}
			for i := range v.Rows {
				if _, err := v.Load(i); err != nil {
					t.Fatalf("listed, but not to be read: %v", err)
				}
			}
			said := ""
			for _, f := range v.Faults {
				said += f.String() + "\n"
			}
			if (tt.want == "") != (said == "") && tt.name != "an empty file" || !strings.Contains(said, tt.want) {
				t.Errorf("said %q, want %q in it", said, tt.want)
			}
			if again := refresh(t, x); len(again.Rows) != len(v.Rows) || len(again.Faults) != len(v.Faults) {
				t.Errorf("a second look finds %d rows and %d faults, not %d and %d", len(again.Rows), len(again.Faults), len(v.Rows), len(v.Faults))
			}
		})
	}
}

func TestOpenWhatIsNoRun(t *testing.T) {
	if _, err := index.Open(t.TempDir(), index.Options{}); err == nil {
		t.Error("an empty folder was opened")
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "run.json"), []byte("{"))
	if _, err := index.Open(dir, index.Options{}); err == nil {
		t.Error("a folder with half a run.json and no episodes was opened")
	}
	write(t, filepath.Join(dir, "run.json"), []byte(`{"format":99}`))
	write(t, filepath.Join(dir, "episodes-000001.jsonl"), nil)
	if _, err := index.Open(dir, index.Options{}); err == nil {
		t.Error("a run of another format was opened")
	}
}

// words is a classifier for a test: it goes by the task's ID.
type words struct{}

func (words) FailureClasses() []envs.FailureClass {
	return []envs.FailureClass{{Name: "half", Title: "half", About: "half a reward"}}
}

func (words) ClassifyFailure(a *envs.Attempt) string {
	if a.Metrics["score"] == .5 {
		return "half"
	}
	return ""
}

func (words) TaskType(t envs.Task) string { return t.ID[:4] }

func TestClasses(t *testing.T) {
	dir := made(t, 200)
	x, err := index.Open(dir, index.Options{Classifier: func(env string) envs.Classifier {
		if env == "webshop-v1" {
			return words{}
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	x.Settle(t.Context())
	v := x.View()
	if v.Known != len(v.Rows) {
		t.Fatalf("%d of %d classes are known", v.Known, len(v.Rows))
	}
	seen := map[string]int{}
	for i, e := range stored(t, dir) {
		got, known := v.Class(i)
		want := x.Classify(e)
		if !known || got != want {
			t.Fatalf("episode %d: class %q, want %q", i, got, want)
		}
		seen[got]++
		if wantType := map[bool]string{true: e.TaskID[:4]}[e.Env == "webshop-v1"]; v.Rows[i].Type != wantType {
			t.Fatalf("episode %d: type %q, want %q", i, v.Rows[i].Type, wantType)
		}
	}
	for _, class := range []string{"", "half", envs.FailureError, envs.FailureTimeout} {
		if seen[class] == 0 {
			t.Errorf("no episode of class %q: %v", class, seen)
		}
	}
}

func last(t *testing.T, dir string) string {
	t.Helper()
	list, err := traces.Segments(dir)
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, list[len(list)-1].Name())
}

func appendTo(t *testing.T, path, text string) {
	t.Helper()
	write(t, path, append(bytes.Clone(read(t, path)), text...))
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func write(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o666); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}
