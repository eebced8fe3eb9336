package viewertest_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/go-rod/rod/lib/input"

	"stepgym/traces/viewer/viewertest"
)

// first is the ID of the first episode of a run, of those that query picks.
func first(p *viewertest.Page, run, query string) string {
	return p.String(api("runs/"+run+"/episodes?desc=0&"+query, ".rows[0].id"))
}

// open opens an episode at a step.
func open(p *viewertest.Page, s *site, run, id, step string) {
	p.Open(s.at("#/episode?run="+run+"&id="+url.QueryEscape(id)+"&t="+step), ".step.at")
}

func TestShopEpisode(t *testing.T) {
	b := viewertest.Open(t)
	s := newSite(t, shop)
	p := page(t, b, viewertest.Wide())
	p.Open(s.at("#/episodes?run=shop"), ".vsizer .vrow")
	id := first(p, "shop", "outcome=success")
	open(p, s, "shop", id, "0")

	p.See(".shop")
	wants(t, "the first page", p.Text(".shop"), "Instruction", "Search")
	p.Press(input.Key('j'))
	p.Until(`location.hash.includes('t=1')`, "the step in the address")
	p.See(".shop-results")
	if n := p.Count(".shop-results li"); n < 1 || n > 50 {
		t.Errorf("%d results are drawn", n)
	}
	if n := p.Count(".shop-results li.taken"); n != 1 {
		t.Errorf("%d results are marked as clicked, want 1", n)
	}
	wants(t, "the results", p.Text(".shop-results"), "$")
	p.Press(input.ArrowDown)
	p.See(".shop-item")
	p.Press(input.Key('k'), input.ArrowUp)
	p.Until(`document.querySelector('.step.at .step-t').textContent === '0'`, "back at the start")
	p.Press(input.End)
	wants(t, "the end", p.Text(".episode-grid"), "After the last step", "success")

	// What was decided, and what it was worth by several methods.
	p.Press(input.Home)
	wants(t, "the decision", p.Text(`[aria-label="Action taken"]`), "reward", "return", "advantage", "probability", "entropy", "value")
	p.Choose(`select[aria-label="Credit method"]`, "grpo/paper")
	p.Choose(`select[aria-label="Steps are grouped by"]`, "state")
	group := p.String(`fetch('api/runs/shop/episode?id=' + encodeURIComponent(` + quote(id) + `)).then((r) => r.json()).then((d) => d.group)`)
	adv := `fetch('api/runs/shop/credit?method=grpo/paper&grouping=state&group=' + encodeURIComponent(` + quote(group) + `)).then((r) => r.json()).then((d) => d.advantage[d.episodes.indexOf(` + quote(id) + `)][0].toPrecision(3))`
	want := p.String(adv)
	p.Until(`document.querySelector('[aria-label="Action taken"] .heat').textContent.replace('−', '-').replace('+', '') * 1 === `+want+` * 1`, "the advantage by GRPO, "+want)
	p.Press(input.Key('w'))
	p.See(".reasons")
	wants(t, "why", p.Text(".reasons"), "together", "advantage")
	if n := p.Count(".strip-svg .hit"); n < 2 {
		t.Errorf("%d steps in the strip", n)
	}

	// A deep link opens at its step; the way back works.
	open(p, s, "shop", id, "2")
	wants(t, "the step of the link", p.Text(".step.at"), "2")

	p.Click(`button[title^="Copy as a script"]`)
	p.Until(`document.querySelector('.toast:not([hidden])') || document.querySelector('dialog textarea')`, "the script")
	if n := p.Count("dialog textarea"); n > 0 {
		wants(t, "the script", p.String(`document.querySelector('dialog textarea').value`), "gym play --env webshop", "search[")
		p.Press(input.Escape)
	}
}

func TestNextFailure(t *testing.T) {
	b := viewertest.Open(t)
	s := newSite(t, shop)
	p := page(t, b, viewertest.Wide())
	p.Open(s.at("#/episodes?run=shop"), ".vsizer .vrow")
	id := first(p, "shop", "outcome=failure&outcome=truncated")
	open(p, s, "shop", id, "0")
	want := p.String(api("runs/shop/episodes?desc=0&outcome=failure&outcome=truncated&outcome=lost", ".rows[1].id"))
	p.Press(input.Key('n'))
	p.Until(`new URLSearchParams(location.hash.split('?')[1]).get('id') === `+quote(want), "the next failure")
	p.See(".why-failed")
	if !strings.Contains(p.Text(".why-failed"), ":") {
		t.Errorf("no reason is given: %s", p.Text(".why-failed"))
	}
}

// TestChoices looks at what could have been done: as the policy recorded it, and
// by replaying the episode.
func TestChoices(t *testing.T) {
	b := viewertest.Open(t)
	s := newSite(t, shop)
	p := page(t, b, viewertest.Wide())
	p.Open(s.at("#/episodes?run=shop"), ".vsizer .vrow")
	id := p.String(`fetch('api/runs/shop/episodes?limit=200').then((r) => r.json()).then((d) => d.rows.find((r) => r.policy === 'random' && r.turns > 3).id)`)
	open(p, s, "shop", id, "1")
	p.See(".choice-list")
	if n := p.Count(".choice-list .took"); n != 1 {
		t.Errorf("%d choices are marked as taken, want 1", n)
	}
	wants(t, "the choices", p.Text(".choice-list"), p.String(`document.querySelector('.act').textContent`))
	recorded := p.Count(".choice-list li")
	p.ClickText(".options ~ *, .panel-head button", "Replay")
	p.Until(`document.querySelectorAll('.choice-list small').length > 0`, "what the environment says of the choices")
	if n := p.Count(".choice-list li"); n < recorded {
		t.Errorf("%d choices by replay, %d recorded", n, recorded)
	}
}

func TestHouseEpisode(t *testing.T) {
	b := viewertest.Open(t)
	s := newSite(t, house)
	p := page(t, b, viewertest.Wide())
	p.Open(s.at("#/episodes?run=house"), ".vsizer .vrow")
	open(p, s, "house", first(p, "house", "outcome=success"), "0")
	p.See(".room")
	wants(t, "the room", p.Text(".room"), "In hand", "nothing")
	taken := p.String(`[...document.querySelectorAll('.step-what')].findIndex((e) => e.textContent.startsWith('take '))`)
	thing := p.String(`[...document.querySelectorAll('.step-what')][` + taken + `].textContent.match(/take (.+) from/)[1]`)
	p.String(`document.querySelectorAll('.step')[` + taken + ` * 1 + 1].click()`)
	p.Until(`document.querySelector('.room-hand').textContent.includes(`+quote(thing)+`)`, "in hand: "+thing)
	if p.Count(".spot.here") != 1 {
		t.Errorf("%d places are marked as the agent's", p.Count(".spot.here"))
	}
	p.Press(input.Key('v'))
	p.See(".as-text")
	wants(t, "the text", p.Text(".as-text"), "You pick up the "+thing)
}

func TestModelEpisode(t *testing.T) {
	b := viewertest.Open(t)
	s := newSite(t, model)
	p := page(t, b, viewertest.Wide())
	open(p, s, "model", "flights/0", "0")
	p.See(".token")
	if n := p.Count(".token"); n != 5 {
		t.Errorf("%d tokens, want 5", n)
	}
	wants(t, "the tokens", p.Text(".token-row"), "367", "7731")
	heat := func(i string) string {
		return p.String(`document.querySelectorAll('.token')[` + i + `].style.getPropertyValue('--heat')`)
	}
	if a, c := heat("0"), heat("3"); a != "0%" || c != "84%" {
		t.Errorf("heat of tokens with log-probability -0.02 and -4.2: %s, %s, want 0%% and 84%%", a, c)
	}
	p.String(`document.querySelector('.token').focus()`)
	p.Press(input.ArrowRight)
	wants(t, "what is said of a token", p.Text(".token-read"), "token 2 of 5", "id 367", "-1.7")
	wants(t, "the call", p.Text(".tools, .seen"), "find_flights", "Oslo")
	p.Press(input.Key('j'))
	p.Until(`document.querySelector('.seen').textContent.includes('120.5')`, "the result of the call")
	wants(t, "the parameters", p.Text(".tokens-panel"), "0.7", "81.5 ms", "small")
}
