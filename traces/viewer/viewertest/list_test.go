package viewertest_test

import (
	"fmt"
	"net/http/httptest"
	"testing"

	"github.com/go-rod/rod/lib/input"

	"stepgym/traces/index/indextest"
	"stepgym/traces/viewer"
	"stepgym/traces/viewer/viewertest"
)

// TestLongList scrolls through a list of many episodes: only what is to be seen
// is in the page, the keys reach every row, and the way back leads to the row
// that was left.
func TestLongList(t *testing.T) {
	browser := viewertest.Open(t)
	const episodes = 100_000
	dir := t.TempDir() + "/large"
	if err := indextest.Make(dir, indextest.Options{Episodes: episodes, Turns: 2}); err != nil {
		t.Fatal(err)
	}
	v, err := viewer.New([]string{dir}, viewer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.Close() })
	server := httptest.NewServer(v)
	t.Cleanup(server.Close)

	for _, view := range []viewertest.View{viewertest.Wide(), viewertest.Narrow()} {
		t.Run(fmt.Sprint(view.Width), func(t *testing.T) {
			p := browser.Page(t, view)
			p.Open(server.URL+"/#/episodes?run=large", ".vrow.eps.at a")
			if got, want := p.String(`document.querySelector('.vlist').getAttribute('aria-rowcount')`), fmt.Sprint(episodes+1); got != want {
				t.Errorf("the list says that it has %s rows, want %s with the head", got, want)
			}
			few := func(where string) {
				t.Helper()
				if n := p.Count(".vrow.eps"); n > 90 {
					t.Errorf("%s: %d rows are in the page, want those to be seen and a few around them", where, n)
				}
			}
			few("at the start")
			atRow := func(n int) string {
				return fmt.Sprintf(`document.querySelector('.vrow.at a') && document.querySelector('.vrow.at').getAttribute('aria-rowindex') === '%d'`, n+1)
			}

			p.Press(input.KeyJ, input.ArrowDown, input.KeyK, input.KeyJ)
			p.Until(atRow(3), "j and k move one row each")
			p.Press(input.End)
			p.Until(atRow(episodes), "End goes to the last row")
			few("at the end")
			p.Press(input.Home)
			p.Until(atRow(1), "Home goes to the first row")

			middle := episodes / 2
			p.String(fmt.Sprintf(`(() => { const b = document.querySelector('.vbody'); b.scrollTop = b.scrollHeight / %d * %d; })()`, episodes, middle))
			p.Until(fmt.Sprintf(`[...document.querySelectorAll('.vsizer .vrow')].some((r) => r.getAttribute('aria-rowindex') === '%d' && r.querySelector('a'))`, middle+2), "the rows in the middle are read")
			few("in the middle")
			p.String(`(async () => { const b = document.querySelector('.vbody'); for (let i = 0; i < 200; i++) { b.scrollTop += 500; await new Promise((f) => requestAnimationFrame(f)); } })()`)
			few("after scrolling on")

			p.Press(input.Home, input.KeyJ, input.KeyJ, input.KeyJ, input.KeyJ)
			p.Until(atRow(5), "the fifth row is chosen")
			goal := p.Text(".vrow.at .c-goal")
			p.Press(input.Enter)
			p.See(".steps .at")
			if got := p.Text("h1"); got != goal {
				t.Errorf("the row said %q, the episode is %q", goal, got)
			}
			p.Press(input.KeyL)
			p.Until(atRow(5), "the way back leads to the row that was left")
			if faults := p.Faults(); len(faults) > 0 {
				t.Errorf("the browser complains: %q", faults)
			}
		})
	}
}
