package agentgym

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"stepgym/envs/envtest/toy"
	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
)

// FuzzBody sends any body to the routes of both dialects. Every answer is JSON
// of a status that says whose fault it is, and never the server's.
func FuzzBody(f *testing.F) {
	for _, body := range []string{
		"", "{", "[1]", "null", `{"id":0,"env_idx":0}`, `{"id":0,"env_idx":0,"action":"left"}`, `{"id":1e400,"game":-9223372036854775808}`,
		`{"env_idx":0,"session_id":-9223372036854775808,"id":0,"game":9223372036854775807,"world_type":"Text"}`,
		`{"env_idx":0,"session_id":"\ud800","action":"\u0000"}`, `{"env_idx":9,"env_idx":0,"action":{}}`, strings.Repeat("[", 20_000),
		`{"env_idx":0,"action":"` + strings.Repeat("a", 70_000) + `"}`, `{"env_idx":18446744073709551616,"action":"\uD83D\uDE00"}`, "\xff{}",
	} {
		f.Add(body)
	}
	_, h := newHandler(f, session.Options{}, serve.Config{}, world{toy.New(), "webshop"}, world{toy.New(), "alfworld"})
	do(h, "POST", "/agentgym/webshop/create", "") // 0
	do(h, "POST", "/agentgym/alfworld/create", "")
	f.Fuzz(func(t *testing.T, body string) {
		for _, path := range []string{"webshop/reset", "webshop/step", "webshop/close", "alfworld/reset", "alfworld/step", "alfworld/close"} {
			if strings.HasSuffix(path, "/close") && !strings.Contains(body, "{}") {
				continue // keeps the environments there are
			}
			status, got := do(h, "POST", "/agentgym/"+path, body)
			if !json.Valid([]byte(got)) {
				t.Errorf("%s %q: %d %q", path, body, status, got)
			}
			switch status {
			case http.StatusOK, http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity, http.StatusRequestEntityTooLarge, http.StatusGone:
			default:
				t.Errorf("%s %q: %d %s", path, body, status, got)
			}
		}
	})
}
