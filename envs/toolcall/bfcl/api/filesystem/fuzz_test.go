package filesystem

import (
	"strings"
	"testing"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
)

// FuzzCalls runs lines of calls on a scenario: nothing but an exception may
// come of either, and the prototype stays as it is.
func FuzzCalls(f *testing.F) {
	const scenario = `{"root": {"r": {"type": "directory", "contents": {"a": {"type": "directory", "contents": {}}, "b.txt": {"type": "file", "content": "one\ntwo"}}}}}`
	f.Add(scenario, "cp('a', 'a')\nfind()\ncd('a')\nmv('a', 'a')\ndu()\npwd()\ncd('..')", false)
	f.Add(scenario, "mkdir('.')\nmv('.', 'a')\ncd('.')\nrm('.')\nmkdir(('t', 1))\nls()\necho({}, 'b.txt')\nwc('b.txt', 'c')", true)
	f.Add(`{"root": {"r": {"contents": {"x": {"type": "file", "content": 3}}}}}`, "cat('x')\ntail('b.txt', -10**30)\ntail('b.txt', 1.5)", true)
	f.Add(`{"root": []}`, "", false)
	long := py.D("FILES_TAIL_USED", py.NewList(), "FILE_CONTENT_EXTENSION", py.Str("!"), "POPULATE_FILE_EXTENSION", py.NewList(py.Str("p"), py.Ellipsis{}))
	kit := toolcall.NewKit(Class())
	f.Fuzz(func(t *testing.T, scenario, calls string, extended bool) {
		v, err := py.FromJSON([]byte(scenario))
		d, ok := v.(*py.Dict)
		if err != nil || !ok || len(calls) > 1<<12 {
			return
		}
		var extension *py.Dict
		if extended {
			extension = long
		}
		var prototype toolcall.State
		if _, e := py.Try(func() py.Value { prototype = Load(d, extension); return nil }); e != nil {
			return
		}
		before := text(prototype)
		x := kit.New([]toolcall.State{prototype})
		for call := range strings.SplitSeq(calls, "\n") {
			x.Run(call)
		}
		text(x.States()[0])
		if after := text(prototype); after != before {
			t.Errorf("the prototype was changed\n got %s\nwant %s", after, before)
		}
	})
}

// text is repr(root), or the exception that it raises.
func text(s toolcall.State) string {
	v, e := py.Try(func() py.Value { return py.Str(py.Repr(s.AppendAttrs(nil)[1].Value)) })
	if e != nil {
		return e.Error()
	}
	return py.ToStr(v)
}
