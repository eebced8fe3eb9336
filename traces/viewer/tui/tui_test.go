package tui_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"stepgym/traces"
	"stepgym/traces/index"
	"stepgym/traces/viewer/tui"
)

// episode makes an episode of n steps; a reward above 0 at the end is a success.
func episode(id string, n int, reward float64) *traces.Trajectory {
	group, _, _ := strings.Cut(id, "/")
	t := &traces.Trajectory{
		ID: id, GroupID: group, TaskID: group, Env: "toy-v1", Policy: "rule", Iteration: -1, Goal: "find the way to " + id,
		Terminated: true, Turns: n, Return: reward, Success: reward > 0, Final: &traces.Observation{Text: "the end of " + id, State: "end"},
	}
	for i := range n {
		s := traces.Step{Observation: traces.Observation{Text: fmt.Sprintf("page %d of %s", i, id), State: fmt.Sprint(i), Place: "room"}, Action: fmt.Sprintf("go %d", i)}
		if i == n-1 {
			s.Reward, s.Terminated = reward, true
		}
		t.Steps = append(t.Steps, s)
	}
	return t
}

// open stores episodes and opens their index.
func open(t *testing.T, episodes ...*traces.Trajectory) (*index.Index, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "run")
	r, err := traces.Create(dir, traces.Manifest{Env: "toy-v1"}, traces.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range episodes {
		if err := r.Append(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	x, err := index.Open(dir, index.Options{Unclassified: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	return x, dir
}

// press gives keys to a screen and returns the frame after each.
func press(t *testing.T, x *index.Index, o tui.Options, keys string) []string {
	t.Helper()
	s, err := tui.New(t.Context(), x, o)
	if err != nil {
		t.Fatal(err)
	}
	frames := []string{strings.Join(s.Frame(80, 24), "\n")}
	r := bufio.NewReader(strings.NewReader(keys))
	for {
		k, _, err := r.ReadRune()
		if err != nil || s.Press(t.Context(), tui.Key(k)) {
			return frames
		}
		frames = append(frames, strings.Join(s.Frame(80, 24), "\n"))
	}
}

func TestKeys(t *testing.T) {
	x, _ := open(t, episode("a/0", 2, 1), episode("a/1", 3, 0), episode("b/0", 1, 1), episode("b/1", 2, 0), episode("a/2", 1, 1))
	tests := []struct{ keys, want string }{
		{"", "page 0 of a/1"}, // the first failure
		{"j", "page 1 of a/1"},
		{"jj", "page 2 of a/1"},
		{"jjj", "the end of a/1"},
		{"jjjj", "the end of a/1"},
		{"k", "page 0 of a/1"},
		{"Gk", "page 2 of a/1"},
		{"Gg", "page 0 of a/1"},
		{"h", "page 0 of a/0"},
		{"hh", "there is no further one"},
		{"l", "page 0 of b/0"},
		{"n", "page 0 of b/1"},
		{"nn", "there is no further one"},
		{"nN", "page 0 of a/1"},
		{"js", "the end of a/2"}, // of its one step the second is the end
		{"jss", "page 1 of a/0"},
		{"/of b\n", "page 0 of b/0"},
		{"/of b/1\n", "page 0 of b/1"},
		{"/nowhere\n", "Nothing holds \"nowhere\""},
		{"/nowhere\n/\n", "page 0 of a/0"},
		{"/now\x7f\x7f\x7fpage 2\n", "page 0 of a/1"},
		{"/abc\x1b", "page 0 of a/1"},
		{"?", "next failure"},
		{"?x", "page 0 of a/1"},
		{"r", "5 episodes, 0 new"},
	}
	for _, tt := range tests {
		frames := press(t, x, tui.Options{Name: "run"}, tt.keys)
		if got := frames[len(frames)-1]; !strings.Contains(got, tt.want) {
			t.Errorf("after %q there is no %q in\n%s", tt.keys, tt.want, got)
		}
	}
	for _, leave := range []string{"q", "?q", "\x03", "/\x03"} {
		if n := len(press(t, x, tui.Options{}, leave+"jjjj")); n > 2 {
			t.Errorf("%q does not leave", leave)
		}
	}
}

func TestFrame(t *testing.T) {
	e := episode("a/0", 3, 0)
	e.Iteration, e.Return, e.Invalid = 4, 0.25, 1
	e.Steps[1] = traces.Step{
		Observation: traces.Observation{Text: "WebShop [SEP] Back to Search [SEP] Buy Now", Place: "item", Focus: "B01"}, Action: "click[buy now]", Reward: 0.25, Invalid: true,
		LogProb: -0.6931, Entropy: 1.5, Value: 0.125, Tokens: 7, Options: []string{"click[back]", "click[buy now]"}, Probs: []float32{0.25, 0.5},
		Advantages: map[string]float64{"grpo/paper": -1},
	}
	x, _ := open(t, e)
	s, err := tui.New(t.Context(), x, tui.Options{Name: "run"})
	if err != nil {
		t.Fatal(err)
	}
	s.Press(t.Context(), 'j')
	want := ` run 1/1  a/0
failure: other  return 0.25  3 turns, 1 invalid  rule  iter…
find the way to a/0
── step 1/3 item B01 ───────────────────────────────────────
WebShop
Back to Search
Buy Now


▶ click[buy now]   [refused]
  reward 0.25  return 0.25  p 0.5  entropy 1.5  value 0.125…
   50.0 %  click[buy now]
   25.0 %  click[back]
·[x]·■
j k step   h l episode   n N failure   s sibling   / search…`
	got := strings.Join(s.Frame(60, 15), "\n")
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("frame (-want +got):\n%s", d)
	}
}

// TestAnySize draws hostile texts at any size: nothing panics, no line is too
// long, and no control character of theirs is left.
func TestAnySize(t *testing.T) {
	hostile := "\x1b]0;title\x07\x1b[2J\x9b31m\u202egnp.exe\u2066 日本語のページ \U0001f600 e\u0301 " + strings.Repeat("long", 60) + "\n\x00\r\n\t\xff\xfe <script>"
	e := episode("h/0", 4, 0)
	e.Policy, e.Goal, e.Err, e.Stage, e.Parent = hostile, hostile, hostile, hostile, hostile
	for i := range e.Steps {
		e.Steps[i].Observation.Text, e.Steps[i].Observation.Place, e.Steps[i].Observation.Focus = strings.Repeat(hostile, 5), hostile, hostile
		e.Steps[i].Action, e.Steps[i].Options, e.Steps[i].Probs = hostile, []string{hostile, hostile}, []float32{0.5, 0.25}
		e.Steps[i].Advantages = map[string]float64{hostile: 1}
	}
	empty := episode("h/1", 0, 0)
	empty.Final = nil
	x, _ := open(t, e, empty, episode("h/2", 900, 0))
	rng := rand.New(rand.NewPCG(7, 7))
	keys := []tui.Key{'j', 'k', 'g', 'G', 'h', 'l', 'n', 'N', 's', 'd', 'u', '?', '/', '\n', 'p', tui.Up, tui.PageDown, tui.Unknown, 27}
	s, err := tui.New(t.Context(), x, tui.Options{Name: hostile})
	if err != nil {
		t.Fatal(err)
	}
	for range 3000 {
		s.Press(t.Context(), keys[rng.IntN(len(keys))])
		w, h := rng.IntN(120), rng.IntN(50)
		lines := s.Frame(w, h)
		if len(lines) > max(h, 10) {
			t.Fatalf("%d lines at %d x %d", len(lines), w, h)
		}
		for _, l := range lines {
			if n := utf8.RuneCountInString(l); n > max(w, 20)+8 { // combining marks take no room
				t.Fatalf("a line of %d characters at %d x %d: %q", n, w, h, l)
			}
			for _, r := range l {
				if unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control) {
					t.Fatalf("control character %q in %q", r, l)
				}
			}
		}
	}
}

func TestRun(t *testing.T) {
	x, dir := open(t, episode("a/0", 2, 0), episode("a/1", 2, 0))
	s, err := tui.New(t.Context(), x, tui.Options{Start: "a/1", Color: true})
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	keys := "j\x1b[A\x1b[D\x1b[5~\x1bOF\x1b[99;99~\x1b[99999999999999999999~q"
	if err := tui.Run(t.Context(), tui.Terminal{In: strings.NewReader(keys), Out: &out, Live: true}, s); err != nil {
		t.Fatal(err)
	}
	got := out.String()
	if !strings.HasPrefix(got, "\x1b[?1049h") || !strings.HasSuffix(got, "\x1b[?1049l") {
		t.Errorf("the terminal is not left as it was: %q", got)
	}
	for _, want := range []string{"page 0 of a/1", "page 1 of a/1", "page 0 of a/0", "the end of a/0", "\x1b[7m"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q", want)
		}
	}
	if _, err := tui.New(t.Context(), x, tui.Options{Start: "a/7"}); err == nil {
		t.Error("an episode that is not there is accepted")
	}

	out.Reset()
	s, err = tui.New(t.Context(), x, tui.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := tui.Run(t.Context(), tui.Terminal{In: strings.NewReader("j\nl\n"), Out: &out}, s); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); strings.Contains(got, "\x1b") || !strings.Contains(got, "page 0 of a/1") {
		t.Errorf("without a terminal:\n%s", got)
	}

	if err := os.Remove(filepath.Join(dir, "episodes-000001.jsonl")); err != nil {
		t.Fatal(err)
	}
	s.Press(t.Context(), 'h')
	if got := strings.Join(s.Frame(80, 24), "\n"); !strings.Contains(got, "cannot be shown") && !strings.Contains(got, "page 0") {
		t.Errorf("a file that is gone:\n%s", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := tui.Run(ctx, tui.Terminal{In: strings.NewReader("j"), Out: &out}, s); err == nil {
		t.Error("goes on after the end of the context")
	}
}
