package engine

import (
	"os"
	"runtime"
	"testing"

	"stepgym/envs/alfworld/pddl"
)

func TestZZMem(t *testing.T) {
	if os.Getenv("ZZ") == "" {
		t.Skip()
	}
	rules := published(t)
	names := pddl.NewNames()
	var qs []*pddl.Problem
	packed(t, "valid_seen", func(p packedGame) {
		q, _ := names.ParseProblem(p.ID, []byte(p.Problem))
		qs = append(qs, q)
	})
	var m0, m1 runtime.MemStats
	for round := range 3 {
		ph := len(rules.intern.phrases)
		runtime.GC()
		runtime.ReadMemStats(&m0)
		var games []*Game
		for _, q := range qs {
			g, _ := rules.Load(q, "x", Options{})
			games = append(games, g)
		}
		runtime.GC()
		runtime.ReadMemStats(&m1)
		var code, cmds, first, table, ents, rels, always, fixed, words, starts, watch, many, by int
		for _, g := range games {
			code += 2 * len(g.code)
			cmds += 8 * len(g.commands)
			first += 4 * len(g.firstOp)
			table += 2 * len(g.table)
			ents += 10 * len(g.entities)
			many += 24 * len(g.many)
			by += g.Bytes()
			for _, r := range g.rels {
				rels += 160 + 2*len(r.args) + 2*len(r.rows) + 2*len(r.kinds)
				for _, c := range r.by {
					if c != nil {
						rels += 56 + 2*len(c.rows) + 2*len(c.facts)
					}
				}
			}
			for _, gr := range g.places.groups {
				always += 4 * len(gr.always)
				fixed += 2 * len(gr.fixed)
				words += 16 * len(gr.words)
				starts += 2 * len(gr.starts)
				watch += 4*len(gr.watch) + 120
			}
		}
		n := len(games)
		t.Logf("round %d held %d counted %d phrases+%d: code %d cmds %d first %d table %d ents %d rels %d always %d fixed %d words %d starts %d watch %d many %d", round, int(m1.HeapAlloc-m0.HeapAlloc)/n, by/n, len(rules.intern.phrases)-ph,
			code/n, cmds/n, first/n, table/n, ents/n, rels/n, always/n, fixed/n, words/n, starts/n, watch/n, many/n)
		runtime.KeepAlive(games)
	}
}
