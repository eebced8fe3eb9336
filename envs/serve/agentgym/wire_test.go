package agentgym

import (
	"context"
	"iter"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs"
	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
	"stepgym/internal/testdata"
)

// stub is the shop that the capture was made with.
type stub struct{}

func (stub) Spec() envs.Spec {
	return envs.Spec{Name: "webshop", Version: 1, Splits: []string{"all"}}
}

func (stub) Tasks(string) iter.Seq2[envs.Task, error] {
	return func(yield func(envs.Task, error) bool) {
		for _, id := range []string{"0", "1", "2", "3"} {
			if !yield(envs.Task{ID: id, Goal: "Find me a red shirt"}, nil) {
				return
			}
		}
	}
}

func (stub) Reset(context.Context, envs.Task, uint64) (envs.Episode, error) {
	return &visit{text: "WebShop [SEP] Instruction: [SEP] Find me a red shirt [SEP] Search"}, nil
}

func (stub) Close() error { return nil }

type visit struct{ text string }

func (v *visit) Observation() envs.Observation {
	return envs.Observation{
		Messages: []envs.Message{{Role: "user", Content: v.text}},
		Forms:    []envs.Form{{Template: "search[<query>]"}},
	}
}

func (v *visit) Step(_ context.Context, a envs.Action) (envs.Result, error) {
	v.text = "Back to Search [SEP] Page 1 " + a.Text
	return envs.Result{}, nil
}

func (*visit) Close() error { return nil }

// TestWire sends the requests of the capture and compares the answers: all of
// them, but for what is said here.
func TestWire(t *testing.T) {
	b, err := os.ReadFile(testdata.Shared(t, "wire/wire_agentgym_webshop.txt"))
	if err != nil {
		t.Fatal(err)
	}
	_, h := newHandler(t, session.Options{}, serve.Config{}, stub{})
	differs := map[string]string{
		// Differs: a number that was never given out is no fault of the server.
		`/step {"action":"x","env_idx":-7}`: `404 {"detail":"there is no environment -7 here"}`,
		// Differs: an environment can be closed.
		`/close {"env_idx":0}`: `200 {"closed":true}`,
		`/list_envs`:           `200 []`,
		// Differs: no page but the text, which no browser can open.
		`/state?env_idx=0`: `200 {"url":"","html":"Back to Search [SEP] Page 1 search[red]","instruction_text":"Instruction: Find me a red shirt"}`,
		`/create`:          `200 0`,
	}
	numbers := regexp.MustCompile(`25653497|13487519`)
	entries := strings.Split("\n"+string(b), "\n### ")[1:]
	if len(entries) != 10 {
		t.Fatalf("the capture has %d exchanges", len(entries))
	}
	for _, entry := range entries {
		entry = numbers.ReplaceAllString(entry, "0")
		head, answer, _ := strings.Cut(entry, "\n")
		method := http.MethodGet
		if rest, ok := strings.CutPrefix(head, "-X POST "); ok {
			method, head = http.MethodPost, rest
		}
		request := head[strings.Index(head, ":18040")+len(":18040"):]
		path, body, _ := strings.Cut(request, " -d ")
		header, want, _ := strings.Cut(strings.ReplaceAll(answer, "\r", ""), "\n\n")
		want = header[len("HTTP/1.1 "):][:3] + " " + strings.TrimSpace(want)
		if w, ok := differs[strings.ReplaceAll(request, " -d ", " ")]; ok {
			want = w
		}
		status, got := do(h, method, "/agentgym/webshop"+path, body)
		if d := cmp.Diff(http.StatusText(status)+" "+got, http.StatusText(statusOf(want))+want[3:]); d != "" {
			t.Errorf("%s %s (-got +want):\n%s", method, request, d)
		}
	}
}

func statusOf(answer string) (status int) {
	for _, c := range answer[:3] {
		status = 10*status + int(c-'0')
	}
	return status
}

// TestShapes sends bodies of another shape. The answers are those of the
// validator that the servers use.
func TestShapes(t *testing.T) {
	_, h := newHandler(t, session.Options{}, serve.Config{}, stub{})
	const what, missing = "Unprocessable Entity ", `{"type":"missing","loc":["body","`
	talk(t, h, "/agentgym/webshop", []exchange{
		{"POST /step", what + `{"detail":[{"type":"missing","loc":["body"],"msg":"Field required","input":null}]}`},
		{"POST /step {", what + `{"detail":[{"type":"json_invalid","loc":["body",0],"msg":"JSON decode error","input":{}}]}`},
		{"POST /step [1]", what + `{"detail":[{"type":"model_attributes_type","loc":["body"],"msg":"Input should be a valid dictionary or object to extract fields from","input":[1]}]}`},
		{"POST /step {}", what + `{"detail":[` + missing + `env_idx"],"msg":"Field required","input":{}},` + missing + `action"],"msg":"Field required","input":{}}]}`},
		{`POST /step {"env_idx":"x","action":1}`, what + `{"detail":[{"type":"int_parsing","loc":["body","env_idx"],"msg":"Input should be a valid integer, unable to parse string as an integer","input":"x"},{"type":"string_type","loc":["body","action"],"msg":"Input should be a valid string","input":1}]}`},
		{`POST /reset {"env_idx":1.5,"session_id":[]}`, what + `{"detail":[{"type":"int_from_float","loc":["body","env_idx"],"msg":"Input should be a valid integer, got a number with a fractional part","input":1.5},{"type":"int_type","loc":["body","session_id"],"msg":"Input should be a valid integer","input":[]}]}`},
		{"GET /state", what + `{"detail":[{"type":"missing","loc":["query","env_idx"],"msg":"Field required","input":null}]}`},
		{"GET /state?env_idx=a", what + `{"detail":[{"type":"int_parsing","loc":["query","env_idx"],"msg":"Input should be a valid integer, unable to parse string as an integer","input":"a"}]}`},
		{`POST /close {"env_idx":0}`, `OK {"closed":false}`},
		{"POST /create", "OK 0"},
		{`POST /reset {"env_idx":"0","session_id":null}`, `OK ["WebShop [SEP] Instruction: [SEP] Find me a red shirt [SEP] Search",null]`},
		{`POST /reset {"env_idx":0.0}`, `OK ["WebShop [SEP] Instruction: [SEP] Find me a red shirt [SEP] Search",null]`},
		{`POST /reset {"env_idx":0,"session_id":-5}`, `Not Found {"detail":"webshop: index -5 of split \"all\", which has 4 tasks"}`},
	})
}
