package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/tidwall/gjson"

	"stepgym/envs"
)

type playFlags struct {
	envFlags
	task, split string
	seed        uint64
	actions     string
	scripts     string
	json        bool
	interactive bool
	hint        bool
}

func newPlay() *cobra.Command {
	var f playFlags
	c := &cobra.Command{
		Use:   "play",
		Short: "Play an episode: a person at the keyboard, or a script",
		Long: `Play an episode of an environment.

On a terminal a person plays: type the number of an action or its text. With
--actions the actions come from a file, one a line, and those after the end of the
episode are left out. With --scripts many episodes are played, one JSON object a line:
{"task": "goal:17", "seed": 0, "actions": ["search[desk lamp]", ...]}.

--json prints an object for the start and for each action: t, action, observation,
admissible, forms, reward, terminated, truncated, invalid, success, metrics. With
--scripts each also has "episode", the number of the row, counted from 0.

--hint says before each action how to go on: the actions that lead to success in the
fewest steps from where the episode is (in JSON: "hint", a list). Without actions it says so
of the start. Hints know what the player cannot see. Not every environment gives them.`,
		Example: `  gym play --env webshop
  gym play --env webshop --task goal:17 --actions moves.txt --json
  gym play --env alfworld --hint
  gym play --env webshop --config '{"data": "catalogue", "observation": "text_rich"}' --scripts plays.jsonl --json`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return f.run(c) },
	}
	f.add(c)
	fl := c.Flags()
	fl.StringVar(&f.task, "task", "", "task ID, such as goal:17; default: the first of the split")
	fl.StringVar(&f.split, "split", "train", "split to take the first task of")
	fl.Uint64Var(&f.seed, "seed", 0, "seed of the episode")
	fl.StringVar(&f.actions, "actions", "", "file with one action a line; - for standard input")
	fl.StringVar(&f.scripts, "scripts", "", "JSON lines file of episodes to play; - for standard input")
	fl.BoolVar(&f.json, "json", false, "print JSON, one object a line")
	fl.BoolVar(&f.interactive, "interactive", false, "ask for each action (default on a terminal)")
	fl.BoolVar(&f.hint, "hint", false, "say how to go on")
	c.MarkFlagsMutuallyExclusive("actions", "scripts", "interactive")
	return c
}

func (f *playFlags) run(c *cobra.Command) (err error) {
	ask := f.interactive || f.actions == "" && f.scripts == "" && isTerminal(c.OutOrStdout()) && isTerminal(c.InOrStdin())
	if !ask && f.actions == "" && f.scripts == "" && !f.hint {
		return misused(errors.New("give --actions or --scripts; only a terminal can be asked for actions (or say --interactive)"))
	}
	env, err := f.open(c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, env.Close()) }()
	out := newJSONLines(c.OutOrStdout())
	defer func() { err = errors.Join(err, out.Flush()) }()
	if f.scripts != "" {
		return f.runScripts(c, env, out)
	}
	task, err := findTask(env, f.split, f.task)
	if err != nil {
		return err
	}
	if ask {
		return f.ask(c, env, task)
	}
	var actions []string
	if f.actions != "" {
		if actions, err = readActions(f.actions, c.InOrStdin()); err != nil {
			return err
		}
	}
	emit := func(l envs.PlayLine) error { return out.Write(l) }
	if !f.json {
		emit = printer(c.OutOrStdout())
	}
	return taskError(envs.Play(c.Context(), env, task, f.seed, actions, emit, f.options()...))
}

// options says how episodes are played.
func (f *playFlags) options() []envs.PlayOption {
	if f.hint {
		return []envs.PlayOption{envs.WithHints()}
	}
	return nil
}

// taskError marks an unknown task, or hints that there are not, as the caller's
// mistake.
func taskError(err error) error {
	if errors.Is(err, envs.ErrNoTask) || errors.Is(err, errors.ErrUnsupported) {
		return misused(err)
	}
	return err
}

// printer writes what happens for a person to read.
func printer(w io.Writer) func(envs.PlayLine) error {
	return func(l envs.PlayLine) error {
		var b bytes.Buffer
		if l.T > 0 {
			fmt.Fprintf(&b, "\n[%d] %s\n", l.T, l.Action)
		}
		fmt.Fprintln(&b, l.Observation)
		printOutcome(&b, l)
		printHint(&b, l.Hint, l.HintError)
		_, err := b.WriteTo(w)
		return err
	}
}

// printOutcome writes what is worth knowing about a step besides the page.
func printOutcome(w io.Writer, l envs.PlayLine) {
	if l.Invalid {
		fmt.Fprintln(w, "(the action was refused)")
	}
	switch {
	case l.Terminated && l.Success:
		fmt.Fprintf(w, "The end: success, reward %v.\n", l.Reward)
	case l.Terminated:
		fmt.Fprintf(w, "The end: no success, reward %v.\n", l.Reward)
	case l.Truncated:
		fmt.Fprintln(w, "The end: out of turns.")
	case l.Reward != 0:
		fmt.Fprintf(w, "Reward %v.\n", l.Reward)
	}
}

// readActions reads one action a line. The end of the file is no action, an
// empty line is one.
func readActions(path string, stdin io.Reader) ([]string, error) {
	b, err := readInput(path, stdin)
	if err != nil || len(b) == 0 {
		return nil, err
	}
	lines := strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
	for i := range lines {
		lines[i] = strings.TrimSuffix(lines[i], "\r")
	}
	return lines, nil
}

func readInput(path string, stdin io.Reader) ([]byte, error) {
	if path == "-" {
		return io.ReadAll(stdin)
	}
	b, err := os.ReadFile(path)
	return b, misused(err)
}

// script is one row of --scripts.
type script struct {
	Task    string   `json:"task"`
	Seed    uint64   `json:"seed"`
	Actions []string `json:"actions"`
}

// scriptLine is a line of its output.
type scriptLine struct {
	Episode int `json:"episode"`
	envs.PlayLine
}

// scriptError takes the place of an episode that could not be played.
type scriptError struct {
	Episode int    `json:"episode"`
	Error   string `json:"error"`
}

// runScripts plays the rows in order. A row that cannot be played gives a line
// with the reason, and the command fails after the others.
func (f *playFlags) runScripts(c *cobra.Command, env envs.Env, out *jsonLines) error {
	failed, n := 0, 0
	err := eachLine(f.scripts, c.InOrStdin(), func(i int, line []byte) error {
		n = i + 1
		err := f.runScript(c.Context(), env, out, i, line)
		if err == nil {
			return nil
		}
		if c.Context().Err() != nil {
			return err
		}
		failed++
		fmt.Fprintf(c.ErrOrStderr(), "%s row %d: %v\n", f.scripts, i, err)
		if !f.json {
			return nil
		}
		return out.Write(scriptError{i, err.Error()})
	})
	if err == nil && failed > 0 {
		err = fmt.Errorf("%d of %d rows could not be played", failed, n)
	}
	return err
}

func (f *playFlags) runScript(ctx context.Context, env envs.Env, out *jsonLines, i int, line []byte) error {
	var s script
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&s); err != nil {
		return fmt.Errorf(`want {"task", "seed", "actions"}: %w`, err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more text after the JSON object")
	}
	if s.Task == "" {
		return errors.New(`has no "task"`)
	}
	emit := func(l envs.PlayLine) error { return out.Write(scriptLine{i, l}) }
	if !f.json {
		emit = printer(out.w)
	}
	return envs.Play(ctx, env, envs.Task{ID: s.Task}, s.Seed, s.Actions, emit, f.options()...)
}

// eachLine calls f with the number, from 0, and the bytes of every line that
// is not blank.
func eachLine(path string, stdin io.Reader, f func(i int, line []byte) error) error {
	in := stdin
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return misused(err)
		}
		defer file.Close() // only read from
		in = file
	}
	r := bufio.NewReaderSize(in, 1<<16)
	for i := 0; ; {
		line, err := r.ReadBytes('\n')
		if line = bytes.TrimSpace(line); len(line) > 0 {
			if err := f(i, line); err != nil {
				return err
			}
			i++
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// ask lets a person play.
func (f *playFlags) ask(c *cobra.Command, env envs.Env, task envs.Task) error {
	ep, err := envs.Record(c.Context(), env, task, f.seed)
	if err != nil {
		return taskError(err)
	}
	w, in := c.OutOrStdout(), bufio.NewScanner(c.InOrStdin())
	fmt.Fprintf(w, "Task %s. Type a number or an action; an empty line shows the page again; Ctrl-D ends.\n", task.ID)
	var r envs.Result
	for !r.Done() {
		o := ep.Observation()
		menu := showMenu(w, o)
		if f.hint {
			if err := showHint(c.Context(), w, ep.Episode); err != nil {
				return errors.Join(err, ep.Close())
			}
		}
		action, ok := prompt(w, in, menu)
		if !ok {
			fmt.Fprintln(w)
			break
		}
		if action == "" {
			continue
		}
		if r, err = ep.Step(c.Context(), envs.Action{Text: action}); err != nil {
			return errors.Join(err, ep.Close())
		}
		l := envs.PlayLine{Reward: r.Reward, Terminated: r.Terminated, Truncated: r.Truncated, Invalid: r.Invalid, Success: r.Success}
		if r.Done() {
			fmt.Fprintf(w, "\n%s\n", ep.Observation().Text())
		}
		printOutcome(w, l)
	}
	return errors.Join(in.Err(), ep.Close())
}

// signatures writes tools as name(required, optional?).
func signatures(tools []envs.ToolSchema) []string {
	out := make([]string, len(tools))
	for i, t := range tools {
		schema := gjson.ParseBytes(t.Params)
		required := map[string]bool{}
		for _, name := range schema.Get("required").Array() {
			required[name.String()] = true
		}
		var params []string
		schema.Get("properties").ForEach(func(name, _ gjson.Result) bool {
			p := name.String()
			if !required[p] {
				p += "?"
			}
			params = append(params, p)
			return true
		})
		out[i] = t.Name + "(" + strings.Join(params, ", ") + ")"
	}
	return out
}

// showMenu prints the page and what can be done; it returns the actions in the
// order of their numbers.
func showMenu(w io.Writer, o envs.Observation) []string {
	fmt.Fprintf(w, "\n%s\n\n", o.Text())
	if len(o.Tools) > 0 {
		fmt.Fprintf(w, "Tools: %s\n\n", strings.Join(signatures(o.Tools), ", "))
	}
	var menu []string
	add := func(ch *envs.Choice) {
		menu = append(menu, ch.Action.String())
		line := fmt.Sprintf("%4d  %s", len(menu), ch.Action)
		if ch.Desc != "" && !strings.Contains(line, ch.Desc) {
			line += "  — " + ch.Desc
		}
		fmt.Fprintln(w, line)
	}
	for _, ch := range o.Admissible {
		add(ch)
	}
	for _, form := range o.Forms {
		fmt.Fprintf(w, "      %s\n", form.Template)
		for _, ch := range form.Candidates {
			add(ch)
		}
	}
	return menu
}

// prompt reads an action: a number of the menu or a text.
func prompt(w io.Writer, in *bufio.Scanner, menu []string) (string, bool) {
	fmt.Fprint(w, "> ")
	if !in.Scan() {
		return "", false
	}
	text := strings.TrimSpace(in.Text())
	n, err := strconv.Atoi(text)
	switch {
	case err != nil:
		return text, true
	case n < 1 || n > len(menu):
		fmt.Fprintf(w, "There is no number %d.\n", n)
		return "", true
	}
	return menu[n-1], true
}
