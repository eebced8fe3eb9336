package viewer

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"stepgym/traces/index/indextest"
)

// largeEpisodes is the size of a large run: some 1.5 million steps.
const largeEpisodes = 100_000

// BenchmarkLarge asks a viewer of a large run for what its pages ask, each time
// for something else. p50-ms and p99-ms are of single requests.
func BenchmarkLarge(b *testing.B) {
	dir := filepath.Join(b.TempDir(), "large")
	if err := indextest.Make(dir, indextest.Options{Episodes: largeEpisodes, Seed: 1}); err != nil {
		b.Fatal(err)
	}
	before := heap()
	start := time.Now()
	v, err := New([]string{dir}, Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer v.Close()
	if body := fetch(b, v, "/api/runs/large/episodes?limit=100"); len(body) == 0 {
		b.Fatal("no rows")
	}
	b.Logf("opened and first page in %v", time.Since(start))
	start = time.Now()
	waitClassified(b, v)
	b.Logf("all classes known %v later; heap %.0f MB", time.Since(start), heap()-before)

	x, err := v.list()[0].index()
	if err != nil {
		b.Fatal(err)
	}
	rows := x.View().Rows
	rng := rand.New(rand.NewPCG(1, 1))
	id := func() string { return url.QueryEscape(rows[rng.IntN(len(rows))].ID) }
	group := func() string { return url.QueryEscape(rows[rng.IntN(len(rows))].Group) }
	sorts := []string{"time", "return", "score", "turns", "iteration", "class", "outcome"}
	for _, ask := range []struct {
		name string
		path func() string
	}{
		{"page", func() string {
			return fmt.Sprintf("/api/runs/large/episodes?limit=100&offset=%d", rng.IntN(largeEpisodes))
		}},
		{"sorted", func() string {
			return fmt.Sprintf("/api/runs/large/episodes?sort=%s&desc=1&limit=100&iteration_from=%d", sorts[rng.IntN(len(sorts))], -rng.IntN(1<<30))
		}},
		{"filtered", func() string {
			return fmt.Sprintf("/api/runs/large/episodes?outcome=failure&outcome=truncated&sort=return&limit=100&iteration_to=%d", 1+rng.IntN(1<<30))
		}},
		{"facets", func() string {
			return fmt.Sprintf("/api/runs/large/facets?outcome=failure&iteration_from=%d", -rng.IntN(1<<30))
		}},
		{"tasks", func() string { return fmt.Sprintf("/api/runs/large/tasks?iteration_from=%d", -rng.IntN(1<<30)) }},
		{"episode", func() string { return "/api/runs/large/episode?id=" + id() }},
		{"group", func() string { return "/api/runs/large/group?id=" + group() }},
		{"graph", func() string { return "/api/runs/large/graph?group=" + group() + "&method=gigpo/paper" }},
		{"credit", func() string { return "/api/runs/large/credit?group=" + group() + "&method=hgpo/paper&explain=1" }},
		{"search", func() string { return fmt.Sprintf("/api/runs/large/search?limit=50&q=%d", rng.IntN(1000)) }},
		{"find", func() string { return fmt.Sprintf("/api/runs/large/episodes?q=no+such+text+%d", rng.IntN(1<<30)) }},
	} {
		b.Run(ask.name, func(b *testing.B) {
			b.ReportAllocs()
			var times []time.Duration
			for b.Loop() {
				path := ask.path()
				start := time.Now()
				fetch(b, v, path)
				times = append(times, time.Since(start))
			}
			slices.Sort(times)
			b.ReportMetric(milliseconds(times[len(times)/2]), "p50-ms")
			b.ReportMetric(milliseconds(times[len(times)*99/100]), "p99-ms")
		})
	}
	b.Logf("heap after all %.0f MB", heap()-before)
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// heap returns the megabytes in use.
func heap() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / (1 << 20)
}

// fetch asks for a path and returns the body of the answer.
func fetch(tb testing.TB, h http.Handler, path string) []byte {
	tb.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(tb.Context(), http.MethodGet, path, nil))
	if w.Code != http.StatusOK {
		tb.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	return w.Body.Bytes()
}

// waitClassified waits until the classes of the first run are all known.
func waitClassified(tb testing.TB, v *Viewer) {
	tb.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for range tick.C {
		var list struct{ Runs []struct{ Run string } }
		if err := json.Unmarshal(fetch(tb, v, "/api/runs"), &list); err != nil {
			tb.Fatal(err)
		}
		var run struct{ Episodes, Forks, Classified int }
		if err := json.Unmarshal(fetch(tb, v, "/api/runs/"+list.Runs[0].Run), &run); err != nil {
			tb.Fatal(err)
		}
		if run.Classified >= run.Episodes {
			return
		}
	}
}
