package webshop_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs"
	"stepgym/envs/webshop"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares got with a file of testdata, or rewrites the file.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(got, "\n"), strings.Split(string(want), "\n")); diff != "" {
		t.Errorf("%s (-got +want); after a look, rewrite it with -update:\n%s", path, diff)
	}
}

// TestPlaythrough prints everything that can be observed of three episodes.
func TestPlaythrough(t *testing.T) {
	plays := []struct {
		name    string
		change  func(*webshop.Config)
		goal    int
		actions []string
	}{
		{"text", func(*webshop.Config) {}, 0, []string{
			"search[Gold plated headphones]", "click[next >]", "click[< prev]", "click[bquirks001]", "click[café]", "click[red]",
			"click[features]", "click[< prev]", "nonsense", "click[buy now]",
		}},
		{"text_rich with attributes and history", func(c *webshop.Config) {
			c.Observation, c.ShowAttributes, c.HistoryActions, c.HistoryObservations = webshop.ModeRich, true, 1, 1
		}, 1, []string{
			"search[odd headphones]", "click[bquirks001]", "click[red]", "click[attributes]", "click[< prev]", "click[< prev]",
			"click[back to search]",
		}},
		{"url, two turns", func(c *webshop.Config) { c.Observation, c.MaxTurns = webshop.ModeURL, 2 }, 2, []string{
			"search[a \"b\"]", "click[back to search]",
		}},
	}
	var b strings.Builder
	for _, p := range plays {
		env := open(t, p.change)
		fmt.Fprintf(&b, "##### %s: %s, goal %d\n", p.name, env.Spec().ID(), p.goal)
		ep := reset(t, env, p.goal)
		printObservation(&b, ep.Observation())
		for _, a := range p.actions {
			r := step(t, ep, a)
			fmt.Fprintf(&b, "\n>>> %s\nreward %v terminated %v truncated %v invalid %v success %v metrics %v\n",
				a, r.Reward, r.Terminated, r.Truncated, r.Invalid, r.Success, r.Metrics)
			printObservation(&b, ep.Observation())
		}
		b.WriteByte('\n')
	}
	golden(t, "playthrough.txt", b.String())
}

func printObservation(b *strings.Builder, o envs.Observation) {
	fmt.Fprintf(b, "place %q focus %q key %q\n", o.Place, o.Focus, o.StateKey)
	for _, m := range o.Messages {
		fmt.Fprintf(b, "%s: %q\n", m.Role, m.Content)
	}
	if o.Anchor != o.Text() {
		fmt.Fprintf(b, "anchor %q\n", o.Anchor)
	}
	if o.Body != "" {
		fmt.Fprintf(b, "body %q\n", o.Body)
	}
	for _, c := range o.Admissible {
		printChoice(b, "  ", c)
	}
	for _, f := range o.Forms {
		fmt.Fprintf(b, "  %s (%s)\n", f.Template, f.Kind)
		for _, c := range f.Candidates {
			printChoice(b, "    ", c)
		}
	}
}

func printChoice(b *strings.Builder, indent string, c *envs.Choice) {
	fmt.Fprintf(b, "%s%q kind %q desc %q ref %q slot %q\n", indent, c.Action.Text, c.Kind, c.Desc, c.Ref, c.Slot)
}
