package world_test

import (
	"errors"
	"fmt"
	"math/rand/v2"

	"stepgym/envs"
	"stepgym/envs/toolcall/world"
)

// depot is a world with everything that a Config knows: a store of parts, with
// orders that are filled.
type depot struct {
	Parts  world.Table[string, int]
	Orders world.Table[int, order]
	Closed bool
}

type order struct {
	Part   string
	Count  int
	Filled bool
}

type move struct {
	Part  string `json:"part" doc:"name of a part" min:"1" max:"20"`
	Count int    `json:"count" min:"1" max:"9"`
}

type everything struct {
	Flag    bool           `json:"flag,omitempty"`
	Small   int8           `json:"small,omitempty"`
	Count   *uint          `json:"count"`
	Ratio   float64        `json:"ratio,omitempty" min:"0" max:"1"`
	Size    string         `json:"size,omitempty" enum:"s,m,l"`
	Level   int            `json:"level,omitempty" enum:"1,2"`
	Lines   []move         `json:"lines,omitempty" min:"1" max:"2"`
	Labels  map[string]int `json:"labels,omitempty"`
	Pair    [2]string      `json:"pair,omitempty"`
	Any     any            `json:"any,omitempty"`
	hidden  int
	Ignored int `json:"-"`
}

func (d *depot) Stock(a move) error {
	n, _ := d.Parts.Get(a.Part)
	d.Parts.Set(a.Part, n+a.Count)
	return nil
}

func (d *depot) Fill(a struct {
	Order int `json:"order"`
},
) (order, error) {
	o, ok := d.Orders.Get(a.Order)
	n, _ := d.Parts.Get(o.Part)
	switch {
	case !ok:
		return o, fmt.Errorf("there is no order %d", a.Order)
	case o.Filled:
		return o, errors.New("it is filled already")
	case n < o.Count:
		return o, fmt.Errorf("only %d of %d are here", n, o.Count)
	}
	d.Parts.Set(o.Part, n-o.Count)
	o.Filled = true
	d.Orders.Set(a.Order, o)
	return o, nil
}

func (d *depot) OpenOrders() []int {
	out := []int{}
	for n, o := range d.Orders.All() {
		if !o.Filled {
			out = append(out, n)
		}
	}
	return out
}

func (d *depot) Close() string {
	d.Closed = true
	return "<closed>"
}

func (d *depot) Echo(a everything) everything {
	a.hidden++ // nobody sees it
	return a
}

func newDepot(seed uint64) *depot {
	rng := rand.New(rand.NewPCG(seed, 1))
	d := new(depot)
	d.Parts.Set("bolt", 1+rng.IntN(3))
	d.Parts.Set("nut", 5)
	d.Orders.Set(7, order{Part: "bolt", Count: 4})
	d.Orders.Set(9, order{Part: "nut", Count: 2})
	return d
}

func (d *depot) filled(n int) bool {
	o, _ := d.Orders.Get(n)
	return o.Filled
}

func depotConfig() world.Config[depot] {
	fill := func(n int) envs.Action { return world.Use("fill", map[string]int{"order": n}) }
	stock := world.Use("stock", move{"bolt", 3})
	fixed := newDepot(3)
	task := func(id string, t world.Task[depot]) world.Task[depot] {
		t.ID, t.Family = id, "f"+id
		return t
	}
	one := world.Task[depot]{
		Goal: "Fill order 9.", Start: fixed,
		Judge:    func(d *depot, _ string) world.Verdict { return world.Pass(d.filled(9)) },
		Solution: []envs.Action{fill(9), world.Say("done")},
	}
	two := world.Task[depot]{
		Goal: "Fill order 7.", Setup: newDepot, Turns: []string{"Now order 9, and close."},
		JudgeCalls: func(d *depot, calls []world.Call, _ string) world.Verdict {
			v := world.Pass(d.filled(7) && d.filled(9) && d.Closed)
			v.Metrics = map[string]float64{"calls": float64(len(calls))}
			return v
		},
		JudgeTurn: func(d *depot, turn int, _ string) float64 {
			if turn == 0 && d.filled(7) {
				return 0.25
			}
			return 0
		},
		Solution: []envs.Action{
			stock, fill(7), world.Say("7 is filled"),
			{Calls: append(fill(9).Calls, world.Use("close", struct{}{}).Calls...)},
		},
	}
	return world.Config[depot]{
		Name: "depot", MaxTurns: 12, System: "You keep the depot.", RewardMax: 2,
		Train: []world.Task[depot]{task("a", one), task("b", two)},
		Test:  []world.Task[depot]{task("c", two)},
		Done:  func(d *depot) bool { return d.Closed },
		Candidates: func(d *depot, ask string) []*envs.Choice {
			out := []*envs.Choice{
				{Action: world.Say("it is done: " + ask), Kind: "say"},
				{Action: stock, Kind: "stock"},
				{Action: world.Use("close", struct{}{}), Kind: "close"},
			}
			for _, n := range d.OpenOrders() {
				out = append(out, &envs.Choice{Action: fill(n), Kind: "fill"})
			}
			return out
		},
	}
}
