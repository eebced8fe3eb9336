package viewertest_test

import (
	"flag"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"stepgym/traces/viewer/viewertest"
)

var update = flag.Bool("update", false, "take the pictures of docs/viewer anew")

// TestPictures keeps the pictures of the documentation: there, and small. With
// -update it takes them.
func TestPictures(t *testing.T) {
	const dir = "../../../docs/viewer"
	names := []string{"runs.png", "episode-webshop.png", "episode-alfworld.png", "group.png", "graph.png", "narrow.png"}
	if *update {
		takePictures(t, dir)
	}
	for _, name := range names {
		s, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatalf("%v; go test -run Pictures -update takes it", err)
		}
		if s.Size() > 200_000 {
			t.Errorf("%s has %d bytes, want at most 200,000", name, s.Size())
		}
	}
}

func takePictures(t *testing.T, dir string) {
	b := viewertest.Open(t)
	s := newSite(t, shop, second, house)
	wide, dark := viewertest.View{Width: 1280, Height: 800}, viewertest.View{Width: 1280, Height: 800, Dark: true}
	p := page(t, b, wide)
	shot := func(v viewertest.View, name, place, see string, more ...string) {
		p.Look(v)
		p.Open(s.at(place), see)
		p.Until(`!document.querySelector('.loading')`, "all there")
		for _, js := range more {
			p.String(js)
		}
		p.Until(`document.fonts.status === 'loaded' && new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))`, "drawn")
		p.Shot(filepath.Join(dir, name))
	}
	p.Open(s.at("#/episodes?run=shop"), ".vsizer .vrow")
	group := url.QueryEscape(p.String(`fetch('api/runs/shop/episodes?limit=400').then((r) => r.json()).then((d) => {
		const won = {};
		for (const r of d.rows) won[r.group] = (won[r.group] || 0) + (r.outcome === 'success');
		return Object.keys(won).sort((a, b) => Math.abs(won[a] - 3) - Math.abs(won[b] - 3) || (a < b ? -1 : 1))[0];
	})`)) // some of its siblings succeeded
	failure := url.QueryEscape(p.String(`fetch('api/runs/shop/episodes?outcome=failure&outcome=truncated&limit=200&desc=0').then((r) => r.json()).then((d) => d.rows.find((r) => r.policy === 'random' && r.turns > 5).id)`))
	room := url.QueryEscape(first(p, "house", "outcome=success"))
	shot(wide, "runs.png", "#/runs?runs=shop&runs=second&run=shop", ".chart")
	shot(wide, "episode-webshop.png", "#/episode?run=shop&t=2&id="+failure, ".shop")
	shot(dark, "episode-alfworld.png", "#/episode?run=house&t=2&id="+room, ".room")
	shot(wide, "group.png", "#/group?run=shop&id="+group, ".reasons")
	shot(wide, "graph.png", "#/group?run=shop&view=graph&id="+group, ".node",
		`(() => { const all = [...document.querySelectorAll('.node')]; all[Math.min(1, all.length - 1)].dispatchEvent(new MouseEvent('click', { bubbles: true })); })()`)
	shot(viewertest.Narrow(), "narrow.png", "#/episode?run=shop&t=2&id="+failure, ".shop")
}
