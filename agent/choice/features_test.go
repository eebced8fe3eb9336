package choice

import (
	"fmt"
	"math/bits"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"stepgym/envs"
)

func newReader(goal string, maxTurns int) *reader {
	s := newShared(31, 15, 63)
	return &reader{memory: memory{goal: newGoal(goal, testVocab())}, shared: s, maxTurns: maxTurns}
}

func act(text string) envs.Action { return envs.Action{Text: text} }

// Observations of a small shop.
var (
	resultsPage = envs.Observation{Place: "results", Body: "Page 1 of results", Admissible: []*envs.Choice{
		{Action: act("click[back]"), Kind: "back"},
		{Action: act("click[noop]"), Kind: "noop"},
		{Action: act("click[a1]"), Kind: "open", Ref: "A1", Desc: "Double Sided Pillow $12.0"},
		{Action: act("click[a2]"), Kind: "open", Ref: "A2", Desc: "Machine Washable Pillow $45.0 to $60.0"},
		{Action: act("click[a3]"), Kind: "open", Ref: "A3", Desc: "Pillow for printing $10.0 to $40.0"},
	}}
	itemPage = envs.Observation{Place: "item", Focus: "A1", Body: "Double Sided Pillow, size: 28\" x 28\", 30\" x 30\"", Admissible: []*envs.Choice{
		{Action: act("click[< prev]"), Kind: "prev"},
		{Action: act("click[buy]"), Kind: "buy", Ref: "A1", Desc: "Double Sided Pillow $12.0"},
		{Action: act("click[28]"), Kind: "option", Ref: "A1", Slot: "size", Desc: `size: 28" x 28"`},
		{Action: act("click[30]"), Kind: "option", Ref: "A1", Slot: "size", Desc: `size: 30" x 30"`},
		{Action: act("click[red]"), Kind: "option", Ref: "A1", Slot: "color", Desc: "color: red"},
		{Action: act("click[red wine]"), Kind: "option", Ref: "A1", Slot: "color", Desc: "color: red wine"},
	}}
	searchPage = envs.Observation{Place: "search", Forms: []envs.Form{{Template: "search[<query>]", Kind: "search", Candidates: []*envs.Choice{
		{Action: act("search[pillow]"), Desc: "pillow"},
		{Action: act("search[double sided pillow]"), Desc: "double sided pillow"},
	}}}}
)

// fact returns fact f of choice i.
func fact(r *row, i, f int) float32 { return r.facts[i*numFacts+f] }

func TestReader(t *testing.T) {
	r := newReader(pillow, 15)
	type check struct {
		what      string
		got, want any
	}
	expect := func(step string, checks ...check) {
		t.Helper()
		for _, c := range checks {
			if diff := cmp.Diff(c.got, c.want, cmpopts.EquateApprox(0, 1e-6)); diff != "" {
				t.Errorf("%s: %s: got, want:\n%s", step, c.what, diff)
			}
		}
	}

	o := searchPage
	x := r.read(&o)
	expect("search", check{"choices", x.size(), 2}, check{"kind", x.kinds[0].name, "search"}, check{"ranks", x.ranks, []uint8{0, 1}},
		check{"nothing seen", x.masks[0], uint64(0)}, check{"asked", x.state[stateAsked], float32(2. / 3)}, check{"slack", x.state[stateSlackFar], float32(11. / 16)},
		check{"turn", x.state[stateTurn], float32(0)}, check{"all words", fact(x, 1, factAllWords), float32(1)})
	r.decided(1)

	o = resultsPage
	x = r.read(&o)
	expect("results", check{"no noop", x.size(), 4}, check{"turn", x.state[stateTurn], float32(1. / 15)},
		check{"ranks", x.ranks, []uint8{0, 0, 1, 2}}, check{"last", x.lastKind.name, "search"},
		check{"next", []float32{fact(x, 1, factNext), fact(x, 2, factNext)}, []float32{1, 0}},
		check{"within", []float32{fact(x, 0, factPriced), fact(x, 1, factWithin), fact(x, 2, factWithin), fact(x, 3, factWithin), fact(x, 3, factCertain)}, []float32{0, 1, 0, 1, 0}},
		check{"ratio", []float32{fact(x, 1, factPriceRatio), fact(x, 2, factPriceRatio)}, []float32{0.4, 2}},
		check{"fresh", x.state[stateFresh], float32(1)}, check{"body", bits.OnesCount64(x.masks[5]), 0})
	r.decided(1)

	o = itemPage
	x = r.read(&o)
	expect("item", check{"focus", x.state[stateFocus], float32(1)}, check{"settings there", x.state[statePresent], float32(2. / 3)},
		check{"complete", x.state[stateComplete], float32(1)}, check{"wanted", x.state[stateWanted], float32(2. / 3)},
		check{"wanted which", []float32{fact(x, 2, factWanted), fact(x, 3, factWanted), fact(x, 4, factWanted), fact(x, 5, factWanted)}, []float32{1, 0, 1, 0}},
		check{"page", marked(r.goal, x.masks[2]), "double sided size : 28 x 28 color : red"},
		check{"slack", x.state[stateSlackFar], float32(10. / 16)})
	r.decided(2)

	x = r.read(&o)
	expect("size set", check{"set", []float32{fact(x, 2, factSet), fact(x, 3, factSet), fact(x, 4, factSet)}, []float32{1, -1, 0}},
		check{"wanted", x.state[stateWanted], float32(1. / 3)}, check{"made", x.state[stateMade], float32(0.5)},
		check{"settings", marked(r.goal, x.masks[3]), "size : 28 x 28 :"}, check{"last", fact(x, 2, factLast), float32(1)}, check{"taken", fact(x, 2, factTimes), float32(1. / 3)})
	r.decided(0)

	o = resultsPage
	x = r.read(&o)
	expect("back", check{"seen", []float32{fact(x, 1, factSeen), fact(x, 2, factSeen)}, []float32{1, 0}},
		check{"next", []float32{fact(x, 1, factNext), fact(x, 2, factNext), fact(x, 3, factNext)}, []float32{0, 0, 1}},
		check{"complete", []float32{fact(x, 1, factComplete), fact(x, 1, factBestSeen), fact(x, 1, factSettings), fact(x, 3, factSettings)}, []float32{1, 1, 1, 0}},
		check{"memory of the link", marked(r.goal, x.choices[1*choiceMasks+2]), "double sided size : 28 x 28 color : red"},
		check{"settings are gone", x.state[stateSettings], float32(0)}, check{"any complete", x.state[stateAnyComplete], float32(1)},
		check{"taken", fact(x, 1, factTaken), float32(1)})
	r.followed(act("click[a3]"))
	if r.last.kind.name != "open" || r.turn != 5 {
		t.Errorf("following a listed action: last %v, turn %d", r.last, r.turn)
	}
	r.followed(act("something else"))
	if r.last.kind != unknown || r.turn != 6 {
		t.Errorf("following another action: last %v, turn %d", r.last, r.turn)
	}
}

// TestSharedCachesDoNotShow reads the same episode with cold, warm and tiny
// caches: the rows must be equal.
func TestSharedCachesDoNotShow(t *testing.T) {
	play := func(r *reader) (out []string) {
		for i, o := range []envs.Observation{searchPage, resultsPage, itemPage, itemPage, resultsPage} {
			x := r.read(&o)
			out = append(out, fmt.Sprint(x.state, x.masks, x.rest, x.facts, x.choices, x.ranks))
			r.decided(i % x.size())
		}
		return out
	}
	cold := newReader(pillow, 15)
	want := play(cold)
	warm := &reader{memory: memory{goal: cold.goal}, shared: cold.shared, maxTurns: 15}
	if diff := cmp.Diff(play(warm), want); diff != "" {
		t.Errorf("warm caches change the rows:\n%s", diff)
	}
	tiny := newReader(pillow, 15)
	tiny.shared.docs.capacity = 1
	if diff := cmp.Diff(play(tiny), want); diff != "" {
		t.Errorf("a tiny cache changes the rows:\n%s", diff)
	}
}

// TestSlotRules covers goals that name no settings.
func TestSlotRules(t *testing.T) {
	r := newReader("i want a red pillow, size 28 x 28", 0)
	o := envs.Observation{Place: "item", Focus: "A", Admissible: []*envs.Choice{
		{Action: act("1"), Slot: "color", Desc: "color: red"},
		{Action: act("2"), Slot: "color", Desc: "color: blue"},
		{Action: act("3"), Slot: "size", Desc: "size: 28"},
		{Action: act("4"), Slot: "size", Desc: "size: 28 x 28"},
	}}
	x := r.read(&o)
	got := []float32{fact(x, 0, factBestInSlot), fact(x, 1, factBestInSlot), fact(x, 2, factBestInSlot), fact(x, 3, factBestInSlot)}
	if diff := cmp.Diff(got, []float32{1. / 3, 0, 0, 2. / 3}, cmpopts.EquateApprox(0, 1e-6)); diff != "" {
		t.Errorf("best in slot: got, want:\n%s", diff)
	}
	if x.state[stateSlack] != 1 || x.state[stateTurn] != 0 {
		t.Errorf("without a limit of turns: slack %v, turn %v", x.state[stateSlack], x.state[stateTurn])
	}
}

func TestFactsStayInRange(t *testing.T) {
	r := newReader(pillow, 15)
	for i := range 60 {
		o := []envs.Observation{searchPage, resultsPage, itemPage}[i%3]
		x := r.read(&o)
		for j, f := range x.facts {
			if f < -1 || f > 2 {
				t.Fatalf("step %d: fact %d of choice %d is %v", i, j%numFacts, j/numFacts, f)
			}
		}
		for j, s := range x.state {
			if s < -1 || s > 2 {
				t.Fatalf("step %d: state %d is %v", i, j, s)
			}
		}
		r.decided(i % x.size())
	}
}

func TestEmptyObservation(t *testing.T) {
	r := newReader("", 0)
	if x := r.read(&envs.Observation{}); x.size() != 0 {
		t.Errorf("an empty observation has %d choices", x.size())
	}
}

// BenchmarkFeatures measures one decision's features: a warm goal, the pages of
// a shop in turn, 5 choices on the average.
func BenchmarkFeatures(b *testing.B) {
	r := newReader(pillow, 15)
	pages := []envs.Observation{searchPage, resultsPage, itemPage, itemPage, resultsPage}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if i%15 == 0 {
			r.memory = memory{goal: r.goal}
		}
		x := r.read(&pages[i%len(pages)])
		r.decided(i % x.size())
		i++
	}
}

// BenchmarkBatch measures putting 128 rows together.
func BenchmarkBatch(b *testing.B) {
	rows := testRows(128)
	out := newBatch(DefaultConfig())
	b.ReportAllocs()
	for b.Loop() {
		out.build(rows)
	}
}

// testRows makes rows of a few goals.
func testRows(n int) []*row {
	var rows []*row
	for len(rows) < n {
		r := newReader(fmt.Sprintf("%s, and number %d", pillow, len(rows)/8%4), 15)
		for i, o := range []envs.Observation{searchPage, resultsPage, itemPage, itemPage, resultsPage} {
			x := r.read(&o)
			rows = append(rows, x)
			r.decided(i % x.size())
		}
	}
	return rows[:n]
}
