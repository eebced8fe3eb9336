package scripted

import (
	"math"
	"strings"

	"stepgym/envs"
)

// verify walks down the first page of results and reads the products within the
// price limit. It buys the first that has every "name: value" of the
// instruction; when turns run out, the best one seen.
//
// With features it also opens the features page of such a product, and buys
// only when the attributes it guesses from the instruction are all named there
// or in the title. How an attribute is found in a text is up to names: letter
// by letter, or with the endings of words left out ("machine washable" names
// "machine wash").
type verify struct {
	goal     goal
	turns    int // limit; a very large number if there is none
	features bool
	names    func(text, attribute string) bool

	done   int               // turns taken
	empty  int               // queries that found nothing
	opened map[string]bool   // products, by Choice.Ref
	best   *judged           // of the products read and not bought
	chosen map[string]string // settings of the open product
	title  string            // its description in the results
	bullet string            // its features page
	asked  bool              // its features page was opened
	buying bool              // it is the one to buy
}

// judged is a product that was read.
type judged struct {
	ref   string
	pairs int // number of the instruction's "name: value" that it has
	attrs int // number of guessed attributes that are named
}

// better reports whether j suits better than k, which was seen earlier.
func (j judged) better(k *judged) bool {
	if k == nil || j.pairs != k.pairs {
		return k == nil || j.pairs > k.pairs
	}
	return j.attrs > k.attrs
}

func newVerify(t envs.Task, turns int, features bool, names func(text, attribute string) bool) *verify {
	if turns <= 0 {
		turns = math.MaxInt32
	}
	return &verify{
		goal: parseGoal(t.Goal), turns: turns, features: features, names: names,
		opened: make(map[string]bool), chosen: make(map[string]string),
	}
}

func (v *verify) label(o envs.Observation) []envs.Action {
	switch o.Place {
	case placeSearch:
		return query(o, 1+v.empty)
	case placeResults:
		return v.results(o)
	case placeItem:
		return v.item(o)
	case placeFeatures:
		v.bullet = strings.ToLower(o.Body)
	}
	return only(o, kindPrev)
}

// left returns the number of turns left.
func (v *verify) left() int { return v.turns - v.done }

// finish returns the number of turns that setting the options and buying takes.
func (v *verify) finish() int { return v.goal.pairs + 1 }

// spare returns the number of turns that must be left beside those of finish,
// on the page of results, for another product to be read. One that has all
// options already is not given up for an unread one: there must be time to come
// back to it.
func (v *verify) spare() int {
	if v.best != nil && v.best.pairs >= v.goal.pairs {
		return 3
	}
	return 1
}

// results opens the next product to read, or the best one to buy it.
func (v *verify) results(o envs.Observation) []envs.Action {
	links := ofKind(o, kindOpen)
	if len(links) == 0 {
		return only(o, kindBack)
	}
	if v.left() >= v.spare()+v.finish() {
		for _, c := range links {
			if !v.opened[c.Ref] && v.goal.affordable(c.Desc) {
				return []envs.Action{c.Action}
			}
		}
	}
	if v.best == nil {
		return []envs.Action{links[0].Action}
	}
	for _, c := range links {
		if c.Ref == v.best.ref {
			return []envs.Action{c.Action}
		}
	}
	if a := only(o, kindPrev); a != nil { // it was on an earlier page
		return a
	}
	return []envs.Action{links[0].Action}
}

// item judges the open product, and buys it or goes back.
func (v *verify) item(o envs.Observation) []envs.Action {
	if !v.buying {
		j := v.judge(o)
		all := j.pairs >= v.goal.pairs
		if v.features && all && !v.asked && v.left() >= v.spare()+1+v.finish() {
			if a := subPage(o, placeFeatures); a != nil {
				return a
			}
		}
		accepted := all && (!v.features || j.attrs >= len(v.goal.attrs))
		if !accepted && v.left() >= 2+v.finish() { // back, and open this or another one
			return only(o, kindPrev)
		}
		v.buying = true
	}
	if todo := unset(v.goal.wanted(o), v.chosen); todo != nil {
		return todo
	}
	return only(o, kindBuy)
}

// judge compares the product that o shows with the instruction.
func (v *verify) judge(o envs.Observation) judged {
	j := judged{ref: o.Focus, pairs: len(v.goal.wanted(o))}
	if v.features {
		for _, a := range v.goal.attrs {
			if v.names(v.title, a) || v.names(v.bullet, a) {
				j.attrs++
			}
		}
	}
	return j
}

func (v *verify) took(o envs.Observation, c *envs.Choice) {
	v.done++
	choose(v.chosen, c)
	switch {
	case c.Kind == kindOpen:
		v.title, v.bullet, v.asked = strings.ToLower(c.Desc), "", false
		v.buying = v.opened[c.Ref]
		v.opened[c.Ref] = true
	case c.Kind == kindPage && o.Place == placeItem:
		v.asked = v.asked || isSubPage(c, placeFeatures)
	case c.Kind == kindPrev && o.Place == placeItem:
		if j := v.judge(o); j.better(v.best) {
			v.best = &j
		}
	case c.Kind == kindBack && o.Place == placeResults && only(o, kindOpen) == nil:
		v.empty++
	}
}
