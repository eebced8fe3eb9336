package prompt

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs"
)

// dialog starts a conversation that has been shown a page with a search bar.
func dialog(t testing.TB, change func(*Options)) *Dialog {
	t.Helper()
	o := DefaultOptions()
	if change != nil {
		change(&o)
	}
	f, err := New(envs.Spec{Name: "game", Version: 1}, o)
	if err != nil {
		t.Fatal(err)
	}
	d := f.Start(envs.Task{ID: "1", Goal: "Buy a lamp."})
	d.Prompt(page())
	return d
}

func page() envs.Observation {
	o := envs.Observation{Messages: []envs.Message{{Role: "user", Content: "A page."}}}
	for _, a := range []string{"click[Next >]", "click['quoted']", "look"} {
		o.Admissible = append(o.Admissible, &envs.Choice{Action: envs.Action{Text: a}})
	}
	o.Forms = []envs.Form{{Template: "search[<query>]"}}
	return o
}

func TestTags(t *testing.T) {
	for _, tt := range []struct{ name, text, action, fault string }{
		{"plain", "<think>hm</think><action>look</action>", "look", ""},
		{"case and space", "<THINK>hm</Think>\n<Action>\n LOOK \n</ACTION>", "look", ""},
		{"the last one counts", "<think>a</think><action>look</action> no: <action>click[next >]</action>", "click[Next >]", ""},
		{"tags in the reasoning", "<think>I write <action>look</action> now</think><action>click[next >]</action>", "click[Next >]", ""},
		{"nested", "<think>a</think><action>x <action>look</action>", "look", ""},
		{"a slot keeps its case", "<think>a</think><action>Search[Red LAMP]</action>", "search[Red LAMP]", ""},
		{"a slot with brackets", "<think>a</think><action>search[a [b] c]</action>", "search[a [b] c]", ""},
		{"the template itself", "<think>a</think><action>search[<query>]</action>", "search[<query>]", ""},
		{"quotes around", "<think>a</think><action>'look'</action>", "look", ""},
		{"a list's comma", "<think>a</think><action>'click[next >]',</action>", "click[Next >]", ""},
		{"quotes of its own", "<think>a</think><action>click['quoted']</action>", "click['quoted']", ""},
		{"unknown", "<think>a</think><action>'jump'</action>", "'jump'", ""},
		{"template opened the reasoning", "hm</think><action>look</action>", "look", ""},
		{"no reasoning", "<action>look</action>", "look", "no <think>"},
		{"reasoning not closed", "<think><action>look</action>", "look", "no <think>"},
		{"inside the reasoning", "<think><action>look</action></think>", "look", "inside the reasoning"},
		{"not closed", "<think>a</think><action>look", "look", "is not closed"},
		{"not opened", "<think>a</think>look</action>", "look</action>", "no <action>"},
		{"no tags", "I say\n\nlook\n\n", "look", "no <action>"},
		{"empty", "", "", "no <action>"},
		{"empty action", "<think>a</think><action> </action>", "", "is empty"},
		{"broken text", "<think>a</think><action>lo\xffok</action>", "lo\uFFFDok", ""},
		{"long line", strings.Repeat("é", 300) + "look", strings.Repeat("é", 196) + "look", "no <action>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := dialog(t, nil).Reply(Reply{Text: tt.text})
			if got.Action.Text != tt.action || got.Malformed != (tt.fault != "") || !strings.Contains(got.Fault, tt.fault) || len(got.Action.Calls) > 0 {
				t.Errorf("got %+v, want %q and %q", got, tt.action, tt.fault)
			}
		})
	}
}

func TestReasonedElsewhere(t *testing.T) {
	if got := dialog(t, nil).Reply(Reply{Text: "<action>look</action>", Reasoned: true}); got.Malformed {
		t.Errorf("reasoning beside the text: %+v", got)
	}
	if got := dialog(t, func(o *Options) { o.Think = false }).Reply(Reply{Text: "<action>look</action>"}); got.Malformed {
		t.Errorf("no reasoning asked for: %+v", got)
	}
}

func TestCalls(t *testing.T) {
	call := func(name, args string) []Call { return []Call{{ID: "1", Name: name, Arguments: args}} }
	for _, tt := range []struct {
		name          string
		reply         Reply
		action, fault string
	}{
		{"plain", Reply{Calls: call("act", `{"action":"LOOK"}`)}, "look", ""},
		{"more than asked", Reply{Text: "so", Calls: call("act", `{"action":" look ","why":1}`)}, "look", ""},
		{"another tool", Reply{Calls: call("jump", `{"action":"look"}`)}, "look", `no tool "jump"`},
		{"two calls", Reply{Calls: append(call("act", `{"action":"look"}`), call("act", `{"action":"x"}`)...)}, "look", "2 calls"},
		{"no call", Reply{Text: "I do\nlook"}, "look", "no call"},
		{"nothing", Reply{}, "", "no call"},
		{"no JSON", Reply{Calls: call("act", `look`)}, "look", "no JSON object"},
		{"a list", Reply{Calls: call("act", `["look"]`)}, `["look"]`, "no JSON object"},
		{"null", Reply{Calls: call("act", `null`)}, "", "no string"},
		{"no argument", Reply{Calls: call("act", `{}`)}, "", "no string"},
		{"a number", Reply{Calls: call("act", `{"action":7}`)}, "", "no string"},
		{"an empty one", Reply{Calls: call("act", `{"action":""}`)}, "", "empty"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := dialog(t, func(o *Options) { o.Format = Tools })
			got := d.Reply(tt.reply)
			if got.Action.Text != tt.action || got.Malformed != (tt.fault != "") || !strings.Contains(got.Fault, tt.fault) || len(got.Action.Calls) > 0 {
				t.Errorf("got %+v, want %q and %q", got, tt.action, tt.fault)
			}
			checkAnswered(t, d)
		})
	}
}

// checkAnswered shows the next page and checks that each call has its result.
func checkAnswered(t *testing.T, d *Dialog) {
	t.Helper()
	messages := d.Prompt(page()).Messages
	open := map[string]int{}
	for _, m := range messages {
		for _, c := range m.Calls {
			open[c.ID]++
			if !json.Valid(c.Args) {
				t.Errorf("arguments %q", c.Args)
			}
		}
		if m.Role == "tool" {
			open[m.ToolCallID]--
		}
	}
	for id, n := range open {
		if n != 0 {
			t.Errorf("call %q lacks %d results in %+v", id, n, messages)
		}
	}
	if last := messages[len(messages)-1]; last.Role == "assistant" {
		t.Errorf("the model is asked behind its own words: %+v", last)
	}
}

// TestOwnTools plays an environment with tools of its own.
func TestOwnTools(t *testing.T) {
	spec := envs.Spec{Name: "desk", Version: 1, Tools: []envs.ToolSchema{{Name: "add", Params: json.RawMessage(`{}`)}}}
	if _, err := New(spec, DefaultOptions()); err == nil {
		t.Error("tools are called by tags")
	}
	o := DefaultOptions()
	o.Format = Tools
	f, err := New(spec, o)
	if err != nil {
		t.Fatal(err)
	}
	d := f.Start(envs.Task{Goal: "Add."})
	r := d.Prompt(envs.Observation{Messages: []envs.Message{{Role: "user", Content: "Add 1 and 2."}}})
	if d := cmp.Diff(r.Tools, spec.Tools); d != "" {
		t.Error(d)
	}
	got := d.Reply(Reply{Calls: []Call{{"a", "add", `{"x":1}`}, {"b", "add", "not JSON"}, {"c", "add", ""}}})
	want := envs.Action{Calls: []envs.ToolCall{
		{ID: "a", Name: "add", Args: json.RawMessage(`{"x":1}`)},
		{ID: "b", Name: "add", Args: json.RawMessage(`"not JSON"`)},
		{ID: "c", Name: "add", Args: json.RawMessage(`{}`)},
	}}
	if d := cmp.Diff(got.Action, want); d != "" || !got.Malformed {
		t.Errorf("%+v\n%s", got, d)
	}
	r = d.Prompt(envs.Observation{
		Messages: []envs.Message{{Role: "tool", ToolCallID: "a", Content: "3"}, {Role: "tool", ToolCallID: "c", Content: "0"}, {Role: "user", Content: "Go on."}},
		Tools:    []envs.ToolSchema{{Name: "sub"}},
	})
	var roles []string
	for _, m := range r.Messages {
		roles = append(roles, m.Role+" "+m.ToolCallID)
	}
	if d := cmp.Diff(roles, []string{"system ", "user ", "assistant ", "tool b", "tool a", "tool c", "user "}); d != "" {
		t.Error(d)
	}
	if r.Added != 4 || r.Tools[0].Name != "sub" {
		t.Errorf("%d messages added, tools %v", r.Added, r.Tools)
	}
	d.Reply(Reply{Text: "done"})
	r = d.Prompt(envs.Observation{Messages: []envs.Message{{Role: "user", Content: "More?"}}})
	if last := r.Messages[len(r.Messages)-1]; r.Added != 1 || last.Role != "user" || !strings.Contains(last.Content, "More?") {
		t.Errorf("%+v", r)
	}
}

func FuzzReply(f *testing.F) {
	f.Add("<think>a</think><action>look</action>", "act", `{"action":"look"}`)
	f.Add("<ACTION></action><action>", "", "[")
	f.Add("\xff</think>search[x]", "act", `{"action":"\ud800"}`)
	f.Fuzz(func(t *testing.T, text, name, args string) {
		for _, format := range Formats() {
			d := dialog(t, func(o *Options) { o.Format = format })
			r := Reply{Text: text}
			if format == Tools && name != "" {
				r.Calls = []Call{{"1", name, args}, {"2", name, args}}[:1+len(args)%2]
			}
			got := d.Reply(r)
			a := got.Action.Text
			if a != strings.TrimSpace(a) || !utf8.ValidString(a) || got.Malformed != (got.Fault != "") || a == "" && !got.Malformed {
				t.Errorf("%s: %+v", format, got)
			}
			if format != Window {
				checkAnswered(t, d)
			}
			if again := dialog(t, func(o *Options) { o.Format = format }).Reply(r); again.Action.String() != got.Action.String() || again.Fault != got.Fault {
				t.Errorf("%s: %+v, then %+v", format, got, again)
			}
		}
	})
}

// TestTalk converses where there is a user: what is said is no fault of form, and
// the user's messages stay as they are.
func TestTalk(t *testing.T) {
	o := DefaultOptions()
	o.Format = Tools
	f, err := New(envs.Spec{Name: "desk", Version: 1, Talk: true, Tools: []envs.ToolSchema{{Name: "add", Params: json.RawMessage(`{}`)}}}, o)
	if err != nil {
		t.Fatal(err)
	}
	d := f.Start(envs.Task{Goal: "Add."})
	r := d.Prompt(envs.Observation{Messages: []envs.Message{{Role: "user", Content: "Add 1 and 2."}}})
	if len(r.Messages) != 2 || r.Messages[1].Role != "user" || r.Messages[1].Content != "Add 1 and 2." {
		t.Errorf("it begins with %+v", r.Messages)
	}
	for _, text := range []string{"Which two?\nThese?", ""} {
		got := d.Reply(Reply{Text: text})
		if got.Malformed || got.Action.Text != text || len(got.Action.Calls) > 0 {
			t.Errorf("%q is read as %+v", text, got)
		}
		r = d.Prompt(envs.Observation{Messages: []envs.Message{{Role: "user", Content: "Go on."}}})
		if last := r.Messages[len(r.Messages)-1]; r.Added != 1 || last.Content != "Go on." {
			t.Errorf("after %q it goes on with %+v", text, last)
		}
	}
	got := d.Reply(Reply{Calls: []Call{{"a", "add", `{"x":1}`}}})
	if len(got.Action.Calls) != 1 || got.Malformed {
		t.Errorf("a call is read as %+v", got)
	}
	r = d.Prompt(envs.Observation{Messages: []envs.Message{{Role: "tool", ToolCallID: "a", Content: "3"}}})
	if last := r.Messages[len(r.Messages)-1]; last.Role != "tool" || last.Content != "3" {
		t.Errorf("its result is %+v", last)
	}
}
