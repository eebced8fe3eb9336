package webshop_test

import (
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs"
	"stepgym/envs/webshop"
)

// TestHTML compares the texts of mode html with those of mode text_rich.
func TestHTML(t *testing.T) {
	actions := []string{
		"search[odd headphones]", "click[bquirks001]", `click[5" x 7"]`, "click[red]", "click[description]", "click[< prev]",
		"click[features]", "click[< prev]", "click[reviews]", "click[< prev]", "click[< prev]", "click[next >]", "click[< prev]",
		"click[bquirks001]", "click[red]", "click[buy now]",
	}
	show := func(mode string) (texts []string) {
		env := open(t, func(c *webshop.Config) { c.Observation = mode; c.MaxTurns = 0 })
		err := envs.Play(t.Context(), env, envs.Task{ID: "goal:0"}, 1, actions, func(l envs.PlayLine) error {
			if l.Invalid {
				t.Errorf("%q was refused", l.Action)
			}
			texts = append(texts, l.Observation)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return texts
	}
	rich, pages := show(webshop.ModeRich), show(webshop.ModeHTML)
	mark := regexp.MustCompile(`(?m)^ *\[(?:clicked )?button\] (.*) \[(?:clicked )?button_\]$|^You have clicked .*\n`)
	for i := range pages {
		want := strings.Fields(mark.ReplaceAllString(rich[i], "$1"))
		got := strings.Fields(visible(t, pages[i]))
		if diff := cmp.Diff(got, want); diff != "" {
			t.Errorf("page %d (-html +rich):\n%s", i, diff)
		}
	}
	if !strings.Contains(pages[4], `name="color" value="5&#34; x 7&#34;" checked`) || !strings.Contains(pages[4], `name="pattern" value="red" checked`) {
		t.Errorf("the chosen options are not checked in:\n%s", pages[4])
	}
	if strings.Contains(pages[2], "<b>") || !strings.Contains(pages[2], "&lt;b&gt;&amp;amp; more&lt;/b&gt;") {
		t.Errorf("markup in a title is not escaped:\n%s", pages[2])
	}
}

// visible returns the text between the tags of a page's body, and checks that
// its tags are closed.
func visible(t *testing.T, page string) string {
	t.Helper()
	_, body, ok := strings.Cut(page, "<body>")
	if !ok {
		t.Fatalf("no body in %q", page)
	}
	body, _, _ = strings.Cut(body, "</body>")
	tag := regexp.MustCompile(`<(/?)([a-z]+)[^>]*>`)
	var open []string
	for _, m := range tag.FindAllStringSubmatch(body, -1) {
		switch {
		case m[2] == "input":
		case m[1] == "":
			open = append(open, m[2])
		case len(open) == 0 || open[len(open)-1] != m[2]:
			t.Fatalf("</%s> closes nothing in:\n%s", m[2], body)
		default:
			open = open[:len(open)-1]
		}
	}
	return html.UnescapeString(tag.ReplaceAllString(body, " "))
}
