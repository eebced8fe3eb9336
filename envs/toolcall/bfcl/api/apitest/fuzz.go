package apitest

import (
	"strings"
	"testing"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
)

// FuzzCalls runs lines of calls on a scenario, with the literals of long context
// or without: nothing but an exception may come of either, and the prototype
// stays as it is. The caller has added pairs of a scenario in JSON and lines of
// calls to f, each with whether it has long context.
func FuzzCalls(f *testing.F, s Subject, long *py.Dict) {
	kit := toolcall.NewKit(s.Class)
	f.Fuzz(func(t *testing.T, scenario, calls string, extended bool) {
		v, err := py.FromJSON([]byte(scenario))
		d, ok := v.(*py.Dict)
		if err != nil || !ok || len(calls) > 1<<12 {
			return
		}
		var literals *py.Dict
		if extended {
			literals = long
		}
		var prototype toolcall.State
		if _, e := py.Try(func() py.Value { prototype = s.Load(d, literals); return nil }); e != nil {
			return
		}
		before := written(prototype)
		x := kit.New([]toolcall.State{prototype})
		for call := range strings.SplitSeq(calls, "\n") {
			x.Run(call)
		}
		written(x.States()[0])
		if after := written(prototype); after != before {
			t.Errorf("the prototype was changed to\n     %s\nwant %s", after, before)
		}
	})
}

// written is the repr of all attributes, or the exception that it raises.
func written(s toolcall.State) string {
	v, e := py.Try(func() py.Value {
		var b []byte
		for _, a := range s.AppendAttrs(nil) {
			b = py.AppendRepr(append(b, a.Name...), a.Value)
		}
		return py.Str(b)
	})
	if e != nil {
		return e.Error()
	}
	return py.ToStr(v)
}
