package viewer

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// FuzzRequest asks for anything. Every answer of the API is JSON, and no request
// is the viewer's own fault.
func FuzzRequest(f *testing.F) {
	dir := played(f, f.TempDir(), "webshop", 1)
	v, err := New([]string{dir}, Options{Worlds: testWorlds(), ReadOnly: true})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = v.Close() })
	f.Add("episodes", "sort=turns&desc=1&outcome=success&q=x&in=action", "")
	f.Add("graph", "group=it1%2Fgoal:0&grouping=state&direction=right&forks=1", "")
	f.Add("search", "q=%C3%A4&cursor=3&limit=1", "")
	f.Add("options", "id=it1/goal:0/1&step=99999", "")
	f.Add("fork", "", `{"id":"it1/goal:0/1","step":1,"actions":["click[x]","search[y]"],"policy":"lucky","max_turns":5}`)
	f.Fuzz(func(t *testing.T, path, query, body string) {
		method := http.MethodGet
		var in *strings.Reader
		if body != "" {
			method = http.MethodPost
		}
		in = strings.NewReader(body)
		q := httptest.NewRequest(method, "/api/runs/webshop/x", in)
		q.URL.Path, q.URL.RawPath, q.URL.RawQuery = "/api/runs/webshop/"+path, "", query
		q.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		v.ServeHTTP(w, q)
		if w.Code >= 500 {
			t.Errorf("%d: %s", w.Code, w.Body)
		}
		if strings.HasPrefix(w.Header().Get("Content-Type"), "application/json") && !json.Valid(w.Body.Bytes()) && !strings.Contains(path, "export") {
			t.Errorf("no JSON: %s", w.Body)
		}
	})
}
