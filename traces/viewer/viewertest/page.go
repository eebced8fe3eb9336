package viewertest

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/input"
	"github.com/go-rod/rod/lib/proto"
)

// patience is how long a page may take for anything.
const patience = 15 * time.Second

// View is how a page is looked at.
type View struct {
	Width, Height int  // in CSS pixels
	Dark          bool // what the system prefers
}

// Wide and Narrow are a laptop's and a phone's.
func Wide() View   { return View{Width: 1280, Height: 860} }
func Narrow() View { return View{Width: 390, Height: 844} }

// Page is a page in a browser of its own: nothing is kept from other pages. Its
// methods fail the test that it was opened for, and are for one goroutine.
type Page struct {
	t    testing.TB
	page *rod.Page

	mu      sync.Mutex // guards what follows
	faults  []string
	allowed []string
}

// Page opens an empty page, which is closed with the test.
func (b *Browser) Page(t testing.TB, v View) *Page {
	t.Helper()
	own, err := b.browser.Incognito()
	if err != nil {
		t.Fatalf("viewertest: new browser context: %v", err)
	}
	page, err := own.Page(proto.TargetCreateTarget{URL: "about:blank"})
	if err != nil {
		t.Fatalf("viewertest: new page: %v", err)
	}
	p := &Page{t: t, page: page}
	p.Look(v)
	p.watch()
	return p
}

// watch notes what goes wrong in the page, until the test ends.
func (p *Page) watch() {
	ctx, cancel := context.WithCancel(p.t.Context())
	note := func(text string) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.faults = append(p.faults, text)
	}
	wait := p.page.Context(ctx).EachEvent(
		func(e *proto.RuntimeExceptionThrown) {
			text := e.ExceptionDetails.Text
			if x := e.ExceptionDetails.Exception; x != nil {
				text += " " + x.Description
			}
			note("exception: " + text)
		},
		func(e *proto.RuntimeConsoleAPICalled) {
			if e.Type == proto.RuntimeConsoleAPICalledTypeError {
				note(fmt.Sprint("console: ", e.Args))
			}
		},
		func(e *proto.LogEntryAdded) {
			if e.Entry.Level == proto.LogLogEntryLevelError {
				note("log: " + e.Entry.Text + " " + e.Entry.URL)
			}
		},
		func(e *proto.NetworkRequestWillBeSent) {
			if u := e.Request.URL; !strings.HasPrefix(u, "http://127.0.0.1:") && !strings.HasPrefix(u, "data:") && !strings.HasPrefix(u, "blob:") {
				note("request to " + u)
			}
		},
		func(e *proto.PageJavascriptDialogOpening) { note("dialog: " + e.Message) },
	)
	for _, r := range []interface{ Call(proto.Client) error }{proto.RuntimeEnable{}, proto.LogEnable{}, proto.NetworkEnable{}, proto.PageEnable{}} {
		p.must(r.Call(p.page), "watch")
	}
	var wg sync.WaitGroup
	wg.Go(wait)
	p.t.Cleanup(func() {
		cancel()
		wg.Wait()
		_ = p.page.Close() // the browser ends anyway
	})
}

func (p *Page) must(err error, format string, args ...any) {
	p.t.Helper()
	if err != nil {
		p.t.Fatalf("viewertest: %s: %v\nat %s, which says:\n%s", fmt.Sprintf(format, args...), err, p.where(), p.all())
	}
}

func (p *Page) where() string {
	r, err := p.page.Timeout(time.Second).Eval(`() => location.href`)
	if err != nil {
		return "an unknown address"
	}
	return r.Value.Str()
}

func (p *Page) all() string {
	r, err := p.page.Timeout(time.Second).Eval(`() => (document.querySelector('dialog[open]') || document.querySelector('main') || document.body).innerText.slice(0, 1500)`)
	if err != nil {
		return err.Error()
	}
	return r.Value.Str()
}

// Look changes how the page is looked at.
func (p *Page) Look(v View) {
	p.t.Helper()
	scheme := "light"
	if v.Dark {
		scheme = "dark"
	}
	p.must(p.page.SetViewport(&proto.EmulationSetDeviceMetricsOverride{Width: v.Width, Height: v.Height, DeviceScaleFactor: 1, Mobile: v.Width < 600}), "set size")
	p.must(proto.EmulationSetEmulatedMedia{Features: []*proto.EmulationMediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}}.Call(p.page), "set colours")
}

// Open goes to an address and waits until selector is to be seen.
func (p *Page) Open(url, selector string) {
	p.t.Helper()
	p.must(p.page.Timeout(patience).Navigate("about:blank"), "leave the page")
	p.must(p.page.Timeout(patience).Navigate(url), "go to %s", url)
	p.See(selector)
}

// See waits until an element that selector matches is to be seen.
func (p *Page) See(selector string) {
	p.t.Helper()
	p.Until(fmt.Sprintf(`[...document.querySelectorAll(%q)].some((e) => e.getClientRects().length > 0)`, selector), "see "+selector)
}

// Until waits until a JavaScript expression is true; what says what for. An
// expression that fails, because what it looks for is not drawn yet, is not true.
func (p *Page) Until(expression, what string) {
	p.t.Helper()
	p.must(p.page.Timeout(patience).Wait(rod.Eval(`() => { try { return Boolean(`+expression+`) } catch (e) { if (e instanceof TypeError) return false; throw e } }`)), "wait: %s", what)
}

// Text returns the text of the first element that selector matches.
func (p *Page) Text(selector string) string {
	p.t.Helper()
	return p.String(fmt.Sprintf(`(document.querySelector(%q) || { innerText: '' }).innerText`, selector))
}

// String returns the value of a JavaScript expression, a promise's when it has
// one, as text.
func (p *Page) String(expression string) string {
	p.t.Helper()
	r, err := p.page.Timeout(patience).Eval(`async () => String(await (` + expression + `))`)
	p.must(err, "evaluate %s", expression)
	return r.Value.Str()
}

// Count returns how many elements selector matches.
func (p *Page) Count(selector string) int {
	p.t.Helper()
	r, err := p.page.Timeout(patience).Eval(`(s) => document.querySelectorAll(s).length`, selector)
	p.must(err, "count %s", selector)
	return r.Value.Int()
}

// Click clicks the first element that selector matches, with the mouse.
func (p *Page) Click(selector string) {
	p.t.Helper()
	e, err := p.page.Timeout(patience).Element(selector)
	p.must(err, "find %s", selector)
	p.must(e.Timeout(patience).Click(proto.InputMouseButtonLeft, 1), "click %s", selector)
}

// ClickText clicks the first element that selector matches and that has text in
// it.
func (p *Page) ClickText(selector, text string) {
	p.t.Helper()
	e, err := p.page.Timeout(patience).ElementR(selector, text)
	p.must(err, "find %s with %q", selector, text)
	p.must(e.Timeout(patience).Click(proto.InputMouseButtonLeft, 1), "click %s with %q", selector, text)
}

// Choose chooses an option of a select by its value.
func (p *Page) Choose(selector, value string) {
	p.t.Helper()
	_, err := p.page.Timeout(patience).Eval(`(s, v) => { const e = document.querySelector(s); e.value = v; if (e.value !== v) throw new Error('no option ' + v); e.dispatchEvent(new Event('change', { bubbles: true })); }`, selector, value)
	p.must(err, "choose %q of %s", value, selector)
}

// Press presses keys one after the other.
func (p *Page) Press(keys ...input.Key) {
	p.t.Helper()
	for _, k := range keys {
		p.must(p.page.Timeout(patience).Keyboard.Type(k), "press a key")
	}
}

// Type types text into the element that has the focus.
func (p *Page) Type(text string) {
	p.t.Helper()
	p.must(p.page.Timeout(patience).InsertText(text), "type %q", text)
}

// Allow has faults with text in them not count.
func (p *Page) Allow(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.allowed = append(p.allowed, text)
}

// Faults returns what went wrong in the page so far: exceptions, errors on the
// console, requests to other machines.
func (p *Page) Faults() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(p.faults), func(f string) bool {
		return slices.ContainsFunc(p.allowed, func(a string) bool { return strings.Contains(f, a) })
	})
}

//go:embed audit.js
var auditScript string

// Audit returns what bars people from the page as it is now: controls without a
// name, text with less contrast than WCAG 2.2 AA asks for, references to
// nothing, content wider than the window.
func (p *Page) Audit() []string {
	p.t.Helper()
	r, err := p.page.Timeout(patience).Eval(auditScript)
	p.must(err, "audit")
	var out []string
	for _, v := range r.Value.Arr() {
		out = append(out, v.Str())
	}
	return out
}

// Shot writes a picture of what is to be seen to a PNG file.
func (p *Page) Shot(path string) {
	p.t.Helper()
	data, err := p.page.Timeout(patience).Screenshot(false, &proto.PageCaptureScreenshot{Format: proto.PageCaptureScreenshotFormatPng})
	p.must(err, "take a picture")
	if data, err = shrink(data); err != nil {
		p.t.Fatalf("viewertest: %v", err)
	}
	if err := os.WriteFile(path, data, 0o666); err != nil {
		p.t.Fatalf("viewertest: %v", err)
	}
}
