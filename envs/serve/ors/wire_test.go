package ors

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs"
	"stepgym/envs/serve/session"
	"stepgym/internal/testdata"
)

// recordedShop is the environment of the recording: a shop with two tools of its
// own.
type recordedShop struct{}

// Spec implements envs.Env.
func (recordedShop) Spec() envs.Spec {
	tool := func(name, about, arg, title string) envs.ToolSchema {
		upper := strings.ToUpper(arg[:1]) + arg[1:]
		return envs.ToolSchema{Name: name, Description: about, Params: json.RawMessage(`{"properties":{"` + arg + `":{"title":"` + upper +
			`","type":"string"}},"required":["` + arg + `"],"title":"` + title + `","type":"object"}`)}
	}
	return envs.Spec{Name: "webshop", Version: 1, Splits: []string{"train", "test"}, Tools: []envs.ToolSchema{
		tool("click", "Click something.", "item", "ClickIn"), tool("search", "Search the shop.", "keywords", "SearchIn"),
	}}
}

// Tasks implements envs.Env.
func (recordedShop) Tasks(string) iter.Seq2[envs.Task, error] {
	return func(yield func(envs.Task, error) bool) {
		for i := range 3 {
			n := strconv.Itoa(i)
			if !yield(envs.Task{ID: "goal-" + n, Goal: "Find me a red shirt " + n}, nil) {
				return
			}
		}
	}
}

// Reset implements envs.Env.
func (recordedShop) Reset(_ context.Context, t envs.Task, _ uint64) (envs.Episode, error) {
	return &recordedVisit{text: "WebShop [SEP] Instruction: [SEP] Find me a red shirt " + strings.TrimPrefix(t.ID, "goal-")}, nil
}

// Close implements envs.Env.
func (recordedShop) Close() error { return nil }

type recordedVisit struct{ text string }

// Observation implements envs.Episode.
func (v *recordedVisit) Observation() envs.Observation {
	return envs.Observation{Messages: []envs.Message{{Role: "user", Content: v.text}}, Anchor: v.text, StateKey: v.text}
}

// Step implements envs.Episode.
func (v *recordedVisit) Step(_ context.Context, a envs.Action) (envs.Result, error) {
	var args struct{ Item, Keywords string }
	if err := json.Unmarshal(a.Calls[0].Args, &args); err != nil {
		return envs.Result{}, err
	}
	if args.Item == "boom" {
		return envs.Result{}, errors.New("kaboom")
	}
	v.text = "Page 1 [SEP] " + args.Keywords
	return envs.Result{}, nil
}

// Close implements envs.Episode.
func (*recordedVisit) Close() error { return nil }

// message is one of the recording. A stream has its events' lines for a body.
type message struct {
	line, sid, location, kind, body string
}

// exchange is a request and the answer to it.
type exchange struct{ request, reply message }

// recorded reads the recording. Requests were answered in their order, but for
// the last of some connections, which were not answered in time.
func recorded(t *testing.T) (all []exchange) {
	t.Helper()
	b, err := os.ReadFile(testdata.Shared(t, "wire/wire_ors.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var open []message
	for part := range strings.SplitSeq(strings.ReplaceAll(string(b), "\r", ""), "\n----\n") {
		if _, rest, ok := strings.Cut(part, "C>S HTTP\n"); ok {
			open = slices.DeleteFunc(open, func(m message) bool { return strings.Contains(m.line, "/delete_session ") })
			open = append(open, readMessage(rest))
			continue
		}
		_, rest, ok := strings.Cut(part, "S>C HTTP\n")
		switch {
		case !ok:
		case strings.HasPrefix(rest, "HTTP/1.1 "):
			all = append(all, exchange{open[0], readMessage(rest)})
			open = open[1:]
		default: // more of a stream
			all[len(all)-1].reply.body += events(rest)
		}
	}
	return all
}

func readMessage(text string) (m message) {
	head, body, _ := strings.Cut(text, "\n\n")
	m.line, head, _ = strings.Cut(head, "\n")
	for line := range strings.SplitSeq(head, "\n") {
		switch k, v, _ := strings.Cut(line, ": "); strings.ToLower(k) {
		case "x-session-id":
			m.sid = v
		case "location":
			m.location = v
		case "content-type":
			m.kind = v
		}
	}
	if m.body = strings.TrimSpace(body); strings.HasPrefix(m.kind, "text/event-stream") {
		m.body = events(body)
	}
	return m
}

// events keeps the lines of events of a part of a stream.
func events(part string) (out string) {
	for line := range strings.SplitSeq(strings.ReplaceAll(part, "\r", ""), "\n") {
		if strings.HasPrefix(line, "event:") || strings.HasPrefix(line, "data:") {
			out += strings.TrimSpace(line) + "\n"
		}
	}
	return out
}

// What differs from answer to answer, or on purpose.
var (
	anyID    = regexp.MustCompile(`[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-z]{8}-[0-9a-z]+-[0-9a-z]{10}`)
	metadata = regexp.MustCompile(`"metadata":\{[^}]*\}`) // more is told
	family   = regexp.MustCompile(`,"family":""`)         // of ours alone
)

func comparable(body string) string {
	body = anyID.ReplaceAllString(body, "ID")
	body = metadata.ReplaceAllString(body, `"metadata":null`)
	body = strings.ReplaceAll(body, `"instruction":`, `"goal":`) // that environment's name for it
	return family.ReplaceAllString(body, "")
}

// TestRecording sends what the SDK sent in the recording. The answers are those
// of the reference server.
func TestRecording(t *testing.T) {
	all := recorded(t)
	if len(all) != 31 {
		t.Fatalf("the recording has %d requests with answers, want 31", len(all))
	}
	r := newRig(t, session.Options{}, map[string]envs.Env{"webshop": recordedShop{}})
	sids := map[string]string{} // recorded: ours
	streams := 0
	for i, x := range all {
		q, want := x.request, x.reply
		route := strings.TrimSuffix(q.line, " HTTP/1.1")
		got := r.do(route, sids[q.sid], q.body, "X-Deployment", "env", "Content-Type", "application/json")
		if strings.Contains(want.body, "input_validation") {
			continue // judging the arguments of its own tools is the environment's business
		}
		if route == "POST /create_session" {
			sids[anyID.FindString(want.body)] = anyID.FindString(got.body)
		}
		body, kind := got.body, got.header.Get("Content-Type")
		if strings.HasPrefix(kind, "text/event-stream") {
			streams++
			body = events(body)
		}
		have := message{line: "HTTP/1.1 " + strconv.Itoa(got.status), location: got.header.Get("Location"), kind: kind, body: comparable(body)}
		want.line, want.body = want.line[:len(have.line)], comparable(want.body)
		if strings.HasPrefix(want.body, "event: error\n") || strings.Contains(want.body, "\nevent: error\n") {
			if !strings.HasSuffix(strings.TrimSpace(have.body), "kaboom") { // ours says more
				t.Errorf("%s: %s", route, have.body)
			}
			continue
		}
		if d := cmp.Diff(have, want, cmp.AllowUnexported(message{})); d != "" {
			t.Errorf("%d, %s: got - want +\n%s", i, route, d)
		}
	}
	t.Logf("%d answers compared, %d of them streams", len(all), streams)
	if streams != 8 {
		t.Errorf("%d streams, want 8", streams)
	}
}
