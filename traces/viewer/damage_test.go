package viewer

import (
	"bytes"
	"encoding/json"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"stepgym/traces"
	"stepgym/traces/index/indextest"
)

// madeRun makes a run of sealed segments and a plain one.
func madeRun(t testing.TB, o indextest.Options) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "run")
	if o.SegmentBytes == 0 {
		o.SegmentBytes = 30_000
	}
	if err := indextest.Make(dir, o); err != nil {
		t.Fatal(err)
	}
	return dir
}

// get asks for a path of the API. The answer must be JSON, or a file.
func get(t testing.TB, h http.Handler, path string) (status int, body []byte) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
	body = w.Body.Bytes()
	if kind := w.Header().Get("Content-Type"); strings.HasPrefix(kind, "application/json") && !json.Valid(body) {
		t.Fatalf("%s: %d, no JSON: %.200s", path, w.Code, body)
	}
	return w.Code, body
}

// everyRoute lists addresses of the API for what a run lists at most.
func everyRoute(t testing.TB, h http.Handler, episodes int) []string {
	t.Helper()
	const run = "/api/runs/run"
	paths := []string{
		"/api/runs", run, "/api/compare?run=run", run + "/metrics", run + "/metrics.csv", run + "/facets", run + "/tasks",
		run + "/episodes?limit=1000", run + "/search?q=search", run + "/search?q=click&in=action",
		run + "/export?format=native", run + "/export?format=parquet", run + "/episodes?q=instruction",
	}
	status, body := get(t, h, run+"/episodes?limit=1000")
	if status != http.StatusOK {
		return paths
	}
	var list struct {
		Rows []struct{ ID, Group string }
	}
	if err := json.Unmarshal(body, &list); err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(list.Rows); i += max(1, len(list.Rows)/episodes) {
		id, group := url.QueryEscape(list.Rows[i].ID), url.QueryEscape(list.Rows[i].Group)
		paths = append(paths,
			run+"/episode?id="+id, run+"/options?step=0&id="+id, run+"/script?id="+id, run+"/export?format=atif&id="+id)
		if group == "" { // the key was damaged
			continue
		}
		paths = append(paths,
			run+"/group?id="+group, run+"/graph?group="+group+"&method=gigpo/paper", run+"/credit?explain=1&method=hgpo/paper&group="+group)
	}
	return paths
}

// refusals are the codes with which the API may refuse to show a damaged run.
var refusals = []string{codeNotFound, codeNotAble}

// checkRefusal checks that an answer is one, or none.
func checkRefusal(t testing.TB, path string, status int, body []byte) {
	t.Helper()
	if status == http.StatusOK {
		return
	}
	var f failure
	if err := json.Unmarshal(body, &f); err != nil || !slices.Contains(refusals, f.Error.Code) || f.Error.Message == "" {
		t.Errorf("%s: %d %s", path, status, body)
	}
}

// TestDamagedRuns breaks the files of a run by changed, missing and repeated
// bytes, before the viewer opens it and while it is open. Every address must give
// an answer that says what is there, or why nothing is.
func TestDamagedRuns(t *testing.T) {
	whole := madeRun(t, indextest.Options{Episodes: 40, Turns: 4, Seed: 5, Probs: true})
	files, err := os.ReadDir(whole)
	if err != nil {
		t.Fatal(err)
	}
	rounds := 80
	if testing.Short() {
		rounds = 12
	}
	said := 0
	for round := range rounds {
		rng := rand.New(rand.NewPCG(uint64(round), 11))
		dir := filepath.Join(t.TempDir(), "run")
		if err := os.CopyFS(dir, os.DirFS(whole)); err != nil {
			t.Fatal(err)
		}
		spoil := func() {
			f := files[rng.IntN(len(files))]
			if f.IsDir() || f.Name() == "run.json" {
				return
			}
			path := filepath.Join(dir, f.Name())
			b, err := os.ReadFile(path)
			if err != nil {
				return // removed already
			}
			if b = damaged(b, rng); b == nil {
				err = os.Remove(path)
			} else {
				err = os.WriteFile(path, b, 0o666)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		for range round % 4 {
			spoil()
		}
		v, err := New([]string{dir}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		paths := everyRoute(t, v, 4)
		spoil()
		for _, path := range paths {
			status, body := get(t, v, path)
			checkRefusal(t, path, status, body)
		}
		_, body := get(t, v, "/api/runs/run")
		var run struct {
			Faults    int
			FaultList []struct{ File, Why string } `json:"fault_list"`
		}
		if err := json.Unmarshal(body, &run); err != nil {
			t.Fatal(err)
		}
		for _, f := range run.FaultList {
			if f.File == "" || f.Why == "" {
				t.Errorf("a fault without file or reason: %+v", f)
			}
			said++
		}
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	}
	if said == 0 {
		t.Error("nothing was ever said to be wrong")
	}
}

// damaged returns b with something wrong with it, nil for no file at all.
func damaged(b []byte, rng *rand.Rand) []byte {
	if len(b) == 0 {
		return []byte("\x00")
	}
	b = bytes.Clone(b)
	at := rng.IntN(len(b))
	switch rng.IntN(6) {
	case 0:
		return nil
	case 1:
		return b[:at]
	case 2:
		for range 1 + rng.IntN(20) {
			b[rng.IntN(len(b))] = byte(rng.IntN(256))
		}
	case 3:
		return slices.Insert(b, at, b[rng.IntN(at+1):at]...)
	case 4:
		return slices.Delete(b, at, min(len(b), at+1+rng.IntN(300)))
	case 5:
		return slices.Insert(b, at, '\n')
	}
	return b
}

// TestNoRun shows a folder that holds no run, and one whose run.json is damaged,
// beside a run.
func TestNoRun(t *testing.T) {
	good := madeRun(t, indextest.Options{Episodes: 8})
	broken := filepath.Join(t.TempDir(), "broken")
	if err := os.CopyFS(broken, os.DirFS(good)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(broken, "run.json"), []byte(`{"format":`), 0o666); err != nil {
		t.Fatal(err)
	}
	v, err := New([]string{broken, good, filepath.Join(t.TempDir(), "nowhere")}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	var list struct {
		Runs []struct {
			Run, Error       string
			Episodes, Faults int
		}
	}
	if err := json.Unmarshal(fetch(t, v, "/api/runs"), &list); err != nil || len(list.Runs) != 3 {
		t.Fatalf("%+v, %v", list, err)
	}
	for _, r := range list.Runs {
		if there := r.Run != "nowhere"; there != (r.Error == "") || there != (r.Episodes == 8) || (r.Run == "broken") != (r.Faults > 0) {
			t.Errorf("%+v", r)
		}
		if r.Error != "" && !strings.Contains(r.Error, "run.json") {
			t.Errorf("%s: %q does not say which file", r.Run, r.Error)
		}
		status, body := get(t, v, "/api/runs/"+url.PathEscape(r.Run)+"/episodes")
		checkRefusal(t, r.Run, status, body)
	}
	if body := fetch(t, v, "/api/runs/broken"); !bytes.Contains(body, []byte(`"file":"run.json"`)) {
		t.Errorf("nothing is said of run.json: %s", body)
	}
}

// hostile is text that would do harm as markup, in a header, in a terminal or in
// a script.
const hostile = "</script><img src=x onerror=alert(1)>\"'`${x}\r\nSet-Cookie: a=b\x00\x1b[2J\u2028\u202e%s../../etc/passwd"

// TestHostileRun has such text in every field of its episodes: every address
// must answer, and what it answers must be data.
func TestHostileRun(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	run, err := traces.Create(dir, traces.Manifest{Command: hostile, Env: hostile, Policy: hostile, Version: hostile, Config: []byte(`{"env":"</script>"}`)}, traces.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		e := indextest.Episode(indextest.Options{GroupSize: 3, Turns: 4}, i)
		e.ID, e.GroupID = hostile+strconv.Itoa(i), hostile
		e.TaskID, e.Family, e.Env, e.Split, e.Policy, e.Goal, e.Parent = hostile, hostile, hostile, hostile, hostile, hostile, hostile
		if i == 2 {
			e.Err, e.Stage = hostile, hostile
		}
		e.Client = &traces.Client{Protocol: hostile, Owner: hostile, Episode: hostile, End: hostile}
		e.Metrics = map[string]float64{hostile: math.MaxFloat64}
		for k := range e.Steps {
			s := &e.Steps[k]
			s.Observation = traces.Observation{Text: hostile + strconv.Itoa(k), Anchor: hostile, State: hostile + strconv.Itoa(k), Place: hostile, Focus: hostile}
			s.Action, s.Raw, s.Options, s.Probs = hostile, hostile, []string{hostile, "x"}, []float32{1, 0}
			s.Advantages = map[string]float64{hostile: 1}
			s.Call = &traces.Call{Level: hostile, Model: hostile, Finish: hostile, Fault: hostile, Extra: map[string]json.RawMessage{hostile: []byte(`"</script>"`)}}
		}
		if err := run.Append(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := run.AppendMetrics(map[string]any{"kind": hostile, hostile: 1, "iteration": 0}); err != nil {
		t.Fatal(err)
	}
	if err := run.Close(); err != nil {
		t.Fatal(err)
	}
	v, err := New([]string{dir}, Options{Program: hostile})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	paths := everyRoute(t, v, 3)
	if len(paths) < 20 {
		t.Fatalf("only %d addresses", len(paths))
	}
	for _, path := range append(paths, "/api/runs/run/search?q="+url.QueryEscape("onerror=alert(1)>"), "/api/runs/"+url.PathEscape(hostile), "/"+url.PathEscape(hostile)) {
		w := httptest.NewRecorder()
		v.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		if w.Code != http.StatusOK && w.Code != http.StatusNotFound && w.Code != http.StatusConflict {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
		if w.Header().Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(w.Header().Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s: headers %v", path, w.Header())
		}
		if strings.HasPrefix(w.Header().Get("Content-Type"), "application/json") && w.Header().Get("Content-Disposition") == "" && bytes.Contains(w.Body.Bytes(), []byte("<img")) {
			t.Errorf("%s: markup in the answer", path)
		}
		for name, values := range w.Header() {
			if strings.ContainsAny(strings.Join(values, ""), "\r\n\x00") || name == "Set-Cookie" {
				t.Errorf("%s: header %s: %q", path, name, values)
			}
		}
		if w.Code == http.StatusOK && strings.Contains(path, "/export") && !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment; filename=\"run") {
			t.Errorf("%s: %q", path, w.Header().Get("Content-Disposition"))
		}
	}
}
