package viewertest_test

import (
	"net/url"
	"testing"

	"github.com/go-rod/rod/lib/input"

	"stepgym/traces/viewer/viewertest"
)

// TestAccess audits every page, in light and dark, wide and narrow.
func TestAccess(t *testing.T) {
	b := viewertest.Open(t)
	s := newSite(t, shop, second, house, model)
	p := page(t, b, viewertest.Wide())
	p.Open(s.at("#/episodes?run=shop"), ".vsizer .vrow")
	group, failure, room := url.QueryEscape(mixedGroup(p, "shop")), url.QueryEscape(first(p, "shop", "outcome=truncated")), url.QueryEscape(first(p, "house", "outcome=success"))
	places := []struct{ at, see string }{
		{"#/runs?runs=shop&runs=second&run=shop", ".chart"},
		{"#/tasks?run=house", ".vsizer .vrow"},
		{"#/episodes?run=shop", ".vsizer .vrow"},
		{"#/episodes?run=shop&q=buy&view=hits", ".hit"},
		{"#/episode?run=shop&t=1&id=" + failure, ".shop"},
		{"#/episode?run=house&t=2&id=" + room, ".room"},
		{"#/episode?run=model&t=1&id=flights/0", ".token"},
		{"#/group?run=shop&id=" + group, ".reasons"},
		{"#/group?run=shop&view=graph&id=" + group, ".node"},
	}
	for _, v := range []viewertest.View{viewertest.Wide(), {Width: 1280, Height: 860, Dark: true}, viewertest.Narrow(), {Width: 390, Height: 844, Dark: true}} {
		p.Look(v)
		for _, place := range places {
			p.Open(s.at(place.at), place.see)
			p.Until(`!document.querySelector('.loading')`, "all there")
			for _, f := range p.Audit() {
				t.Errorf("%s, %d wide, dark %v: %s", place.at, v.Width, v.Dark, f)
			}
		}
		p.Press(input.Key('?'))
		p.See("dialog")
		for _, f := range p.Audit() {
			t.Errorf("the help, %d wide, dark %v: %s", v.Width, v.Dark, f)
		}
	}
}

// TestAudit makes faults in a page on purpose: every one must be found.
func TestAudit(t *testing.T) {
	b := viewertest.Open(t)
	s := newSite(t, model)
	p := page(t, b, viewertest.Wide())
	p.Open(s.at("#/episodes?run=model"), ".vsizer .vrow")
	p.Allow("inline event handler") // the policy of the pages stops it
	if got := p.Audit(); len(got) > 0 {
		t.Fatalf("before anything was done: %q", got)
	}
	for name, tt := range map[string]struct{ make, want string }{
		"name":      {`const b = document.createElement('button'); main.append(b); b.style.height = '20px'`, "no name"},
		"contrast":  {`const e = document.createElement('p'); e.textContent = 'faint'; e.style.color = '#bbb'; main.append(e)`, "contrast"},
		"wide":      {`const e = document.createElement('div'); e.style.width = '3000px'; e.style.height = '1px'; document.body.append(e)`, "wide in a window"},
		"id":        {`const e = document.createElement('div'); e.id = 'main'; main.append(e)`, "called main"},
		"reference": {`const e = document.createElement('div'); e.textContent = 'x'; e.setAttribute('aria-labelledby', 'nobody'); main.append(e)`, "names nothing"},
		"order":     {`const e = document.createElement('div'); e.tabIndex = 3; main.append(e)`, "out of the order"},
		"heading":   {`main.append(document.createElement('h1'))`, "headings"},
		"head":      {`const e = document.createElement('table'); e.createTHead().insertRow().append(document.createElement('th')); main.append(e)`, "without scope"},
		"script":    {`const e = document.createElement('div'); e.setAttribute('onclick', ''); main.append(e)`, "script in an attribute"},
		"language":  {`document.documentElement.removeAttribute('lang')`, "language"},
	} {
		p.Open(s.at("#/episodes?run=model"), ".vsizer .vrow")
		p.String(`(() => { const main = document.querySelector('main'); ` + tt.make + ` })()`)
		wants(t, name, join(p.Audit()), tt.want)
	}
}

func join(texts []string) string {
	out := ""
	for _, s := range texts {
		out += s + "\n"
	}
	return out
}
