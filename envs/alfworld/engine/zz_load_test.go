package engine

import (
	"os"
	"testing"

	"stepgym/envs/alfworld/pddl"
)

func TestZZLoad(t *testing.T) {
	if os.Getenv("ZZ") == "" {
		t.Skip()
	}
	rules := published(t)
	names := pddl.NewNames()
	var probs []*pddl.Problem
	n := 0
	var texts [][]byte
	packed(t, "valid_unseen", func(p packedGame) {
		q, _ := names.ParseProblem(p.ID, []byte(p.Problem))
		probs = append(probs, q)
		texts = append(texts, []byte(p.Problem))
	})
	for range 2 {
		for _, q := range probs {
			rules.Load(q, "x", Options{})
		}
	}
	var ops, cmds, facts, code, by int
	for _, q := range probs {
		g, _ := rules.Load(q, "x", Options{})
		ops += 0
		cmds += len(g.commands)
		facts += g.facts
		code += len(g.code)
		by += g.Bytes()
	}
	k := len(probs)
	t.Logf("ops %d commands %d facts %d code %d bytes %d", ops/k, cmds/k, facts/k, code/k, by/k)
	c := cpuNow()
	for range 20 {
		for _, q := range probs {
			rules.Load(q, "x", Options{})
			n++
		}
	}
	t.Logf("load %v", (cpuNow()-c)/2680)
	c = cpuNow()
	for range 5 {
		for _, q := range texts {
			names.ParseProblem("x", q)
		}
	}
	t.Logf("parse %v", (cpuNow()-c)/670)
}
