package viewertest_test

import (
	"net/url"
	"testing"

	"github.com/go-rod/rod/lib/input"

	"stepgym/traces/viewer/viewertest"
)

// mixedGroup is a group in which some succeeded and some did not.
func mixedGroup(p *viewertest.Page, run string) string {
	return p.String(`fetch('api/runs/` + run + `/tasks?sort=variance&desc=1').then((r) => r.json()).then((d) => d.rows[0].task)
		.then((task) => fetch('api/runs/` + run + `/episodes?limit=200&task=' + encodeURIComponent(task))).then((r) => r.json())
		.then((d) => d.rows.find((r) => d.rows.some((x) => x.group === r.group && x.outcome !== r.outcome)).group)`)
}

func TestSiblings(t *testing.T) {
	b := viewertest.Open(t)
	s := newSite(t, shop, house)
	p := page(t, b, viewertest.Wide())
	for run := range s.dirs {
		p.Open(s.at("#/episodes?run="+run), ".vsizer .vrow")
		siblings(t, p, s, run)
	}
}

func siblings(t *testing.T, p *viewertest.Page, s *site, run string) {
	group := mixedGroup(p, run)
	p.Open(s.at("#/group?run="+run+"&id="+url.QueryEscape(group)), ".sib-cell")
	if n := p.Count(".sib-table thead .sib"); n != groupSize {
		t.Errorf("%d siblings side by side, want %d", n, groupSize)
	}
	// Neighbours share the cell of a step exactly as long as the server says that
	// they stay together.
	wrong := p.String(`fetch('api/runs/` + run + `/group?id=' + encodeURIComponent(` + quote(group) + `)).then((r) => r.json()).then((g) => {
		const wrong = [];
		[...document.querySelectorAll('.sib-table tbody tr:not(.fold)')].forEach((tr, t) => {
			const spans = [...tr.querySelectorAll('td')].map((td) => td.colSpan), want = [];
			for (let c = 0; c < g.order.length; c++) {
				const a = g.order[c - 1], b = g.order[c];
				if (c > 0 && g.diverge[a][b] > t && t < g.episodes[a].steps.length) want[want.length - 1]++;
				else want.push(1);
			}
			if (spans.join() !== want.join()) wrong.push(t + ': ' + spans + ' want ' + want);
		});
		return wrong.join('; ');
	})`)
	if wrong != "" {
		t.Errorf("cells are shared wrongly: %s", wrong)
	}
	// A cell is marked where its siblings have just left others.
	want := p.String(`fetch('api/runs/` + run + `/group?id=' + encodeURIComponent(` + quote(group) + `)).then((r) => r.json()).then((g) => {
		let n = 0;
		const d = g.order.map((a, k) => (k + 1 < g.order.length ? g.diverge[a][g.order[k + 1]] : 0)); // how long neighbours stay together
		for (let t = 1; t < Math.max(...d) + 1; t++) for (let c = 0; c < g.order.length;) {
			let end = c;
			while (end + 1 < g.order.length && d[end] > t) end++;
			if (g.episodes[g.order[c]].steps[t] && ((c > 0 && d[c - 1] === t) || (end + 1 < g.order.length && d[end] === t))) n++;
			c = end + 1;
		}
		return n;
	})`)
	if got := p.String(`document.querySelectorAll('.parted').length`); got != want {
		t.Errorf("%s cells are marked as places where siblings part, want %s", got, want)
	}
	p.Press(input.Key('d'))
	p.See(".sib-cell.cur.parted, .sib-cell.cur")
	p.See(".cell-more .reasons")
	wants(t, "why a step got its credit", p.Text(".cell-more"), "Why this credit", "together")
	p.Press(input.Key('n'))
	p.Until(`!document.querySelector('.cell-more').textContent.includes('Loading')`, "the next failure")
	p.Choose(`select[aria-label="Credit method"]`, "rloo/paper")
	p.See(".sib-cell")
	p.Press(input.ArrowRight, input.ArrowDown, input.Enter)
	p.Until(`location.hash.startsWith('#/episode?')`, "the episode of the cell")
}

func TestGraph(t *testing.T) {
	b := viewertest.Open(t)
	s := newSite(t, shop)
	p := page(t, b, viewertest.Wide())
	p.Open(s.at("#/episodes?run=shop"), ".vsizer .vrow")
	group := mixedGroup(p, "shop")
	p.Open(s.at("#/group?run=shop&view=graph&id="+url.QueryEscape(group)), ".node")
	graph := func(path string) string {
		return p.String(`fetch('api/runs/shop/graph?grouping=state&method=gigpo/paper&group=' + encodeURIComponent(` + quote(group) + `)).then((r) => r.json()).then((g) => g` + path + `)`)
	}
	for selector, path := range map[string]string{".node": ".nodes.length", ".edge": ".edges.length"} {
		if got, want := p.String(`document.querySelectorAll('`+selector+`').length`), graph(path); got != want {
			t.Errorf("%s %s drawn, want %s", got, selector, want)
		}
	}
	// Thickness goes by visits: the line taken most is the thickest.
	most := graph(".edges.reduce((best, e, i, all) => (e.visits > all[best].visits ? i : best), 0)")
	width := `[...document.querySelectorAll('.edge-line')].map((e) => parseFloat(e.style.strokeWidth))`
	if got := p.String(width + `[` + most + `] === Math.max(...` + width + `)`); got != "true" {
		t.Error("the action taken most is not the thickest line")
	}
	// A state, once chosen, lists every step that was in it.
	busy := graph(".nodes.reduce((best, n, i, all) => (n.visits > all[best].visits ? i : best), 0)")
	p.String(`document.querySelectorAll('.node')[` + busy + `].dispatchEvent(new MouseEvent('click', { bubbles: true }))`)
	p.See(".visit-list")
	if got, want := p.String(`document.querySelectorAll('.visit-list > li').length`), graph(".nodes["+busy+"].visits"); got != want {
		t.Errorf("%s steps listed in the state visited most, want %s", got, want)
	}
	p.ClickText(".visit-list button", "why")
	p.See(".visit-list .reasons")

	// Keys walk from state to state; a sibling can be followed.
	p.Press(input.ArrowDown)
	p.See(".node.cur")
	p.Click(".follow")
	if on, all := p.Count(".edge.on"), p.Count(".edge"); on == 0 || on == all {
		t.Errorf("%d of %d actions are lit for one sibling", on, all)
	}
	for _, kind := range []string{"SVG", "PNG"} {
		p.String(`(() => { window.saved = ''; const make = URL.createObjectURL; URL.createObjectURL = (blob) => { window.saved = blob.type + ' ' + blob.size; return make(blob); }; })()`)
		p.String(`(() => { for (const a of [HTMLAnchorElement]) a.prototype.click = function () {}; })()`)
		p.ClickText(".saves button", kind)
		p.Until(`window.saved.startsWith('image/`+map[string]string{"SVG": "svg", "PNG": "png"}[kind]+`')`, "the picture as "+kind)
	}
}
