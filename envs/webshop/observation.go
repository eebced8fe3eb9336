package webshop

import (
	"slices"
	"strconv"
	"strings"

	"stepgym/envs"
)

// scene returns the session's page as its customer sees it, without history.
func (s *session) scene() *scene {
	p, goal := s.page, int32(s.goal.Index)
	if !s.shared() {
		return newScene(goal, s.world.render(p, s.goal, s))
	}
	if p.place == placeSearch {
		return s.world.startOf(s.goal).scene
	}
	if v := p.last.Load(); v != nil && v.goal == goal {
		return v
	}
	v := newScene(goal, s.world.render(p, s.goal, s))
	p.last.Store(v)
	return v
}

// shared reports whether the page looks the same to everyone with the goal.
func (s *session) shared() bool {
	at := s.page.place
	switch s.world.config.Observation {
	case ModeText:
		return at != placeDone
	case ModeURL:
		return false
	}
	switch at { // text_rich and html mark what was chosen and visited
	case placeDone:
		return false
	case placeResults:
		return len(s.visited) == 0
	case placeItem:
		// A quotation mark in the search can mark a value that nobody chose.
		return len(s.options) == 0 && !strings.Contains(s.words, `"`) && !strings.Contains(s.names(), `"`)
	}
	return true
}

// render writes page p for the customer with goal g in the configured mode. s
// is the session where the page depends on it, see shared.
func (w *world) render(p *page, g *Goal, s *session) string {
	switch w.config.Observation {
	case ModeURL:
		return s.url()
	case ModeHTML:
		return w.renderHTML(p, g, s)
	case ModeRich:
		return w.renderRich(p, g, s)
	}
	if p.place == placeDone {
		return strings.TrimPrefix(textTail(s.doneNodes()), separator)
	}
	before, text := textHead(p.place, g.Instruction)
	return joinPage(before, text, p)
}

// joinPage puts the head of a page, its tail and its results together.
func joinPage(before, text string, p *page) string {
	n := len(before) + len(text) + len(p.tail)
	for _, l := range p.links {
		n += len(l.text)
	}
	var b strings.Builder
	b.Grow(n)
	writeAll(&b, before, text, p.tail)
	for _, l := range p.links {
		b.WriteString(l.text)
	}
	return b.String()
}

func (w *world) renderRich(p *page, g *Goal, s *session) string {
	if p.place == placeDone {
		text, _ := richTail(s.doneNodes(), nil, nil)
		return text
	}
	head := richHead(p.place, g.Instruction)
	if s == nil || s.shared() {
		return joinPage(head, "", p)
	}
	tail, front := richTail(w.tailNodes(nil, p), s.marked(), s.wasVisited)
	return front + head + tail
}

// doneNodes are the texts of the session's last page.
func (s *session) doneNodes() []node {
	return doneNodes(nil, s.asin(), s.settings(), s.reward.Score)
}

// marked returns which option values mode text_rich shows as clicked. The
// original looks for the value in quotation marks anywhere in the address. So
// values that JSON escapes never show, and a quoted word of the search or the
// name of an option does.
//
// Differs without compat: the chosen values show.
func (s *session) marked() func(string) bool {
	if s.world.config.Compat {
		url := s.url()
		return func(value string) bool { return strings.Contains(url, `"`+value+`"`) }
	}
	settings := s.settings()
	return func(value string) bool {
		return slices.ContainsFunc(settings, func(o Setting) bool { return o.Value == value })
	}
}

// wasVisited reports whether the product with this ASIN was opened since the
// last visit to the search page.
func (s *session) wasVisited(asin string) bool {
	i, ok := s.world.catalog.ByASIN(asin)
	if !ok {
		return false
	}
	_, found := slices.BinarySearch(s.visited, int32(i))
	return found
}

// appendStateKey appends the name of the session's state: page, search, open
// product, chosen options, products visited and random searches made. Options
// are in the product's order, for the order of the clicks has no consequences.
func (s *session) appendStateKey(b []byte) []byte {
	at := s.page.place
	b = append(b, at.String()...)
	if at == placeDone {
		// Only an inner session goes on from here, and it keeps nothing of what was.
		b = append(append(b, ' '), s.asin()...)
		return s.appendOptions(b)
	}
	if s.draws > 0 {
		b = strconv.AppendUint(append(b, " r"...), uint64(s.draws), 10)
	}
	if at == placeSearch {
		return b
	}
	if at.onItem() {
		b = append(append(b, ' '), s.page.asin...)
		b = s.appendOptions(b)
	}
	for i, id := range s.visited {
		b = append(b, []string{" v", ","}[min(i, 1)]...)
		b = strconv.AppendInt(b, int64(id), 36)
	}
	b = strconv.AppendInt(append(b, " p"...), int64(s.no), 10)
	return append(append(b, ": "...), s.words...)
}

// appendOptions appends the chosen options by their places.
func (s *session) appendOptions(b []byte) []byte {
	if len(s.options) == 0 {
		return b
	}
	options := s.options
	if s.world.config.Observation != ModeURL && len(options) > 1 {
		var array [8]chosen
		options = append(array[:0], options...)
		slices.SortFunc(options, func(a, b chosen) int { return int(a.option) - int(b.option) })
	}
	for i, c := range options {
		b = append(b, []string{" o", ","}[min(i, 1)]...)
		b = strconv.AppendInt(b, int64(c.option), 10)
		b = strconv.AppendInt(append(b, '='), int64(c.value), 10)
	}
	return b
}

// observe returns what the customer sees, without history. Over says that the
// episode has ended, so that nothing more is offered.
func (s *session) observe(v *scene, key string, over bool) envs.Observation {
	p := s.page
	o := envs.Observation{
		Messages: v.messages[:1:1],
		Place:    p.place.String(),
		Focus:    p.asin,
		Body:     p.body,
		Anchor:   v.text,
		StateKey: key,
	}
	if over {
		return o
	}
	o.Admissible = p.choices
	if p.place == placeSearch {
		o.Forms = s.world.startOf(s.goal).forms
	}
	return o
}
