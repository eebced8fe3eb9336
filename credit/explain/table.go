package explain

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"unicode/utf8"
)

// Write prints e as a table for a person: the states with their short names,
// then a table a trajectory.
func (e *Explanation) Write(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "group %q by %s: %s\ncompared: %s\n", e.Group, e.Method.Name, e.Method.Formula, e.Method.Grouping)
	if len(e.Transforms) > 0 {
		text, err := json.Marshal(e.Transforms)
		if err != nil {
			return err
		}
		fmt.Fprintf(b, "rewards changed before: %s\n", text)
	}
	visits := make([]int, len(e.States))
	for _, s := range e.Steps {
		visits[s.State]++
	}
	fmt.Fprintln(b, "\nstates")
	t := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	for i, text := range e.States {
		if visits[i] > 0 {
			fmt.Fprintf(t, "  %s\tleft %d times\t%s\n", stateName(i), visits[i], short(text, 100))
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	at := 0
	for i, tr := range e.Trajectories {
		if tr.Lost != "" {
			fmt.Fprintf(b, "\ntrajectory %d %q was lost: %s\n", i, tr.ID, tr.Lost)
			continue
		}
		ended := "no success"
		if tr.Success {
			ended = "success"
		}
		fmt.Fprintf(b, "\ntrajectory %d %q: score %s, %s\n", i, tr.ID, num(tr.Score), ended)
		t := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
		fmt.Fprintln(t, "  t\tstate\taction\treward\treturn\tadvantage\twhy")
		for ; at < len(e.Steps) && e.Steps[at].Trajectory == i; at++ {
			e.step(t, &e.Steps[at])
		}
		if err := t.Flush(); err != nil {
			return err
		}
	}
	return b.Flush()
}

// step writes the lines of one step: one a part.
func (e *Explanation) step(w io.Writer, s *Step) {
	head := fmt.Sprintf("  %d\t%s\t%s\t%s\t%s\t%+.4f", s.Step, stateName(s.State), short(s.Action, 40), num(s.Reward), num(s.Return), s.Advantage)
	for _, p := range s.Parts {
		fmt.Fprintf(w, "%s\t%+.4f %s: %s%s\n", head, p.Value, p.Name, p.Why, with(p.With))
		head = "  \t\t\t\t\t"
	}
}

// with lists the places of a comparison.
func with(places []Place) string {
	var names []string
	for _, p := range places {
		if p.Step < 0 {
			return "" // all trajectories, which goes without saying
		}
		names = append(names, fmt.Sprintf("%d:%d", p.Trajectory, p.Step))
	}
	if len(names) == 0 {
		return ""
	}
	if more := len(names) - 8; more > 0 {
		names = append(names[:8], fmt.Sprintf("and %d more", more))
	}
	return " [with " + strings.Join(names, " ") + "]"
}

// stateName returns A, B, …, Z, AA, AB, … for 0, 1, ….
func stateName(i int) string {
	name := ""
	for i++; i > 0; i = (i - 1) / 26 {
		name = string(rune('A'+(i-1)%26)) + name
	}
	return name
}

// short fits a text into one line of n characters.
func short(s string, n int) string {
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}
