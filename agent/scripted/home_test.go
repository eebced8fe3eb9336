package scripted

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"strings"

	"stepgym/agent"
	"stepgym/envs"
)

// home is a small household that shows what the real one shows.
type home struct {
	recs    []*homeRec
	objects []*homeObject
	task    string // the sentence
	kind    string // "", clean, heat, cool, two or look
	object  string // class
	place   string // class of receptacle or lamp
	limit   int
}

type homeRec struct {
	name     string
	at       int
	openable bool
	open     bool
	holds    []string // classes that can be put here
}

type homeObject struct {
	name   string
	in     []string
	fixed  bool // cannot be picked up; can be used
	done   map[string]bool
	used   bool
	cannot string // a treatment that it does not take
}

// stay is an episode in a home.
type stay struct {
	home
	at, turns   int
	held, focus string
	text        string
	invalid     bool
}

func (h home) stay() *stay {
	s := &stay{home: h, at: -1}
	s.recs, s.objects = nil, nil
	for _, r := range h.recs {
		c := *r
		s.recs = append(s.recs, &c)
	}
	for _, o := range h.objects {
		c := *o
		c.in, c.done = slices.Clone(o.in), map[string]bool{}
		s.objects = append(s.objects, &c)
	}
	var names []string
	for _, r := range s.recs {
		names = append(names, r.name)
	}
	s.text = "Welcome!\n\nYou are in the middle of a room. Looking quickly around you, you see " + enumerate(names) + ".\n\nYour task is to: " + h.task
	return s
}

func enumerate(names []string) string {
	if len(names) == 0 {
		return "nothing"
	}
	out := "a " + names[0]
	for i, n := range names[1:] {
		out += ", "
		if i == len(names)-2 {
			out += "and "
		}
		out += "a " + n
	}
	return out
}

func (s *stay) rec(name string) *homeRec {
	for _, r := range s.recs {
		if r.name == name {
			return r
		}
	}
	return nil
}

func (s *stay) thing(name string) *homeObject {
	for _, o := range s.objects {
		if o.name == name {
			return o
		}
	}
	return nil
}

func (s *stay) look(r *homeRec) string {
	if r.openable && !r.open {
		return fmt.Sprintf("The %s is closed.", r.name)
	}
	var in []string
	for _, o := range s.objects {
		if slices.Contains(o.in, r.name) {
			in = append(in, o.name)
		}
	}
	if r.openable {
		return fmt.Sprintf("The %s is open. In it, you see %s.", r.name, enumerate(in))
	}
	return fmt.Sprintf("On the %s, you see %s.", r.name, enumerate(in))
}

func (s *stay) choices() []*envs.Choice {
	var out []*envs.Choice
	add := func(text, ref, with string) {
		kind, _, _ := strings.Cut(text, " ")
		out = append(out, &envs.Choice{Action: envs.Action{Text: text}, Kind: kind, Ref: ref, With: with})
	}
	add("help", "", "")
	add("inventory", "", "")
	add("look", "", "")
	if s.held != "" {
		add("examine "+s.held, s.held, "")
	}
	for _, r := range s.recs {
		if r.at != s.at {
			add("go to "+r.name, r.name, "")
			continue
		}
		add("examine "+r.name, r.name, "")
		access := !r.openable || r.open
		if r.openable && r.open {
			add("close "+r.name, r.name, "")
		} else if r.openable {
			add("open "+r.name, r.name, "")
		}
		for _, o := range s.objects {
			if !slices.Contains(o.in, r.name) {
				continue
			}
			if o.fixed {
				add("use "+o.name, o.name, "")
			} else if access && s.held == "" {
				add("take "+o.name+" from "+r.name, o.name, r.name)
			}
		}
		if s.held == "" {
			continue
		}
		if access && slices.Contains(r.holds, classOf(s.held)) {
			add("move "+s.held+" to "+r.name, s.held, r.name)
		}
		for treat, tool := range map[string]string{"clean": "sinkbasin", "heat": "microwave", "cool": "fridge"} {
			if classOf(r.name) == tool && s.thing(s.held).cannot != treat {
				add(treat+" "+s.held+" with "+r.name, s.held, r.name)
			}
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Action.Text < out[j].Action.Text })
	return out
}

func (s *stay) Observation() envs.Observation {
	o := envs.Observation{Messages: []envs.Message{{Role: "user", Content: s.text}}, Anchor: s.text, Place: "room", Focus: s.focus, Admissible: s.choices()}
	if r := s.rec(s.focus); r != nil {
		o.Body = s.look(r)
		switch {
		case !r.openable:
			o.Place = "surface"
		case r.open:
			o.Place = "open"
		default:
			o.Place = "closed"
		}
	}
	return o
}

func (s *stay) step(a envs.Action) {
	s.turns++
	k := slices.IndexFunc(s.choices(), func(c *envs.Choice) bool { return c.Action.Text == a.Text })
	if s.invalid = k < 0; s.invalid {
		s.text = "Nothing happens."
		return
	}
	c := s.choices()[k]
	r, o := s.rec(c.Ref), s.thing(c.Ref)
	if with := s.rec(c.With); with != nil {
		s.focus, r = c.With, with
	} else if r != nil {
		s.focus = c.Ref
	}
	s.text = "Done."
	switch c.Kind {
	case "go":
		s.at = r.at
	case "open":
		r.open = true
	case "close":
		r.open = false
	case "take":
		s.held = o.name
		o.in = slices.DeleteFunc(o.in, func(x string) bool { return x == r.name })
	case "move":
		s.held = ""
		o.in = append(o.in, r.name)
	case "use":
		o.used = true
	case "clean", "heat", "cool":
		o.done[c.Kind] = true
		if c.Kind != "clean" {
			delete(o.done, map[string]string{"heat": "cool", "cool": "heat"}[c.Kind])
		}
	}
}

func (s *stay) won() bool {
	if s.kind == "look" {
		for _, l := range s.objects {
			if classOf(l.name) == s.place && l.used && s.held != "" && classOf(s.held) == s.object &&
				slices.ContainsFunc(l.in, func(r string) bool { return s.rec(r).at == s.at }) {
				return true
			}
		}
		return false
	}
	inside := map[string]int{}
	for _, o := range s.objects {
		if classOf(o.name) != s.object || s.kind != "" && s.kind != "two" && !o.done[s.kind] {
			continue
		}
		for _, r := range o.in {
			if classOf(r) == s.place {
				inside[r]++
			}
		}
	}
	need := 1
	if s.kind == "two" {
		need = 2
	}
	for _, n := range inside {
		if n >= need {
			return true
		}
	}
	return false
}

// visitHome plays to the end and returns what was done, and whether it was won.
func visitHome(pl agent.Player, h home) (done []string, won bool, err error) {
	s := h.stay()
	for s.turns < h.limit && !s.won() {
		d, err := pl.Act(context.Background(), s.Observation())
		if err != nil {
			return done, false, err
		}
		done = append(done, d.Action.Text)
		s.step(d.Action)
	}
	return done, s.won(), nil
}
