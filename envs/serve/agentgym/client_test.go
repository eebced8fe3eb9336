package agentgym

import (
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"stepgym/envs/alfworld"
	"stepgym/envs/serve"
	"stepgym/envs/serve/servetest"
	"stepgym/envs/serve/session"
	"stepgym/envs/webshop"
	"stepgym/internal/pyvenv"
)

// TestDocumented runs the code of the page on this protocol.
func TestDocumented(t *testing.T) {
	python := pyvenv.Open(t, "requests==2.32.5")
	shop, err := webshop.Open(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer shop.Close()
	house, err := alfworld.Open(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer house.Close()
	r := new(servetest.Recorder)
	host, h := newHandler(t, session.Options{Recorder: r}, serve.Config{}, shop, house)
	srv := httptest.NewServer(h)
	defer srv.Close()
	blocks := code(t, "../../../docs/serve/agentgym.md")
	if len(blocks) != 2 {
		t.Fatalf("the page has %d pieces of code", len(blocks))
	}
	for _, block := range blocks {
		t.Logf("%s", python.Run(t, "-c", strings.ReplaceAll(block, "http://127.0.0.1:8080", srv.URL)))
	}
	if all := r.All(); len(all) != 2 || !all[0].Terminated || all[0].Return <= 0 || all[0].TaskID == "" || all[1].Turns == 0 {
		t.Errorf("recorded: %+v", all)
	}
	if n := host.Stats().Open; n != 0 {
		t.Errorf("%d sessions are left", n)
	}
}

// code returns the Python of a page.
func code(t *testing.T, path string) (blocks []string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range strings.Split(string(b), "```python\n")[1:] {
		block, _, _ := strings.Cut(part, "```")
		blocks = append(blocks, block)
	}
	return blocks
}

// TestWorlds plays both environments to the end by HTTP alone.
func TestWorlds(t *testing.T) {
	shop, err := webshop.Open(t.Context(), []byte(`{"data":"../../webshop/testdata/mini"}`))
	if err != nil {
		t.Fatal(err)
	}
	defer shop.Close()
	house, err := alfworld.Open(t.Context(), []byte(`{"data":"../../alfworld/testdata/mini"}`))
	if err != nil {
		t.Fatal(err)
	}
	defer house.Close()
	_, h := newHandler(t, session.Options{}, serve.Config{}, shop, house)
	do(h, "POST", "/agentgym/webshop/create", "")
	for _, x := range []struct{ path, body, want string }{
		{"reset", `{"env_idx":0,"session_id":"goal:1"}`, `["WebShop [SEP] Instruction: [SEP] `},
		{"step", `{"env_idx":0,"action":"search[noise cancelling headphones]"}`, `{"state":"Instruction: [SEP] `},
		{"step", `{"env_idx":0,"action":"click[bquirks001]"}`, `{"state":"Instruction: [SEP] `},
		{"step", `{"env_idx":0,"action":"click[nothing]"}`, `{"state":"Instruction: [SEP] `},
		{"step", `{"env_idx":0,"action":"click[plain]"}`, `{"state":"Instruction: [SEP] `},
		{"step", `{"env_idx":0,"action":"click[buy now]"}`, `{"state":"Thank you for shopping with us! [SEP] `},
	} {
		if _, body := do(h, "POST", "/agentgym/webshop/"+x.path, x.body); !strings.HasPrefix(body, x.want) {
			t.Errorf("%s: %s", x.body, body)
		} else if end := `"reward":0.75,"done":true,"info":null}`; strings.Contains(x.body, "buy") && !strings.HasSuffix(body, end) {
			t.Errorf("bought: %s", body)
		}
	}
	do(h, "POST", "/agentgym/webshop/reset", `{"env_idx":0,"session_id":0}`)
	if _, body := do(h, "GET", "/agentgym/webshop/available_actions?env_idx=0", ""); body != `{"has_search_bar":true,"clickables":["search"]}` {
		t.Errorf("at the start: %s", body)
	}
	do(h, "POST", "/agentgym/alfworld/create", "") // 1
	for _, x := range []struct{ path, body, want string }{
		{"reset", `{"id":1,"game":"look_at_obj_in_light-Pen-None-DeskLamp-1/trial_3","world_type":"Text"}`, `{"id":1,"observation":"You are in the middle of a room. `},
		{"step", `{"id":1,"action":"go to desk 1"}`, `{"observation":"You arrive at desk 1. `},
		{"step", `{"id":1,"action":"take pen 1 from desk 1"}`, `{"observation":"You pick up the pen 1 from the desk 1.","reward":0.0,`},
		{"step", `{"id":1,"action":"use desklamp 1"}`, `{"observation":"You turn on the desklamp 1.","reward":1.0,"available_actions":[],"done":true}`},
	} {
		_, body := do(h, "POST", "/agentgym/alfworld/"+x.path, x.body)
		if !strings.HasPrefix(body, x.want) {
			t.Errorf("%s: %s", x.body, body)
		}
		if x.path == "reset" && (strings.Contains(body, `\n\n`) || !strings.Contains(body, `\nYour task is to: `) || !strings.HasSuffix(body, `"task_type":"look_at_obj_in_light-Pen-None-DeskLamp-1/trial_3"}`)) {
			t.Errorf("the start: %s", body)
		}
	}
}
