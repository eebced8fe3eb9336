package viewertest_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"stepgym/traces"
	"stepgym/traces/index/indextest"
	"stepgym/traces/viewer"
	"stepgym/traces/viewer/viewertest"
)

// TestGrowingRun shows a run while it is written: new episodes and metrics appear by
// themselves, and the page says so when the server is gone.
func TestGrowingRun(t *testing.T) {
	browser := viewertest.Open(t)
	dir := t.TempDir() + "/live"
	run, err := traces.Create(dir, traces.Manifest{Command: "train", Env: "webshop-v1", Policy: "choice"}, traces.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = run.Close() })
	done := 0
	grow := func(n int) {
		t.Helper()
		for range n {
			if err := run.Append(indextest.Episode(indextest.Options{}, done)); err != nil {
				t.Fatal(err)
			}
			if err := run.AppendMetrics(map[string]any{"kind": "train", "iteration": done, "success": float64(done)}); err != nil {
				t.Fatal(err)
			}
			done++
		}
	}
	v, err := viewer.New([]string{dir}, viewer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.Close() })
	server := httptest.NewServer(v)
	t.Cleanup(server.Close)

	list, curves := browser.Page(t, viewertest.Wide()), browser.Page(t, viewertest.Wide())
	list.Open(server.URL+"/#/episodes?run=live", ".vnote .state") // empty, and says what will happen
	if got, want := list.Text(".vnote"), "They appear here"; !strings.Contains(got, want) {
		t.Errorf("an empty live run says %q, want %q in it", got, want)
	}
	grow(3)
	list.Until(`document.querySelector('.count').textContent === '3 episodes'`, "three episodes appear")
	list.See("#live")
	curves.Open(server.URL+"/#/runs?run=live&smooth=0", ".chart")
	grow(4)
	list.Until(`document.querySelector('.count').textContent === '7 episodes'`, "four more appear")
	list.Until(`document.querySelectorAll('.vsizer .vrow a').length === 7`, "their rows are drawn")
	curves.Until(`(document.querySelector('.chart').getAttribute('aria-valuetext') || '').startsWith('live: 7 values')`, "the curve grows")
	for _, p := range []*viewertest.Page{list, curves} {
		if faults := p.Faults(); len(faults) > 0 {
			t.Errorf("the browser complains: %q", faults)
		}
	}

	list.Allow("Failed to load resource")
	server.CloseClientConnections()
	server.Close()
	list.Until(`document.getElementById('live').classList.contains('off')`, "the page notices that the server is gone")
	list.ClickText("nav a", "Tasks")
	list.See(".state.failed")
	if got, want := list.Text(".state.failed"), "Is gym replay still running?"; !strings.Contains(got, want) {
		t.Errorf("without a server the page says %q, want %q in it", got, want)
	}
}
