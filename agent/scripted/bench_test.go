package scripted

import (
	"testing"

	"stepgym/envs"
)

func BenchmarkVerify(b *testing.B) {
	p, err := New("verify+features", Options{Env: shops, MaxTurns: 15})
	if err != nil {
		b.Fatal(err)
	}
	v := shop{stock, 15}.visit(wish)
	v.step(envs.Action{Text: "search[third]"})
	o := v.Observation()
	pl, err := p.Play(envs.Task{Goal: wish}, 1, false)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := pl.Act(b.Context(), o); err != nil {
			b.Fatal(err)
		}
	}
}
