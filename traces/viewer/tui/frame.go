package tui

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"stepgym/traces"
)

// The least size of a terminal that is drawn for; on a smaller one lines are cut.
const (
	leastWidth  = 20
	leastHeight = 10
)

// style is how a line is shown where the terminal can.
type style string

const (
	plain   style = ""
	bold    style = "\x1b[1m"
	dim     style = "\x1b[2m"
	reverse style = "\x1b[7m"
	normal  style = "\x1b[0m"
)

// styled is a line of a frame.
type styled struct {
	text  string
	style style
}

// Frame returns the screen as height lines of at most width columns each.
func (s *Screen) Frame(width, height int) []string {
	width, height = max(width, leastWidth), max(height, leastHeight)
	var head, body, foot []styled
	switch {
	case s.help:
		body = helpLines()
	case len(s.rows) == 0:
		body = []styled{{"No episodes here.", plain}, {"", plain}, {s.whyEmpty(), dim}}
	case s.t == nil:
		head = s.title()
		body = []styled{{"This episode cannot be shown:", plain}, {line(fmt.Sprint(s.bad)), plain}}
	default:
		head, body, foot = s.title(), s.observation(width), s.decision(width)
	}
	foot = append(foot, s.status())
	if len(foot) > height/2 && len(foot) > 2 {
		foot = slices.Concat(foot[:max(1, height/2-1)], foot[len(foot)-1:])
	}
	room := max(1, height-len(head)-len(foot))
	s.scroll = max(0, min(s.scroll, len(body)-room))
	if s.scroll > 0 && s.scroll < len(body) {
		body = body[s.scroll:]
	}
	if len(body) > room {
		body = append(slices.Clone(body[:room-1]), styled{fmt.Sprintf("… %d more lines (d)", len(body)-room+1), dim})
	}
	for len(body) < room {
		body = append(body, styled{})
	}
	return s.paint(slices.Concat(head, body, foot), width, height)
}

func (s *Screen) paint(lines []styled, width, height int) []string {
	var out []string
	for _, l := range lines[:min(len(lines), height)] {
		text := cut(l.text, width)
		if s.o.Color && l.style != plain && text != "" {
			text = string(l.style) + text + string(normal)
		}
		out = append(out, text)
	}
	return out
}

func (s *Screen) whyEmpty() string {
	if s.o.Filter.Text != "" {
		return fmt.Sprintf("Nothing holds %q: press / and Enter to see all.", clean(s.o.Filter.Text))
	}
	return "The run holds none yet that pass the filter: press r to look again."
}

// title says which episode is shown and what came of it.
func (s *Screen) title() []styled {
	r := s.row()
	out := string(r.Outcome())
	if class := s.class(); class != "" {
		out += ": " + class
	}
	first := fmt.Sprintf(" %d/%d  %s", s.at+1, len(s.rows), line(r.ID))
	if s.o.Name != "" {
		first = " " + line(s.o.Name) + first
	}
	second := fmt.Sprintf("%s  return %s  %d turns", out, num(r.Return), r.Turns)
	if r.Invalid > 0 {
		second += fmt.Sprintf(", %d invalid", r.Invalid)
	}
	second += "  " + line(r.Policy)
	if r.Iteration >= 0 {
		second += fmt.Sprintf("  iteration %d", r.Iteration)
	}
	if r.Parent != "" {
		second += fmt.Sprintf("  forked at %d of %s", r.ForkAt, line(r.Parent))
	}
	lines := []styled{{first, reverse}, {second, bold}, {line(r.Goal), plain}}
	if r.Err != "" {
		lines = append(lines, styled{"lost at " + line(r.Stage) + ": " + line(r.Err), bold})
	}
	return lines
}

// class is the class of failure of the episode shown, in words.
func (s *Screen) class() string {
	if s.t == nil {
		return ""
	}
	name := s.x.Classify(s.t)
	for _, c := range s.x.Classes() {
		if c.Name == name {
			return c.Title
		}
	}
	return name
}

// observation is what the agent saw at the step, under the step's own line.
func (s *Screen) observation(across int) []styled {
	o := s.seen()
	head := fmt.Sprintf("── step %d/%d ", s.step, len(s.t.Steps))
	if s.step == len(s.t.Steps) {
		head = "── the end "
	}
	if o == nil {
		return []styled{{head + "──", dim}, {"No steps were taken.", plain}}
	}
	for _, extra := range []string{o.Place, o.Focus} {
		if extra != "" {
			head += line(extra) + " "
		}
	}
	head += strings.Repeat("─", max(0, across-width(head)))
	out := []styled{{head, dim}}
	for _, l := range wrap(page(o.Text), across) {
		out = append(out, styled{l, plain})
	}
	return out
}

func (s *Screen) seen() *traces.Observation {
	if s.step < len(s.t.Steps) {
		return &s.t.Steps[s.step].Observation
	}
	return s.t.Final
}

// shownOptions is how many of a policy's actions are listed.
const shownOptions = 5

// decision is what was done at the step and what came of it.
func (s *Screen) decision(width int) []styled {
	if s.step >= len(s.t.Steps) {
		return []styled{s.timeline(width)}
	}
	p := &s.t.Steps[s.step]
	first := "▶ " + line(p.Action)
	if p.Invalid {
		first += "   [refused]"
	}
	out := []styled{{first, bold}}
	rest := 0.0
	for i := len(s.t.Steps) - 1; i >= s.step; i-- {
		rest += s.t.Steps[i].Reward
	}
	facts := []string{"reward " + num(p.Reward), "return " + num(rest)}
	if p.LogProb != 0 {
		facts = append(facts, "p "+num(math.Exp(p.LogProb)))
	}
	if p.Entropy != 0 {
		facts = append(facts, "entropy "+num(p.Entropy))
	}
	if p.Value != 0 {
		facts = append(facts, "value "+num(p.Value))
	}
	if p.Tokens > 1 {
		facts = append(facts, fmt.Sprintf("%d tokens", p.Tokens))
	}
	var methods []string
	for m := range p.Advantages {
		methods = append(methods, m)
	}
	sort.Strings(methods)
	for _, m := range methods {
		facts = append(facts, "advantage "+line(m)+" "+num(p.Advantages[m]))
	}
	out = append(out, styled{"  " + strings.Join(facts, "  "), plain})
	out = append(out, options(p)...)
	return append(out, s.timeline(width))
}

// options lists what the policy thought most of.
func options(p *traces.Step) []styled {
	if len(p.Options) == 0 || len(p.Probs) != len(p.Options) {
		return nil
	}
	order := make([]int, len(p.Options))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case p.Probs[a] > p.Probs[b]:
			return -1
		case p.Probs[a] < p.Probs[b]:
			return 1
		}
		return 0
	})
	var out []styled
	for _, i := range order[:min(shownOptions, len(order))] {
		out = append(out, styled{fmt.Sprintf("  %5.1f %%  %s", 100*p.Probs[i], line(p.Options[i])), dim})
	}
	if more := len(order) - shownOptions; more > 0 {
		out = append(out, styled{fmt.Sprintf("           and %d more", more), dim})
	}
	return out
}

// timeline has a character for each step: a dot, x where the action was refused,
// + and - where there was a reward; the present one is in brackets.
func (s *Screen) timeline(width int) styled {
	n := len(s.t.Steps)
	show := max(1, width-6)
	from := max(0, min(s.step-show/2, n+1-show))
	var b strings.Builder
	for i := from; i <= n && i < from+show; i++ {
		c := "·"
		switch {
		case i == n && s.t.Final == nil:
			continue
		case i == n:
			c = "■"
		case s.t.Steps[i].Invalid:
			c = "x"
		case s.t.Steps[i].Reward > 0:
			c = "+"
		case s.t.Steps[i].Reward < 0:
			c = "-"
		}
		if i == s.step {
			c = "[" + c + "]"
		}
		b.WriteString(c)
	}
	return styled{b.String(), plain}
}

// status is the last line: a search, a note, or which keys there are.
func (s *Screen) status() styled {
	switch {
	case s.typing != nil:
		return styled{"/" + clean(*s.typing) + "▏", plain}
	case s.note != "":
		return styled{s.note, reverse}
	}
	return styled{"j k step   h l episode   n N failure   s sibling   / search   ? help   q quit", dim}
}

func helpLines() []styled {
	var out []styled
	for l := range strings.SplitSeq(`Keys

  j  down  space    next step            g  home   first step
  k  up             step before          G  end    what was seen at the end
  l  right  J       next episode         d  page down  more of the page
  h  left   K       episode before       u  page up    back again
  n                 next failure         s  next of the group, at the same step
  N  p              failure before       /  only episodes that hold a text
  r                 read what is new     q  leave

Timeline: · a step, x a refused action, + - a reward, ■ the end.
Any key goes back.`, "\n") {
		out = append(out, styled{l, plain})
	}
	return out
}

// num writes a number shortly.
func num(x float64) string {
	s := fmt.Sprintf("%.3f", x)
	s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	if s == "-0" {
		return "0"
	}
	return s
}
