package wire

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"stepgym/traces"
)

// TestHandle holds answers against those of Run to the same groups.
func TestHandle(t *testing.T) {
	groups, err := json.Marshal(tableGroups())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, ask, method, params string }{
		{"plain", `"method": "gigpo"`, "gigpo", ""},
		{"preset", `"method": "hgpo", "preset": "verl-agent", "params": {"K": 1}`, "hgpo/verl-agent", `{"K":1}`},
		{"batch", `"method": "reinforce++/paper"`, "reinforce++", ""},
	} {
		ask := fmt.Sprintf(`{%s, "tokens": true, "transforms": [{"name": "penalty", "coef": 0.125}, {"name": "gdpo", "rewards": ["format"]}], "groups": %s}`, c.ask, groups)
		for _, workers := range []int{1, 3} {
			l := DefaultLimits()
			l.Workers = workers
			got, err := Handle(t.Context(), strings.NewReader(ask), l)
			if err != nil {
				t.Fatal(err)
			}
			o := tableOptions(t, "gigpo")
			o.Method, o.Batch = method(t, c.method, c.params), true
			var lines bytes.Buffer
			n, err := Run(t.Context(), Batch(strings.NewReader(ask)), NewLines(&lines), o)
			if err != nil {
				t.Fatal(err)
			}
			var want Response
			for line := range bytes.Lines(lines.Bytes()) {
				var a Answer
				if err := json.Unmarshal(line, &a); err != nil {
					t.Fatal(err)
				}
				want.Stats.Add(a.Stats.Stats)
				want.Stats.Used, a.Stats.Used = a.Stats.Used, nil
				want.Answers = append(want.Answers, &a)
			}
			if n.Groups != 3 || n.Steps != want.Stats.Steps {
				t.Errorf("%s: %+v", c.name, n)
			}
			a, b := marshal(t, got), marshal(t, want)
			if d := cmp.Diff(b, a); d != "" {
				t.Errorf("%s, %d workers (-want +got):\n%s", c.name, workers, d)
			}
		}
	}
}

func marshal(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestHandleFaults(t *testing.T) {
	group := `{"id":"g","trajectories":[{"id":"a","obs":["s"],"actions":["x"],"rewards":[1]}]}`
	ask := func(rest string) string { return `{"method":"grpo","groups":[` + group + `]` + rest + `}` }
	for _, c := range []struct{ in, want string }{
		{"", "body: it ends after 0 bytes, and the request does not"},
		{`{"method":"grpo"`, "body: it ends after 16 bytes, and the request does not"},
		{`{"method":"grpo",}`, "body: not JSON at byte 18: invalid character '}' looking for beginning of object key string"},
		{`[]`, "body: want a JSON object with method and groups, not: array"},
		{ask("") + "x", "body: something follows the request"},
		{ask(`,"token":true`), `body: json: unknown field "token"`},
		{ask(`,"tokens":1`), "tokens: got number, want true or false"},
		{`{"method":1}`, "method: got number, want a text"},
		{`{"method":"grpo","groups":{}}`, "groups: got object, want a list of groups"},
		{`{"groups":[{}]}`, "method: missing, want one of grpo/paper, grpo/verl-agent, grpo/dr"},
		{`{"method":"grpo","groups":[]}`, "groups: missing or empty, want at least one group"},
		{`{"method":"grope","groups":[1]}`, `method: credit: unknown method "grope", want one of grpo/paper`},
		{`{"method":"grpo/paper","preset":"dr","groups":[1]}`, `preset: method "grpo/paper" names one already`},
		{ask(`,"params":{"eps":-1}`), "params: credit: grpo: eps -1, want a number of at least 0"},
		{ask(`,"params":[]`), "params: credit: parameters of grpo/paper: want a JSON object"},
		{ask(`,"transforms":[{"name":"otc","c":-1}]`), "transforms: transform 0: credit: otc: c -1, want a number above 0"},
		{ask(`,"transforms":{}`), "transforms: credit: transforms: want a JSON list"},
		{ask(`,"transforms":[{"name":"gdpo","rewards":["x"]}]`), `groups[0]: group "g": transform 0: credit: gdpo: there is no reward part "x"`},
		{ask(`,"tokens":true`), `groups[0]: group "g": trajectory 0 ("a") has no n_tokens, which token advantages need`},
		{`{"method":"grpo","groups":[1]}`, "groups[0]: want a JSON object with id and trajectories, not: number"},
		{`{"method":"grpo","groups":[null]}`, `groups[0]: group "": it has no "trajectories"`},
		{
			`{"method":"grpo","groups":[` + group + `,{"id":"h","trajectories":[{"id":"b","obs":["s"],"actions":["x"],"rewards":["1"]}]}]}`,
			`groups[1]: group "h", trajectory 0 ("b"), step 0, rewards: got a string, want a number that float64 holds`,
		},
	} {
		_, err := Handle(t.Context(), strings.NewReader(c.in), DefaultLimits())
		if in, ok := errors.AsType[*InputError](err); !ok || !strings.HasPrefix(in.Error(), c.want) {
			t.Errorf("%s:\ngot  %v\nwant %s", c.in, err, c.want)
		}
	}
	cut := errors.New("the line is cut")
	if _, err := Handle(t.Context(), iotest.ErrReader(cut), DefaultLimits()); !errors.Is(err, cut) {
		t.Errorf("got %v, want %v", err, cut)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Handle(ctx, strings.NewReader(ask("")), DefaultLimits()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}

func TestLimits(t *testing.T) {
	groups, err := json.Marshal(tableGroups())
	if err != nil {
		t.Fatal(err)
	}
	steps, tokens := 0, 0
	for _, g := range tableGroups() {
		for _, tr := range g.Trajectories {
			steps += len(tr.Actions)
			for _, n := range tr.NTokens {
				tokens += n
			}
		}
	}
	ask := func(method string) string {
		return fmt.Sprintf(`{"method":%s,"tokens":true,"groups":%s}`, method, groups)
	}
	exact := Limits{Bytes: int64(len(ask(`"gigpo"`))), Groups: 3, Steps: steps, Tokens: tokens, Work: 1e5}
	if _, err := Handle(t.Context(), strings.NewReader(ask(`"gigpo"`)), exact); err != nil {
		t.Errorf("within its limits: %v", err)
	}
	for _, c := range []struct {
		name   string
		method string
		less   func(*Limits)
		want   string
	}{
		{"bytes", `"gigpo"`, func(l *Limits) { l.Bytes-- }, fmt.Sprintf("more than %d bytes", exact.Bytes-1)},
		{"groups", `"gigpo"`, func(l *Limits) { l.Groups-- }, "more than 2 groups"},
		{"steps", `"gigpo"`, func(l *Limits) { l.Steps-- }, fmt.Sprintf("more than %d steps", steps-1)},
		{"tokens", `"gigpo"`, func(l *Limits) { l.Tokens-- }, fmt.Sprintf("more than %d tokens", tokens-1)},
		{"work", `"gigpo"`, func(l *Limits) { l.Work = 10 }, `group "goal:0" has 12 steps; gigpo/paper over these groups is more work`},
		{"levels", `"hgpo","params":{"K":1000}`, func(l *Limits) { l.Work = 1e4 }, "hgpo/paper over these groups"},
		{"history", `"salt","params":{"history":1000}`, func(l *Limits) {}, "salt/paper over these groups"},
		{"similarity", `"gigpo/similarity"`, func(l *Limits) {}, "gigpo/similarity over these groups"},
		{"equations", `"graft"`, func(l *Limits) { l.Work = 2e3 }, "graft/paper over these groups"},
	} {
		l := exact
		l.Bytes = 1 << 20
		if c.name == "bytes" {
			l.Bytes = exact.Bytes
		}
		c.less(&l)
		_, err := Handle(t.Context(), strings.NewReader(ask(c.method)), l)
		if !errors.Is(err, ErrLimit) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
		if _, ok := errors.AsType[*InputError](err); ok {
			t.Errorf("%s: a limit is not a fault of the input: %v", c.name, err)
		}
	}
	if _, err := Handle(t.Context(), strings.NewReader("{}"), Limits{Bytes: -1, Steps: -1}); err == nil || !strings.Contains(err.Error(), "steps -1") {
		t.Errorf("got %v, want both limits", err)
	}
}

// FuzzHandle sends anything: no request may panic or go beyond its limits, and
// what is answered has the shape of what was asked.
func FuzzHandle(f *testing.F) {
	group := `{"id":"g","trajectories":[{"id":"a","obs":["s","t"],"actions":["x","y"],"rewards":[1,0],"n_tokens":[2,1],"reward_parts":{"a":[1,0]}}]}`
	f.Add([]byte(`{"method":"gigpo","groups":[` + group + `]}`))
	f.Add([]byte(`{"method":"reinforce++","tokens":true,"transforms":[{"name":"gdpo","rewards":["a"]}],"groups":[` + group + `,` + group + `]}`))
	f.Add([]byte(`{"method":"hgpo","preset":"verl-agent","params":{"K":1},"groups":[{}]}`))
	l := Limits{Bytes: 1 << 16, Groups: 8, Steps: 64, Tokens: 256, Work: 1e6, Workers: 1}
	f.Fuzz(func(t *testing.T, body []byte) {
		out, err := Handle(t.Context(), bytes.NewReader(body), l)
		if err != nil {
			return
		}
		var q struct {
			Tokens bool            `json:"tokens"`
			Groups []traces.Inputs `json:"groups"`
		}
		if err := json.Unmarshal(bytes.TrimPrefix(body, []byte("\ufeff")), &q); err != nil {
			t.Fatalf("answered what cannot be read: %v", err)
		}
		if len(out.Answers) != len(q.Groups) || out.Stats.Groups != len(q.Groups) || out.Stats.Steps > l.Steps {
			t.Fatalf("%d answers to %d groups, %+v", len(out.Answers), len(q.Groups), out.Stats.Stats)
		}
		tokens := 0
		for n, a := range out.Answers {
			for i, row := range a.Advantages {
				if row != nil && len(row) != len(q.Groups[n].Trajectories[i].Actions) {
					t.Fatalf("group %d, trajectory %d: %d advantages", n, i, len(row))
				}
				if q.Tokens {
					tokens += len(a.TokenAdvantages[i])
				}
			}
		}
		if tokens > l.Tokens {
			t.Fatalf("%d tokens", tokens)
		}
		if err := json.NewEncoder(io.Discard).Encode(out); err != nil {
			t.Fatal(err)
		}
	})
}
