package engine

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite golden files")

// workshop loads the game of testdata/workshop.
func workshop(t testing.TB) *Game {
	t.Helper()
	read := func(name string) []byte {
		b, err := os.ReadFile("testdata/workshop/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	r := parsed(t, read("domain.pddl"), read("grammar.twl2"))
	return load(t, r, "problem.pddl", string(read("problem.pddl")), "ring when all is done.")
}

// plan wins the workshop, with some detours.
var plan = []string{
	"walk to chest 2", "examine bench 2", "ring bench 2", "open chest 2", "fly", "take saw 2 from chest 2", "ring bench 2",
	"walk to bench 1", "hone saw 2 at bench 1", "hone saw 2 at bench 1", "hone saw 2 at bench 1", " walk to chest 2 ",
	"put saw 2 on bench 2", "walk to bench 1", "take plank 1 from bench 1", "paint plank 1 with redpaint at bench 1",
	"paint plank 1 with redpaint  at bench 1", "paint plank 1 with blue 1 at bench 1", "put plank 1 on chest 1",
	"take plank 1 from chest 1", "examine bench 1", "walk to bench 2", "put plank 1 on bench 2", "ring bench 2",
}

// TestPlaythrough plays a small game of another kind and prints everything.
func TestPlaythrough(t *testing.T) {
	g := workshop(t)
	var out strings.Builder
	for i, e := range g.Entities() {
		fmt.Fprintf(&out, "entity %d: %s %q, class %q, number %d, type %s\n", i, e.ID, e.Name, e.Class, e.Number, g.Type(i))
	}
	s := g.Start()
	show := func(feedback string, ok bool) {
		fmt.Fprintf(&out, "%q ok=%v won=%v\n", feedback, ok, s.Won())
		for i, c := range s.Admissible() {
			ch := s.Choices()[i]
			fmt.Fprintf(&out, "    %s (%s) kind=%s ref=%s with=%s slot=%s %v\n", g.Text(c), g.Schema(c), ch.Kind, ch.Ref, ch.With, ch.Slot, g.Args(c))
		}
		for _, p := range []string{"at", "on", "open", "carries", "painted", "sharp", "seen"} {
			s.Each(p, func(args []int) bool {
				names := []string{p}
				for _, a := range args {
					names = append(names, strings.TrimSpace(g.Entities()[a].Name))
				}
				fmt.Fprintf(&out, "    (%s)\n", strings.Join(names, ", "))
				return true
			})
		}
		fmt.Fprintf(&out, "    key %s\n", s.Key())
	}
	show(s.Intro(), true)
	for _, command := range plan {
		fmt.Fprintf(&out, "\n> %s\n", command)
		show(s.Step(command))
	}
	if !s.Won() {
		t.Error("the plan does not win")
	}
	const golden = "testdata/workshop/playthrough.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(strings.Split(out.String(), "\n"), strings.Split(string(want), "\n")); d != "" {
		t.Errorf("playthrough changed; read the difference, then rewrite it with -update (-got +want):\n%s", d)
	}
	if !slices.IsSortedFunc(g.commands, func(a, b *phrase) int { return strings.Compare(a.text, b.text) }) {
		t.Error("commands are not in the order of their texts")
	}
}
