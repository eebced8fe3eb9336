package openenv

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tidwall/gjson"

	"stepgym/envs"
	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
)

// FuzzFrame sends any frame to a session in the middle of an episode. There is
// one answer, in the protocol's words, and the session goes on.
func FuzzFrame(f *testing.F) {
	for _, frame := range []string{
		begin, right, `[1]`, `{"type":"state"}`, `{"type":"close"}`, `{"type":"mcp","data":{"jsonrpc":"2.0","method":"tools/list"}}`,
		`{"type":"step","data":{"action":"say[\u0000\ud800]","metadata":{"step_id":null}}}`, `{"type":"step","data":{"type":"call_tool"}}`,
		`{"type":"reset","data":{"seed":18446744073709551616,"index":-1e400,"task_id":{}}}`, `{"\u0074ype":"state"}`, `{"type":"reset","type":"state"}`,
		strings.Repeat("[", 20_000), `{"type":"step","data":{"action":"` + strings.Repeat("a", 70_000) + `"}}`,
	} {
		f.Add(frame)
	}
	h := newHost(f, session.Options{})
	f.Fuzz(func(t *testing.T, frame string) {
		s, err := h.Create(t.Context(), session.Request{Env: "other", Data: &link{owned: true}, Start: &session.Start{Task: "3"}})
		if err != nil {
			t.Fatal(err)
		}
		k := &socket{place: &place{Protocol: New(Options{}), site: &serve.Site{Host: h, Env: "other"}}, session: s, link: s.Data().(*link), ctx: t.Context()}
		out, how := k.answer(nil, frame)
		if how != nil {
			if m, r := parse(frame); r != nil || m.kind != typeClose || len(out) > 0 {
				t.Errorf("%q ends the session: %s", frame, out)
			}
			return
		}
		switch typ := gjson.GetBytes(out, "type").Str; typ {
		case "observation", "state", "mcp":
		case "error":
			switch code := gjson.GetBytes(out, "data.code").Str; code {
			case codeJSON, codeType, codeValidation, codeExecution:
			default:
				t.Errorf("%q: code %q", frame, code)
			}
		default:
			t.Errorf("%q: an answer of type %q", frame, typ)
		}
		if !json.Valid(out) {
			t.Errorf("%q: not JSON: %s", frame, out)
		}
		if err := s.Close(t.Context(), session.ReasonClosed); err != nil {
			t.Errorf("%q: %v", frame, err)
		}
	})
}

// FuzzBody posts any body to the routes without a session.
func FuzzBody(f *testing.F) {
	for _, body := range []string{``, `{}`, `null`, `[]`, `{"seed":-1}`, `{"action":{"action":"left"},"timeout_s":"x","request_id":7}`, `{"action":{"type":"list_tools"}}`} {
		f.Add(body)
	}
	h := newHost(f, session.Options{})
	server := newServer(f, h, serve.Config{}, Options{})
	f.Fuzz(func(t *testing.T, body string) {
		for _, path := range []string{"/reset", "/step", "/mcp"} {
			w := httptest.NewRecorder()
			server.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodPost, path, strings.NewReader(body)))
			if w.Code >= 500 || !json.Valid(w.Body.Bytes()) {
				t.Errorf("%s %q: %d %s", path, body, w.Code, w.Body)
			}
		}
	})
}

// FuzzText checks the text of an observation of several messages.
func FuzzText(f *testing.F) {
	f.Add("a\"\n\xff", "b")
	f.Fuzz(func(t *testing.T, first, second string) {
		o := envs.Observation{Messages: []envs.Message{{Content: first}, {Content: second}}}
		var got string
		want := strings.ToValidUTF8(first, "\ufffd")
		if err := json.Unmarshal(appendText(nil, &o), &got); err != nil {
			t.Fatal(err)
		}
		if utf8.ValidString(first) && utf8.ValidString(second) && got != want+"\n"+second {
			t.Errorf("reads back as %q", got)
		}
	})
}
