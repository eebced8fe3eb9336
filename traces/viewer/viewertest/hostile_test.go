package viewertest_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-rod/rod/lib/input"

	"stepgym/envs"
	"stepgym/traces"
	"stepgym/traces/viewer"
	"stepgym/traces/viewer/viewertest"
)

// hostile is what the text of an environment, a model or a file may be: every
// way into a page that is made of strings, and characters that break addresses,
// templates and attributes. Each of them would set window.owned.
const hostile = `"'><img src=x onerror="window.owned='img'"><script>window.owned='script'</script>` +
	`<svg onload="window.owned='svg'"><a href="javascript:window.owned='a'">x</a></svg>` +
	`<style>*{display:none}</style></textarea></title></script>${window.owned=1}{{constructor.constructor('window.owned=2')()}}` +
	"%3Cimg%20src=x%20onerror=window.owned=3%3E &lt;b&gt; #/episode?run=x&t=1 \u202e\u0000\u2028 javascript:window.owned=4"

// hostileRun writes a run in which every text is hostile. env says how its
// pages are drawn, page wraps hostile into a page of that world.
func hostileRun(t *testing.T, dir, env string, page func(i int) string, action string) {
	t.Helper()
	config, err := json.Marshal(map[string]any{hostile: hostile, "list": []string{hostile}})
	if err != nil {
		t.Fatal(err)
	}
	run, err := traces.Create(dir, traces.Manifest{Command: hostile, Version: hostile, Env: env, Policy: hostile, Config: config}, traces.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 4 {
		tr := &traces.Trajectory{
			ID: fmt.Sprintf("%s/%d", hostile, i), GroupID: hostile, TaskID: hostile, Family: hostile, Env: env, Split: hostile, Policy: hostile,
			Iteration: i, Index: i, Return: float64(i % 2), Score: float64(i % 2), Success: i%2 == 1, Terminated: true, Turns: 3, Goal: hostile,
			EvalOnly: hostile, Client: &traces.Client{Protocol: hostile, Owner: hostile, Episode: hostile}, Metrics: map[string]float64{hostile: 1},
		}
		if i == 2 {
			tr.Err, tr.Stage, tr.Parent, tr.ForkAt = hostile, hostile, fmt.Sprintf("%s/%d", hostile, 0), 1
		}
		for k := range 3 {
			act := action
			if k == 1 {
				act = hostile + action
			}
			if i%2 == 1 && k == 1 {
				act += " otherwise"
			}
			tr.Steps = append(tr.Steps, traces.Step{
				Observation: traces.Observation{Text: page(k), Anchor: hostile, State: fmt.Sprint(hostile, k), Place: []string{"search", "results", "item"}[k], Focus: hostile},
				Action:      act, LogProb: -1, Entropy: 1, Tokens: 3, Raw: hostile, Options: []string{action, hostile}, Probs: []float32{.5, .5},
				Advantages: map[string]float64{hostile: 1}, Metrics: map[string]float64{hostile: 2}, Reward: float64(i%2) * float64(k/2), Terminated: k == 2,
				Call: &traces.Call{
					Level: hostile, Model: hostile, Finish: hostile, Fault: hostile, EvalOnly: hostile, PromptIDs: []int32{1, 2}, CompletionIDs: []int32{3, 4, 5}, LogProbs: []float64{-1, -2, -3},
					Messages: []envs.Message{{Role: hostile, Content: hostile}},
				},
			})
		}
		tr.Final = &traces.Observation{Text: page(3), State: hostile + "end", Place: "done", Focus: hostile}
		if err := run.Append(tr); err != nil {
			t.Fatal(err)
		}
		if err := run.AppendMetrics(map[string]any{"kind": hostile, "iteration": i, hostile: float64(i), "note": hostile}); err != nil {
			t.Fatal(err)
		}
	}
	if err := run.Close(); err != nil {
		t.Fatal(err)
	}
}

// hostileWorlds are the ways in which the viewer draws pages, each with hostile
// text in every place that it picks apart.
var hostileWorlds = []struct {
	env, action string
	page        func(i int) string
}{
	{"webshop-v1", "click[" + hostile + "]", func(i int) string {
		sep := " [SEP] "
		switch i {
		case 0:
			return strings.Join([]string{"WebShop", "Instruction:", hostile, "Search"}, sep)
		case 1:
			return strings.Join([]string{"Instruction:", hostile, "Back to Search", "Page 1 (Total results: 50)" + hostile, "Next >", hostile, hostile, hostile, "B2", hostile, "$1.99"}, sep)
		case 2:
			return strings.Join([]string{"Instruction:", hostile, "Back to Search", "< Prev", "color", hostile, "red", hostile, "Price: " + hostile, "Rating: " + hostile, "Description", "Buy Now"}, sep)
		}
		return strings.Join([]string{"Thank you for shopping with us!", "asin", hostile, "options", hostile, "Your score (min 0.0, max 1.0)", hostile}, sep)
	}},
	{"alfworld-v1", "take " + hostile + " from desk 1", func(i int) string {
		return []string{
			"You are in the middle of a room. Looking quickly around you, you see a desk 1, a " + hostile + ", and a drawer 2.\n\nYour task is to: " + hostile,
			"You arrive at desk 1. On the desk 1, you see a " + hostile + ", and a mug 1.",
			"You pick up the " + hostile + " from the desk 1.",
			"You are carrying: " + hostile,
		}[i]
	}},
	{"tools-v1", `[{"name":` + quoted(hostile) + `,"args":{` + quoted(hostile) + `:` + quoted(hostile) + `}}]`, func(i int) string {
		return fmt.Sprintf(`{%s:%s,"n":%d}`, quoted(hostile), quoted(hostile), i)
	}},
	{hostile, hostile, func(int) string { return hostile }},
}

func quoted(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return "" // a constant text always encodes
	}
	return string(b)
}

// TestHostileText shows runs full of hostile text on every page: it is there to
// read and does nothing.
func TestHostileText(t *testing.T) {
	browser := viewertest.Open(t)
	var dirs []string
	root := t.TempDir()
	for i, w := range hostileWorlds {
		dir := filepath.Join(root, fmt.Sprintf(`%d"><img src=x onerror=window.owned=5>&#?%%41`, i))
		hostileRun(t, dir, w.env, w.page, w.action)
		dirs = append(dirs, dir)
	}
	v, err := viewer.New(dirs, viewer.Options{Program: hostile})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.Close() })
	server := httptest.NewServer(v)
	t.Cleanup(server.Close)
	for _, dir := range dirs {
		run := url.QueryEscape(filepath.Base(dir))
		for _, view := range []viewertest.View{viewertest.Wide(), viewertest.Narrow()} {
			t.Run(fmt.Sprint(filepath.Base(dir)[:1], " ", view.Width), func(t *testing.T) {
				lookEverywhere(t, browser.Page(t, view), server.URL+"/", run)
			})
		}
	}
}

// lookEverywhere opens every page and every part of it that shows text.
func lookEverywhere(t *testing.T, p *viewertest.Page, base, run string) {
	t.Helper()
	id, group := url.QueryEscape(hostile+"/0"), url.QueryEscape(hostile)
	check := func(where string) {
		t.Helper()
		if got := p.String(`String(window.owned)`); got != "undefined" {
			t.Errorf("%s: text of the run was run as a script (%s)", where, got)
		}
		if n := p.Count(`main img, main script, main style, main iframe, main object, main embed, main [onerror], main [onload], [href^="javascript:"], svg a[href]`); n != 0 {
			t.Errorf("%s: %d elements were made of the run's text", where, n)
		}
		if !strings.Contains(p.String(`document.querySelector('main').textContent`), `<img src=x onerror=`) {
			t.Errorf("%s: the text is not there to be read", where)
		}
	}
	for _, page := range []struct{ where, address, see string }{
		{"runs", "#/runs?run=" + run + "&runs=" + run + "&all=1", "table.diff, .config"},
		{"tasks", "#/tasks?run=" + run, ".vrow.tasks.at"},
		{"episodes", "#/episodes?run=" + run + "&task=" + group, ".vrow.eps.at"},
		{"places found", "#/episodes?run=" + run + "&view=hits&q=" + url.QueryEscape("<img src=x"), ".hit"},
		{"siblings", "#/group?run=" + run + "&id=" + group, ".sib-table"},
		{"graph", "#/group?run=" + run + "&id=" + group + "&view=graph", ".node"},
	} {
		p.Open(base+page.address, page.see)
		check(page.where)
	}
	p.Press(input.ArrowDown)
	p.See(".visit-list")
	check("graph, a state")
	for step := range 4 {
		p.Open(fmt.Sprintf("%s#/episode?run=%s&id=%s&t=%d", base, run, id, step), ".steps .at")
		check(fmt.Sprint("episode, step ", step))
	}
	p.Open(base+"#/episode?run="+run+"&id="+url.QueryEscape(hostile+"/2")+"&t=0", ".notice") // the lost one, branched from another
	p.Press(input.KeyW)
	p.See(".why > *")
	check("a lost episode")
	p.Press(input.KeyV)
	p.See(".steps .at")
	check("as text")
	p.Press(input.KeyC) // the script, by hand where there is no clipboard
	p.Until(`document.querySelector('textarea.copy') || !document.getElementById('toast').hidden`, "the script is copied")
	check("script")
	if faults := p.Faults(); len(faults) > 0 {
		t.Errorf("the browser complains: %q", faults)
	}
}
