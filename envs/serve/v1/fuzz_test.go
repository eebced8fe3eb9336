package v1

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"stepgym/envs/serve/session"
)

// FuzzStep sends any body to /step, of a server with one episode called ID.
func FuzzStep(f *testing.F) {
	for _, s := range []string{
		`{"items":[{"episode_id":"ID","action":"left"}]}`,
		`{"items":[{"episode_id":"ID","action":"left","step_id":"1"},{"episode_id":"ID","action":"left","step_id":"1"}],"observation":"full","deadline_ms":5}`,
		`{"items":[{"episode_id":"ID","action":{"calls":[{"name":"f","args":{"a":[1,null]}}]}}],"fields":["text","metrics"]}`,
		`{"items":[{"episode_id":"ID","action":"stop","step_id":"x"}],"autoreset":"same"}`,
		`{"items":[{}],"autoreset":true}`, `{"items":[[1]],"fields":[]}`, `{"items":null}`, `[1]`, `"`, `{"items":[{"episode_id":"ID","action":"\ud800"}]}`,
		`{"items":[],"items":[{"episode_id":1e999,"action":{}}]}`, `{"items":[{"episode_id":"ID","action":{"text":1}}],"deadline_ms":1e300}`,
	} {
		f.Add([]byte(s))
	}
	s := open(f, session.Options{MaxTurns: 5}, nil, "")
	e := ask[Episode](s, "POST", "/episodes", `{"task":"4"}`)
	p := &place{Protocol: New()}
	p.site = siteOf(s.host)
	f.Fuzz(func(t *testing.T, body []byte) {
		body = bytes.ReplaceAll(body, []byte("ID"), []byte(e.ID))
		w := httptest.NewRecorder()
		p.stepBatch(w, httptest.NewRequest(http.MethodPost, "/v1/step", bytes.NewReader(body)))
		var answer struct {
			Items []Stepped
			Error *struct{ Code string }
		}
		d := json.NewDecoder(w.Body)
		if err := d.Decode(&answer); err != nil || (w.Code == 200) != (answer.Error == nil) || w.Code >= 500 {
			t.Fatalf("%d %v to %s", w.Code, err, body)
		}
		if w.Code != 200 {
			return
		}
		var asked map[string]json.RawMessage
		var items []json.RawMessage
		if err := json.Unmarshal(body, &asked); err != nil {
			t.Fatalf("what is not JSON was taken: %v: %s", err, body)
		}
		if err := json.Unmarshal(asked["items"], &items); err != nil || len(items) != len(answer.Items) {
			t.Fatalf("%d items are answered with %d, %v: %s", len(items), len(answer.Items), err, body)
		}
		if m := memoryOf(mustGet(t, s.host, e.ID)); !m.busy.TryLock() {
			t.Fatal("the episode's memory is still held")
		} else {
			m.give()
		}
	})
}

// FuzzBodies sends any body to the calls that read one.
func FuzzBodies(f *testing.F) {
	for _, s := range []string{
		`{"n":2,"task":"1","seed":3}`, `{"at_step":0,"n":1}`, `{"lease_s":1e308}`, `{"action":{"calls":[{"name":"x","args":null}]}}`, `{"env":"other","index":0}`,
		`{"seed":18446744073709551615}`, `{"snapshot_id":"s"}`, `{"fields":["text"],"observation":"full"}`, `null`, ``, `{"method":"gigpo"}`,
	} {
		f.Add([]byte(s))
	}
	s := open(f, session.Options{MaxEpisodes: 64}, nil, "")
	e := ask[Episode](s, "POST", "/episodes", `{"task":"4"}`)
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, r := range routes() {
			if r.method != "POST" || r.path == "/step" {
				continue
			}
			p := &place{Protocol: New(), site: siteOf(s.host), credits: make(chan struct{}, 1)}
			req := httptest.NewRequest(http.MethodPost, "/v1/x", bytes.NewReader(body))
			req.SetPathValue("id", e.ID)
			w := httptest.NewRecorder()
			p.handler(r)(w, req)
			if w.Code >= 500 && w.Code != 501 || !json.Valid(w.Body.Bytes()) {
				t.Fatalf("%s: %d %s to %s", r.path, w.Code, w.Body, body)
			}
		}
		for _, i := range s.host.List("", session.Filter{}) {
			if i.ID != e.ID {
				if err := mustGet(t, s.host, i.ID).Close(t.Context(), session.ReasonClosed); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}
