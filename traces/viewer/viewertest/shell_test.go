package viewertest_test

import (
	"net/url"
	"testing"

	"github.com/go-rod/rod/lib/input"

	"stepgym/traces/viewer/viewertest"
)

func TestKeys(t *testing.T) {
	b := viewertest.Open(t)
	s := newSite(t, shop)
	p := page(t, b, viewertest.Wide())
	p.Open(s.at("#/runs?run=shop"), ".chart")

	// Tab reaches everything, and what has the focus can be seen to have it.
	seen := map[string]bool{}
	for range 12 {
		p.Press(input.Tab)
		at := p.String(`(() => {
			const e = document.activeElement, s = getComputedStyle(e);
			const lit = s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0;
			return (lit ? '' : 'NOT SEEN ') + e.tagName + ' ' + (e.id || e.textContent.trim() || e.getAttribute('aria-label'));
		})()`)
		seen[at] = true
		if at[:3] == "NOT" {
			t.Errorf("the focus is not to be seen on %s", at)
		}
	}
	if len(seen) < 10 {
		t.Errorf("Tab reaches %d things in 12 steps: %v", len(seen), seen)
	}

	p.Press(input.Escape, input.Key('2')) // out of the field that the focus has come to
	p.Until(`location.hash.startsWith('#/tasks')`, "tasks")
	p.See(".vsizer .vrow")
	p.Press(input.Key('3'))
	p.Until(`location.hash.startsWith('#/episodes')`, "episodes")
	p.See(".vsizer .vrow")
	p.Press(input.Key('j'), input.Key('j'), input.Enter)
	p.Until(`location.hash.startsWith('#/episode?')`, "an episode")
	p.See(".step.at")
	p.Press(input.Key('?'))
	p.See("dialog")
	wants(t, "the help", p.Text("dialog"), "next step", "next failure", "Everywhere")
	p.Press(input.Escape)
	p.Until(`!document.querySelector('dialog')`, "the help closed")
	p.Press(input.Key('u'))
	p.Until(`location.hash.startsWith('#/group')`, "the group")
	p.See(".sib-cell")
	p.Press(input.Key('m'))
	p.See(".node")
	p.Press(input.Key('u'))
	p.Until(`location.hash.startsWith('#/episodes')`, "the list")
}

func TestColours(t *testing.T) {
	b := viewertest.Open(t)
	s := newSite(t, model)
	v := viewertest.Wide()
	v.Dark = true
	p := page(t, b, v)
	p.Open(s.at("#/episodes?run=model"), ".vsizer .vrow")
	ground := `getComputedStyle(document.documentElement).backgroundColor`
	dark := p.String(ground)
	if dark != "rgb(20, 22, 26)" {
		t.Errorf("the ground is %s where the system prefers dark", dark)
	}
	p.Press(input.Key('t'))
	p.Until(ground+` !== `+quote(dark), "light by the switch")
	p.Open(s.at("#/episodes?run=model"), ".vsizer .vrow")
	if got := p.String(ground); got == dark {
		t.Error("the choice of colours is forgotten")
	}
	p.Press(input.Key('t'))
	p.Until(ground+` === `+quote(dark), "dark by the switch")
}

func TestNarrow(t *testing.T) {
	b := viewertest.Open(t)
	s := newSite(t, shop, house)
	p := page(t, b, viewertest.Narrow())
	p.Open(s.at("#/episodes?run=shop"), ".vsizer .vrow")
	group, id := mixedGroup(p, "shop"), first(p, "house", "")
	for _, place := range []struct{ at, see string }{
		{"#/runs?run=shop", ".chart"},
		{"#/tasks?run=shop", ".vsizer .vrow"},
		{"#/episodes?run=shop", ".vsizer .vrow"},
		{"#/episode?run=house&t=3&id=" + url.QueryEscape(id), ".room"},
		{"#/group?run=shop&id=" + url.QueryEscape(group), ".sib-cell"},
		{"#/group?run=shop&view=graph&id=" + url.QueryEscape(group), ".node"},
	} {
		p.Open(s.at(place.at), place.see)
		if got := p.String(`document.documentElement.scrollWidth`); got != "390" {
			t.Errorf("%s is %s wide in a window of 390", place.at, got)
		}
		if got := p.String(`document.querySelector('#run').getBoundingClientRect().width > 60`); got != "true" {
			t.Errorf("%s: the choice of the run is squeezed", place.at)
		}
	}
}

// TestMissing looks for what is not there: every page says so and what to do.
func TestMissing(t *testing.T) {
	b := viewertest.Open(t)
	s := newSite(t, model)
	p := page(t, b, viewertest.Wide())
	p.Allow("404")
	for place, want := range map[string]string{
		"#/nothing":                        "There is no page",
		"#/episode?run=model&id=none":      "Try again",
		"#/group?run=model&id=none":        "Try again",
		"#/episodes?run=none":              "Try again",
		"#/tasks?run=model&task=none":      "Show all tasks",
		"#/episodes?run=model&class=loop":  "show all episodes",
		"#/episode?run=model&id=flights/0": "Book the first flight",
	} {
		p.Open(s.at(place), ".state, .step.at")
		p.Until(`document.querySelector('main').textContent.includes(`+quote(want)+`)`, place+" says "+want)
	}
	empty := newSite(t)
	p.Open(empty.at("#/runs"), ".state")
	wants(t, "a viewer of nothing", p.Text("main"), "No run to show", "gym replay runs/NAME")
}
