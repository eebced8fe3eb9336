package viewertest_test

import (
	"strings"
	"testing"

	"github.com/go-rod/rod/lib/input"

	"stepgym/traces/viewer/viewertest"
)

// wants fails the test where got does not hold every one of the texts.
func wants(t *testing.T, what, got string, texts ...string) {
	t.Helper()
	for _, w := range texts {
		if !strings.Contains(got, w) {
			t.Errorf("%s has no %q:\n%s", what, w, got)
		}
	}
}

// api is a JavaScript expression for what an address of the API answers, with
// path taken of it.
func api(address, path string) string {
	return "fetch('api/" + address + "').then((r) => r.json()).then((d) => d" + path + ")"
}

func TestRuns(t *testing.T) {
	b := viewertest.Open(t)
	s := newSite(t, shop, second, model)
	p := page(t, b, viewertest.Wide())
	p.Open(s.at("#/runs?run=shop"), ".chart")
	wants(t, "the table of runs", p.Text("table.runs"), "shop", "second", "model", "webshop-v1")
	if n := p.Count(".chart-box"); n < 5 {
		t.Errorf("%d charts, want one for every metric that changes", n)
	}

	curve := `document.querySelector('.chart .soft').getAttribute('d')`
	before := p.String(curve)
	p.String(`(() => { const r = document.querySelector('input[type=range]'); r.value = 0; r.dispatchEvent(new Event('input', { bubbles: true })); })()`)
	p.Until(curve+` !== `+quote(before), "another smoothing")
	p.Until(`location.hash.includes('smooth=0')`, "smoothing in the address")

	p.Click(".chart")
	p.Press(input.Home)
	wants(t, "the readout at the first iteration", p.Text(".read"), "iteration 0")
	p.Press(input.ArrowRight)
	wants(t, "the readout one further", p.Text(".read"), "iteration 1")

	if n := p.Count(".chart-box:first-child .soft"); n != 1 {
		t.Errorf("%d curves of one run", n)
	}
	p.Click(`input[aria-label="Draw second"]`)
	p.Until(`document.querySelector('.chart-box').querySelectorAll('.soft').length === 2`, "two runs in one chart")
	p.Until(`document.querySelector('.diff')`, "what differs")
	diff := p.Text(".diff")
	wants(t, "the difference of the configurations", diff, "train.iterations", "10", "4", "train.max_turns", "seed")
	if strings.Contains(diff, "train.credit") {
		t.Errorf("the difference lists what is equal:\n%s", diff)
	}

	p.Open(s.at("#/runs?run=model&runs=model"), ".state")
	wants(t, "a run without metrics", p.Text("main"), "No metrics")
}

func TestTasks(t *testing.T) {
	b := viewertest.Open(t)
	s := newSite(t, shop, house)
	p := page(t, b, viewertest.Wide())
	p.Open(s.at("#/tasks?run=shop"), ".vrow.tasks:not(.vhead)")
	want := p.String(api("runs/shop/tasks?sort=variance&desc=1", ".rows[0].task"))
	first := `document.querySelector('.vsizer .vrow .c-goal a').title`
	wants(t, "the task that varies most, first", p.String(first), want)
	p.ClickText(".vhead button", "Success")
	p.Until(`location.hash.includes('sort=success')`, "sorted by success")
	p.Until(first+`.endsWith(`+quote(p.String(api("runs/shop/tasks?sort=success&desc=1", ".rows[0].task")))+`)`, "the task that succeeds most, first")
	p.Press(input.Key('j'), input.Enter)
	p.Until(`location.hash.startsWith('#/episodes') && location.hash.includes('task=')`, "the episodes of a task")

	p.Open(s.at("#/tasks?run=house"), ".sums table")
	wants(t, "success by type", p.Text(".sums"), p.String(api("runs/house/tasks", ".types[0].type")))
}

func TestEpisodes(t *testing.T) {
	b := viewertest.Open(t)
	s := newSite(t, shop)
	p := page(t, b, viewertest.Wide())
	p.Open(s.at("#/episodes?run=shop"), ".vsizer .vrow.eps")
	total := p.String(api("runs/shop/episodes", ".total"))
	wants(t, "the count", p.Text(".count"), total)

	failed := p.String(api("runs/shop/episodes?outcome=truncated", ".total"))
	p.See(".facet")
	p.ClickText(".facet label", "cut off")
	p.Until(`document.querySelector('.count').textContent.startsWith(`+quote(failed+" ")+`)`, "only those cut off")
	p.Until(`[...document.querySelectorAll('.vsizer .c-out')].every((e) => e.textContent.startsWith('cut off'))`, "only rows that were cut off")
	p.See(".facet")
	p.Click(".filter")
	p.Until(`document.querySelector('.count').textContent.startsWith(`+quote(total+" ")+`)`, "all of them again")

	p.Press(input.Key('n'))
	p.Until(`location.hash.includes('outcome=failure')`, "failures only")
	p.See(".facet legend")
	class := p.String(api("runs/shop/facets", ".class.find((c) => c.value).value"))
	p.Open(s.at("#/episodes?run=shop&class="+class), ".vsizer .vrow.eps")
	wants(t, "the count of a class of failure", p.Text(".count"), p.String(api("runs/shop/episodes?class="+class, ".total")))

	// Full text, of observations and actions.
	p.Press(input.Slash)
	p.Type("buy now")
	p.Press(input.Enter)
	p.Until(`location.hash.includes('q=buy')`, "a search")
	p.See(".seg")
	p.ClickText(".seg button", "Places found")
	p.See(".hit mark")
	wants(t, "a place found", strings.ToLower(p.Text(".hit mark")), "buy now")
	p.Click(".hit")
	p.Until(`location.hash.startsWith('#/episode?') && location.hash.includes('t=')`, "the step where it was found")
	p.See(".step.at")

	p.Open(s.at("#/episodes?run=shop&q=nowhere+to+be+found"), ".state")
	wants(t, "an empty list", p.Text("main"), "No episode is like that", "show all episodes")
}

func quote(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", `\n`).Replace(s) + "'"
}
