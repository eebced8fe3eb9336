package openenv

import (
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/tidwall/gjson"

	"stepgym/envs/serve/session"
	"stepgym/internal/testdata"
)

// pydantic is what the reference server says of a fault and ours does not.
var pydantic = regexp.MustCompile(`,"url":"[^"]*"`)

func capture(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(testdata.Shared(t, "wire/"+name))
	if err != nil {
		t.Fatal(err)
	}
	return pydantic.ReplaceAllString(string(b), "")
}

// keys lists the keys of an object in their order.
func keys(v gjson.Result) (out []string) {
	v.ForEach(func(k, _ gjson.Result) bool { out = append(out, k.Str); return true })
	return out
}

// sameShape compares an answer with a recorded one of another environment:
// every key of the recorded one must be there, in the same order.
func sameShape(t *testing.T, what, got, want string) {
	t.Helper()
	g, w := gjson.Parse(got), gjson.Parse(want)
	if d := cmp.Diff(keys(g), keys(w)); d != "" {
		t.Errorf("%s: keys: got - want +\n%s", what, d)
	}
	for _, path := range []string{"data", "observation", "data.observation"} {
		all := keys(g.Get(path))
		at := 0
		for _, k := range keys(w.Get(path)) {
			if k == "goal" { // of that environment alone
				continue
			}
			i := slices.Index(all[at:], k)
			if i < 0 {
				t.Errorf("%s: %s has no %q after %v: %s", what, path, k, all[:at], got)
				continue
			}
			at += i + 1
		}
	}
	for _, path := range []string{"type", "reward", "done", "data.done", "data.code"} {
		if g, w := g.Get(path), w.Get(path); w.Exists() && g.Type != w.Type || g.Type == gjson.String && g.Str != w.Str {
			t.Errorf("%s: %s is %q, want %q", what, path, g.Raw, w.Raw)
		}
	}
}

// TestRecordedFrames sends the recorded frames of real clients to our server.
// Errors must be equal to those of the reference server; answers must have the
// same shape.
func TestRecordedFrames(t *testing.T) {
	differs := map[string]string{
		`[1]`:                                 "the reference server ends the session",
		`not json`:                            "the reason is in the words of another parser",
		`{"type":"reset","data":{"seed":-1}}`: "a seed below 0 is invalid, as on /reset",
		`{"type": "step", "data": {"action": "boom"}}`: "the environment that says kaboom is another one",
		`{"type": "step", "data": {"action": "slow"}}`: "the client left",
	}
	url, _ := open(t, session.Options{})
	var c *client
	var sent string
	answered, errors, skipped := 0, 0, 0
	for line := range strings.Lines(capture(t, "wire_openenv.txt")) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "====") {
			c = dial(t, url+"/ws", nil)
			sent = ""
			continue
		}
		_, frame, ok := strings.Cut(line, "(deflated) ")
		switch {
		case !ok:
			continue
		case strings.HasPrefix(line, "C>S"):
			sent = frame
			continue
		case sent == "" || differs[sent] != "":
			skipped++
			continue
		}
		frame = strings.Replace(frame, `"task_id": "x"`, `"task_id": "3"`, 1)
		sent = strings.Replace(sent, `"task_id": "x"`, `"task_id": "3"`, 1)
		if strings.Contains(frame, `"done":true`) {
			continue // that environment knows a purchase, ours does not
		}
		got := c.say(sent)
		answered++
		if gjson.Get(frame, "type").Str != "error" {
			sameShape(t, sent, got, frame)
			continue
		}
		errors++
		if d := cmp.Diff(got, frame); d != "" {
			t.Errorf("%s: got - want +\n%s", sent, d)
		}
	}
	if answered < 10 || errors < 4 {
		t.Errorf("the recording gave %d answers, %d errors among them", answered, errors)
	}
	t.Logf("%d answers compared, %d of them errors; %d differ on purpose or lead nowhere", answered, errors, skipped)
}

// TestRecordedHTTP does the same with recorded requests.
func TestRecordedHTTP(t *testing.T) {
	differs := map[string]string{
		"/metadata": "names the environment", "/schema": "has more fields", "/list_environments": "package ors serves the task API",
		"/web": "there is no such page", "/nothing": "the server says what is not there in its own way", "GET /step": "as above",
		"boom": "that environment says kaboom", "not json": "the reason is in the words of another parser",
		"tools/list": "here is a tool for every environment", "t1": "that environment takes every task",
	}
	url, _ := open(t, session.Options{})
	equal, shaped := 0, 0
next:
	for _, entry := range strings.Split(capture(t, "wire_openenv_http.txt"), "### ")[1:] {
		line, rest, _ := strings.Cut(entry, "\n")
		head, want, _ := strings.Cut(rest, "\n\n")
		want = strings.TrimSpace(want)
		_, path, _ := strings.Cut(line, "http://127.0.0.1:18000")
		path, args, _ := strings.Cut(path, " ")
		method := http.MethodGet
		if strings.HasPrefix(line, "-X POST") {
			method = http.MethodPost
		}
		for word := range differs {
			if strings.HasPrefix(method+" "+path, word) || strings.HasPrefix(path, word) || strings.Contains(args, word) || strings.Contains(path, "/tinyshop/") || strings.Contains(path, "/nope/") {
				continue next
			}
		}
		_, body, _ := strings.Cut(args, "-d ")
		status, got := request(t, method, url+path, body)
		if code := strings.Fields(head)[1]; code != status {
			t.Errorf("%s: status %s, want %s", line, status, code)
		}
		switch {
		case strings.Contains(want, `"observation"`):
			sameShape(t, line, got, want)
			shaped++
		case path == "/state":
			sameShape(t, line, `{"data":`+got+`}`, `{"data":`+want+`}`)
			shaped++
		default:
			equal++
			want = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}`).ReplaceAllString(want, "ID")
			if d := cmp.Diff(masked(got), want); d != "" {
				t.Errorf("%s: got - want +\n%s", line, d)
			}
		}
	}
	if equal < 8 || shaped < 4 {
		t.Errorf("%d answers are equal and %d have the same shape: too few", equal, shaped)
	}
	t.Logf("%d answers equal, %d of the same shape", equal, shaped)
}

// request returns the status and the body.
func request(t testing.TB, method, url, body string) (status, got string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(res.Status)[0], string(b)
}
