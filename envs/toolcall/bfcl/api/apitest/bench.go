package apitest

import (
	"testing"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
)

// BenchmarkCopy measures copying a state.
func BenchmarkCopy(b *testing.B, s toolcall.State) {
	o := new(py.Owner)
	var copied toolcall.State
	b.ReportAllocs()
	for b.Loop() {
		copied = s.Copy(o)
	}
	_ = copied
}

// BenchmarkCalls measures each call, with the parsing and the text of the
// result. The state begins anew every 64 calls.
func BenchmarkCalls(b *testing.B, s Subject, state toolcall.State, calls ...string) {
	kit := toolcall.NewKit(s.Class)
	states := []toolcall.State{state}
	for _, c := range calls {
		b.Run(c, func(b *testing.B) {
			x := kit.New(states)
			i := 0
			b.ReportAllocs()
			for b.Loop() {
				if i++; i%64 == 0 {
					x = kit.New(states)
				}
				x.Run(c)
			}
		})
	}
}
