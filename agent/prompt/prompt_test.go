package prompt

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs"
	"stepgym/envs/alfworld"
	"stepgym/envs/webshop"
	"stepgym/internal/testdata"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestPrompts writes all that a model is sent in an episode of each environment.
func TestPrompts(t *testing.T) {
	for _, tt := range []struct {
		name    string
		open    envs.Opener
		config  string
		actions []string
	}{
		{"webshop", webshop.Open, `{"products":60}`, []string{"search[lamp]", "nonsense", "click[next >]", "click[back to search]"}},
		{"alfworld", alfworld.Open, ``, []string{"look", "go to the moon", "inventory"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var config json.RawMessage
			if tt.config != "" {
				config = json.RawMessage(tt.config)
			}
			env, err := tt.open(t.Context(), config)
			if err != nil {
				t.Fatal(err)
			}
			defer env.Close()
			var b bytes.Buffer
			for _, format := range Formats() {
				fmt.Fprintf(&b, "########## %s ##########\n", format)
				tell(t, &b, env, format, tt.actions)
			}
			golden(t, tt.name+".golden", b.Bytes())
		})
	}
}

// tell plays the actions and writes the messages.
func tell(t *testing.T, b *bytes.Buffer, env envs.Env, format string, actions []string) {
	t.Helper()
	o := DefaultOptions()
	o.Format = format
	f, err := New(env.Spec(), o)
	if err != nil {
		t.Fatal(err)
	}
	var task envs.Task
	for t2, err := range env.Tasks("train") {
		if err != nil {
			t.Fatal(err)
		}
		task = t2
		break
	}
	ep, err := env.Reset(t.Context(), task, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer ep.Close()
	d := f.Start(task)
	for i := 0; ; i++ {
		r := d.Prompt(ep.Observation())
		for _, m := range r.Messages[len(r.Messages)-r.Added:] {
			fmt.Fprintf(b, "##### %s %s\n%s\n", m.Role, m.ToolCallID, m.Content)
		}
		if i == 0 {
			for _, tool := range r.Tools {
				fmt.Fprintf(b, "##### tool %s: %s %s\n", tool.Name, tool.Description, tool.Params)
			}
		}
		if i == len(actions) {
			return
		}
		reply := Reply{Text: "<think>Well.</think><action>" + actions[i] + "</action>"}
		if format == Tools {
			reply = Reply{Calls: []Call{{fmt.Sprint("c", i), "act", fmt.Sprintf(`{"action":%q}`, actions[i])}}}
		}
		p := d.Reply(reply)
		if p.Malformed || p.Action.Text != actions[i] {
			t.Fatalf("%+v", p)
		}
		if _, err := ep.Step(t.Context(), p.Action); err != nil {
			t.Fatal(err)
		}
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(got), string(want)); d != "" {
		t.Errorf("%s differs; -update rewrites it (-got +want):\n%s", name, d)
	}
}

// TestWindow checks what the window shows by its length.
func TestWindow(t *testing.T) {
	for _, tt := range []struct{ history, max, shown int }{{0, 0, 0}, {2, 0, 2}, {9, 0, 5}, {2, 300, 0}, {2, 1 << 20, 2}} {
		d := dialog(t, func(o *Options) { o.History, o.MaxChars = tt.history, tt.max })
		for range 5 {
			d.Reply(Reply{Text: "<action>look</action>"})
			d.Prompt(page())
		}
		text := d.Prompt(page()).Messages[0].Content
		if n := strings.Count(text, "[Observation "); n != tt.shown || !strings.Contains(text, "You are now at step 6 ") {
			t.Errorf("history %d, at most %d bytes: %d steps shown, want %d:\n%s", tt.history, tt.max, n, tt.shown, text)
		}
	}
}

func TestOptions(t *testing.T) {
	for name, change := range map[string]func(*Options){
		"no format": func(o *Options) { o.Format = "x" },
		"history":   func(o *Options) { o.History = -1 },
		"max_chars": func(o *Options) { o.MaxChars = -1 },
	} {
		o := DefaultOptions()
		change(&o)
		if _, err := New(envs.Spec{}, o); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestRecorded reads the replies of recorded verl-agent episodes: the actions are
// the ones that it took, but where doc.go says otherwise, and the page and the
// list of actions are those of its prompts.
func TestRecorded(t *testing.T) {
	file, err := os.Open(testdata.Shared(t, "webshop/real/verl_agent_episodes.jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	z, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	type screen struct {
		Prompt, Anchor string
		Info           struct {
			Valid int `json:"is_action_valid"`
		}
		LLM  string `json:"llm_text"`
		Done bool
	}
	f, err := New(envs.Spec{Name: "webshop", Version: 1}, DefaultOptions())
	if err != nil {
		t.Fatal(err)
	}
	replies, differ := 0, 0
	s := bufio.NewScanner(z)
	s.Buffer(nil, 1<<26)
	for s.Scan() {
		var e struct {
			Reset screen
			Steps []screen
		}
		if err := json.Unmarshal(s.Bytes(), &e); err != nil {
			t.Fatal(err)
		}
		d := f.Start(envs.Task{})
		for _, x := range e.Steps {
			d.Prompt(envs.Observation{})
			got := d.Reply(Reply{Text: x.LLM})
			if x.Done { // its prompt shows no actions
				break
			}
			replies++
			_, past, _ := strings.Cut(x.Prompt, fmt.Sprintf("', Action %d: '", d.steps))
			taken, _, ok := strings.Cut(past, "']")
			tagged := strings.Contains(strings.ToLower(x.LLM), "<action>")
			if !ok {
				continue // too long for its history
			}
			foreign := strings.ContainsFunc(x.LLM, func(r rune) bool { return r >= 0x4e00 && r <= 0x9fff })
			if got.Malformed == (x.Info.Valid == 1) && !foreign || tagged && strings.ToLower(got.Action.Text) != taken {
				differ++
				t.Logf("%q: %+v; verl-agent took %q (valid %d)", x.LLM, got, taken, x.Info.Valid)
			}
		}
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d replies, %d read differently", replies, differ)
	if replies < 100 || differ > 0 {
		t.Errorf("%d replies, %d read differently", replies, differ)
	}
}
