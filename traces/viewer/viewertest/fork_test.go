package viewertest_test

import (
	"net/url"
	"testing"

	"github.com/go-rod/rod/lib/input"

	"stepgym/traces/viewer/viewertest"
)

// TestFork goes another way from a step: first by an action, then by letting a
// policy go on, and looks for the branch where people would.
func TestFork(t *testing.T) {
	b := viewertest.Open(t)
	s := newSite(t, shop)
	p := page(t, b, viewertest.Wide())
	p.Open(s.at("#/episodes?run=shop"), ".vsizer .vrow")
	id := first(p, "shop", "outcome=truncated")
	open(p, s, "shop", id, "1")
	p.Press(input.Key('f'))
	p.See("dialog .pick-action")
	p.Until(`document.activeElement.closest('dialog')`, "the focus in the dialog")
	other := p.String(`[...document.querySelectorAll('dialog .pick-action')].findIndex((e) => e.textContent !== document.querySelector('dialog code').textContent)`)
	action := p.String(`document.querySelectorAll('dialog .pick-action')[` + other + `].textContent`)
	p.String(`document.querySelectorAll('dialog .pick-action')[` + other + `].click()`)
	p.Until(`document.querySelector('.fork-table').textContent.includes(`+quote(action)+`)`, "the action in the branch")
	p.Choose("dialog select", "expert")
	p.Until(`/success|failure|cut off/.test(document.querySelector('.fork-table tfoot td:last-child').textContent)`, "the end of the branch")
	p.ClickText("dialog button", "Keep the branch")
	p.Until(`!document.querySelector('dialog') && location.hash.startsWith('#/episode?') && !location.hash.includes(`+quote(url.QueryEscape(id)+"&")+`)`, "the branch as an episode")
	p.See(".chip.fork")
	wants(t, "the branch", p.Text(".episode-head"), "branched from", "at step 1")
	wants(t, "its second step", p.String(`document.querySelectorAll('.step-what')[1].textContent`), action)
	child := p.String(`new URLSearchParams(location.hash.split('?')[1]).get('id')`)

	open(p, s, "shop", id, "0")
	p.See(".branch")
	if got := p.String(`new URLSearchParams(document.querySelector('.branch').getAttribute('href').split('?')[1]).get('id')`); got != child {
		t.Errorf("the parent links to branch %q, want %q", got, child)
	}
	p.Open(s.at("#/episodes?run=shop&forks=only"), ".vsizer .vrow")
	wants(t, "the list of branches", p.Text(".count"), "1 episode")
	p.Open(s.at("#/group?run=shop&id="+url.QueryEscape(id[:len(id)-2])), ".sib-cell")
	wants(t, "the group", p.Text(".sib-table thead"), "⑂")

	// The world may refuse: that is shown, and nothing is kept.
	open(p, s, "shop", id, "1")
	p.Press(input.Key('f'))
	p.See("dialog .free")
	p.Click("dialog .free")
	p.Type("click[nothing like that]")
	p.Press(input.Enter)
	p.Until(`document.querySelector('.fork-table').textContent.includes('refused')`, "the refusal")
}
