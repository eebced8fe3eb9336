package engine_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"stepgym/internal/testdata"
)

// twinHouse is a house that is being written.
type twinHouse struct {
	*rand.Rand
	objects, init, places, receptacles, things []string
}

var (
	twinReceptacles = []string{"Cabinet", "Fridge", "Microwave", "SinkBasin", "CounterTop", "Drawer", "Desk"}
	twinThings      = []string{"Apple", "Knife", "ButterKnife", "Mug", "Bowl", "DeskLamp", "Bread"}
)

func (h *twinHouse) maybe(n int) bool       { return h.IntN(n) == 0 }
func (h *twinHouse) one(of []string) string { return of[h.IntN(len(of))] }
func (h *twinHouse) declare(id, typ string) { h.objects = append(h.objects, id+" - "+typ) }
func (h *twinHouse) fact(format string, a ...any) {
	h.init = append(h.init, fmt.Sprintf("("+format+")", a...))
}

// newTwinHouse writes a small house at random, with what the published games
// never have: a start beside a receptacle, with something in hand, with open
// doors, things that are hot and cool, or at two places, knives everywhere.
func newTwinHouse(t testing.TB, seed uint64) *twinGame {
	h := &twinHouse{Rand: rand.New(rand.NewPCG(seed, 5))}
	h.declare("agent1", "agent")
	for _, r := range twinReceptacles {
		h.declare(r+"Type", "rtype")
	}
	for _, o := range twinThings {
		h.declare(o+"Type", "otype")
		h.declare(o, "object")
	}
	for i := range 3 + h.IntN(3) {
		h.places = append(h.places, fmt.Sprintf("loc_bar_%d_bar__minus_%d", i, h.IntN(9)))
		h.declare(h.places[i], "location")
	}
	h.fact("atLocation agent1 %s", h.one(h.places))
	for i := range 3 + h.IntN(4) {
		h.receptacle(i)
	}
	held := h.maybe(3)
	for i := range 3 + h.IntN(6) {
		h.thing(i, i == 0 && held)
	}
	class, _, _ := strings.Cut(h.one(h.things), "_")
	goal := fmt.Sprintf("(exists (?r - receptacle ?o - object) (and (inReceptacle ?o ?r) (objectType ?o %sType) (%s ?o)))",
		class, h.one([]string{"isClean", "isHot", "isCool", "pickupable", "pickupable", "pickupable"}))
	if h.maybe(3) {
		goal = "(and " + goal + " (exists (?o - object ?a - agent) (holds ?a ?o)))"
	}
	return &twinGame{
		ID: fmt.Sprint("house ", seed), Task: "try everything.",
		Domain:  string(twinRead(t, testdata.Shared(t, "alfworld/domain/alfred.pddl"))),
		Grammar: string(twinRead(t, testdata.Shared(t, "alfworld/domain/alfred.twl2"))),
		Problem: fmt.Sprintf("(define (problem house)\n(:domain alfred)\n(:objects\n%s)\n(:init\n%s)\n(:goal %s))\n", strings.Join(h.objects, "\n"), strings.Join(h.init, "\n"), goal),
	}
}

func (h *twinHouse) receptacle(i int) {
	class := h.one(twinReceptacles)
	id := fmt.Sprintf("%s_bar_%d", strings.TrimSuffix(class, "Basin"), h.IntN(90)*10+i)
	if strings.HasSuffix(class, "Basin") {
		id += "_bar_SinkBasin"
	}
	h.receptacles = append(h.receptacles, id)
	h.declare(id, "receptacle")
	h.fact("receptacleType %s %sType", id, class)
	h.fact("receptacleAtLocation %s %s", id, h.one(h.places))
	if h.maybe(2) {
		h.fact("openable %s", id)
	}
	if h.maybe(4) {
		h.fact("opened %s", id)
	}
	for _, o := range twinThings {
		if !h.maybe(3) {
			h.fact("canContain %sType %sType", class, o)
		}
	}
}

func (h *twinHouse) thing(i int, held bool) {
	class := h.one(twinThings)
	id := fmt.Sprintf("%s_bar_%d", class, h.IntN(90)*10+i)
	h.declare(id, "object")
	h.fact("objectType %s %sType", id, class)
	for _, p := range []string{"pickupable", "cleanable", "heatable", "coolable", "sliceable", "toggleable"} {
		if h.maybe(2) {
			h.fact("%s %s", p, id)
		}
	}
	for _, p := range []string{"isClean", "isHot", "isCool", "isSliced", "isOn", "isReceptacleObject"} {
		if h.maybe(6) {
			h.fact("%s %s", p, id)
		}
	}
	if held {
		h.fact("holds agent1 %s", id)
		h.fact("holdsAny agent1")
	} else {
		for range 1 + h.IntN(5)/4 {
			h.fact("inReceptacle %s %s", id, h.one(h.receptacles))
		}
		h.fact("objectAtLocation %s %s", id, h.one(h.places))
	}
	if i > 0 && h.maybe(4) {
		h.fact("inReceptacleObject %s %s", id, h.one(h.things))
	}
	h.things = append(h.things, id)
}

// The engine plays small random houses as the twin does.
func TestTwinRandomHouses(t *testing.T) {
	houses := uint64(150)
	if testing.Short() {
		houses = 10
	}
	for seed := range houses {
		if msg := twinWalk(t, newTwinHouse(t, seed), rand.New(rand.NewPCG(seed, 6)), 80); msg != "" {
			t.Fatal(msg)
		}
	}
}
