package world_test

import (
	"strings"
	"testing"

	"stepgym/envs"
	"stepgym/envs/toolcall/world"
)

func TestLint(t *testing.T) {
	if err := open(t, depotConfig()).Lint(t.Context()); err != nil {
		t.Errorf("the depot: %v", err)
	}
	if err := open(t, config()).Lint(t.Context()); err != nil {
		t.Errorf("the library: %v", err)
	}
	for _, c := range []struct {
		name string
		set  func(*world.Task[depot])
		want string
	}{
		{"fails", func(t *world.Task[depot]) { t.Solution = t.Solution[1:] }, "does not end in success"},
		{"goes on", func(t *world.Task[depot]) { t.Solution = append(t.Solution, world.Say("more")) }, "of the 3 actions of its solution only 2 are taken"},
		{"invalid", func(t *world.Task[depot]) { t.Solution = []envs.Action{world.Use("fly", nil)} }, "of the 1 actions of its solution only 0"},
		{"nothing", func(t *world.Task[depot]) {
			t.Judge = func(*depot, string) world.Verdict { return world.Pass(true) }
		}, "solved by doing nothing"},
		{"broken", func(t *world.Task[depot]) {
			t.Judge = func(*depot, string) world.Verdict { panic("oh") }
		}, "panic: oh"},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := depotConfig()
			c.set(&config.Train[0])
			if err := open(t, config).Lint(t.Context()); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}
