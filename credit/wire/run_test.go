package wire

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/credit"
	"stepgym/traces"
)

func method(t testing.TB, name, params string) credit.Method {
	t.Helper()
	m, err := credit.New(name, json.RawMessage(params))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// run answers input with GRPO without its deviation, unless m is another method.
func run(t testing.TB, input string, o Options) (string, error) {
	t.Helper()
	if o.Method.Name() == "" {
		o.Method = method(t, "grpo/dr", "")
	}
	var out bytes.Buffer
	source := Lines(strings.NewReader(input))
	if o.Batch {
		source = Batch(strings.NewReader(input))
	}
	_, err := Run(t.Context(), source, NewLines(&out), o)
	return out.String(), err
}

func TestAnswer(t *testing.T) {
	in := `{"id":"g<1>","extra":null,"trajectories":[
{"id":"a","obs":["s","r"],"actions":["find","buy"],"rewards":[0,1],"n_tokens":[2,0],"final_obs":null},
{"id":"b","error":"the browser died"},
{"id":"c","obs":["s"],"actions":["find"],"rewards":[0],"n_tokens":[1],"success":false}]}`
	got, err := run(t, "\ufeff\r\n"+strings.ReplaceAll(in, "\n", "")+"\r\n\n", Options{Tokens: true})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"id":"g<1>","advantages":[[0.5,0.5],null,[-0.5]],"token_advantages":[[0.5,0.5],null,[-0.5]],` +
		`"stats":{"groups":1,"zero_groups":0,"rollouts":2,"excluded":1,"steps":3,"zero_steps":0,"singletons":1,"edges":3,"merged":0,` +
		`"used":{"name":"grpo/dr","formula":"R - mean R","episode":{"mode":"mean","weighting":"trajectory","singleton":"raw",` +
		`"constant":"max - min \u003c= 1e-12·(1 + max|x|) gives exactly 0"},"grouping":"trajectories of the group",` +
		`"params":{"mode":"mean","weighting":"trajectory","singleton":"raw","eps":0.000001},"grouping_key":"anchor"}}}` + "\n"
	var g, w any
	if err := errors.Join(json.Unmarshal([]byte(got), &g), json.Unmarshal([]byte(want), &w)); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(g, w); d != "" {
		t.Errorf("got(-) want(+):\n%s", d)
	}
}

func TestFaults(t *testing.T) {
	good := `{"id":"g","trajectories":[{"id":"a","obs":["s"],"actions":["x"],"rewards":[1]}]}`
	traj := func(s string) string {
		return `{"id":"g","trajectories":[{"id":"a","obs":["s"],"actions":["x"],"rewards":[1]},{"id":"b",` + s + `}]}`
	}
	tests := []struct{ name, in, want string }{
		{"not JSON", good + "\n{", `line 2: group: it ends here, and the group does not: want a group on one line`},
		{"cut off", good[:60], `line 1: group "g", trajectory 0 ("a"), step 0, actions: it ends here, and the group does not: want a group on one line`},
		{"a list", "[]", `line 1: want a JSON object with id and trajectories, not: array`},
		{
			"NaN", traj(`"obs":["s","s"],"actions":["x","x"],"rewards":[1,NaN]`),
			`line 1: group "g", trajectory 1 ("b"), step 1, rewards: not JSON at byte 139: invalid character 'N' looking for beginning of value`,
		},
		{"null", traj(`"obs":["s","s"],"actions":["x","x"],"rewards":[1,null]`), `line 1: group "g", trajectory 1 ("b"), step 1, rewards: null, want a value`},
		{"text", traj(`"obs":["s"],"actions":["x"],"rewards":["1"]`), `line 1: group "g", trajectory 1 ("b"), step 0, rewards: got a string, want a number that float64 holds`},
		{"too large", traj(`"obs":["s"],"actions":["x"],"rewards":[1e999]`), `line 1: group "g", trajectory 1 ("b"), step 0, rewards: got a number 1e999, want a number that float64 holds`},
		{"beyond", traj(`"obs":["s"],"actions":["x"],"rewards":[1e101]`), `line 1: traces: bad group "g": trajectory 1 ("b") step 0: reward 1e+101, value 0, log-probability 0, entropy 0: want numbers of at most 1e100`},
		{"no steps", traj(`"obs":[],"actions":[],"rewards":[]`), `line 1: traces: bad group "g": trajectory 1 ("b") has no steps; leave it out of the group, or set its error`},
		{"columns", traj(`"obs":["s"],"actions":["x"],"rewards":[1,2]`), `line 1: traces: bad group "g": trajectory 1 ("b") has 1 actions but 2 rewards`},
		{"tokens", traj(`"obs":["s"],"actions":["x"],"rewards":[1],"n_tokens":[-1]`), `line 1: traces: bad group "g": trajectory 1 ("b") step 0: n_tokens is -1, want at least 0`},
		{"fraction", traj(`"obs":["s"],"actions":["x"],"rewards":[1],"n_tokens":[0.5]`), `line 1: group "g", trajectory 1 ("b"), step 0, n_tokens: got a number 0.5, want a whole number`},
		{
			"twice", `{"id":"g","trajectories":[{"id":"a","obs":["s"],"actions":["x"],"rewards":[1]},{"id":"a","obs":["s"],"actions":["x"],"rewards":[1]}]}`,
			`line 1: traces: bad group "g": trajectory 1 ("a") occurs twice, first as trajectory 0; every rollout needs an id of its own`,
		},
		{"part", traj(`"obs":["s"],"actions":["x"],"rewards":[1],"reward_parts":{"a":[1],"b":["1"]}`), `line 1: group "g", trajectory 1 ("b"), step 0, reward_parts b: got a string, want a number that float64 holds, or a list of such for a column`},
		{"part null", traj(`"obs":["s"],"actions":["x"],"rewards":[1],"reward_parts":{"a":[null]}`), `line 1: group "g", trajectory 1 ("b"), step 0, reward_parts a: null, want a value`},
		{"parts", traj(`"obs":["s"],"actions":["x"],"rewards":[1],"reward_parts":[1]`), `line 1: group "g", trajectory 1 ("b"), reward_parts: got an array, want an object of names, each with a list of numbers`},
		{"part of one", traj(`"obs":["s"],"actions":["x"],"rewards":[1],"reward_parts":{"a":[1]}`), `line 1: traces: bad group "g": trajectory 1 ("b") has reward part "a", which trajectories before it do not have`},
		{"no trajectories", `{"id":"g"}`, `line 1: group "g": it has no "trajectories"`},
		{"empty", `{"id":"g","trajectories":[]}`, `line 1: traces: bad group "g": it has no trajectories`},
		{"batch", `{"case":"c","groups":[]}`, `line 1: a batch of groups where one group was expected: say that the file is one batch, or give one group a line`},
		{"chain", traj(`"obs":["s","t"],"next_obs":["u","v"],"actions":["x","x"],"rewards":[1,1]`), `line 1: traces: bad group "g": trajectory 1 ("b") step 0: next_obs differs from obs of step 1: the chain is broken`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, err := run(t, tt.in, Options{})
			if err == nil || err.Error() != tt.want {
				t.Errorf("got %v\nwant %s", err, tt.want)
			}
			if strings.HasPrefix(tt.in, good) != (out != "") {
				t.Errorf("answered %q", out)
			}
		})
	}
}

func TestBatch(t *testing.T) {
	group := func(id string, rewards ...float64) string {
		var ts []string
		for i, r := range rewards {
			ts = append(ts, fmt.Sprintf(`{"id":"%d","obs":["s"],"actions":["x"],"rewards":[%v],"n_tokens":[3]}`, i, r))
		}
		return fmt.Sprintf(`{"id":%q,"trajectories":[%s]}`, id, strings.Join(ts, ","))
	}
	a, b := group("a", 0, 1, 1), group("b", 2, 5)
	m := method(t, "reinforce++", "")
	if _, err := run(t, a+"\n"+b, Options{Method: m}); !errors.Is(err, ErrBatchwise) {
		t.Errorf("got %v, want ErrBatchwise", err)
	}
	want, err := run(t, a+"\n"+b, Options{Method: m, Batch: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, in := range []string{
		`{"case":"c","groups":[` + a + "," + b + "]}",
		"\ufeff {\n\"groups\": [\n" + a + ",\n" + b + "]\n}\n",
	} {
		if got, err := run(t, in, Options{Method: m, Batch: true}); err != nil || got != want {
			t.Errorf("got %s (%v)\nwant %s", got, err, want)
		}
	}
	faults := []struct{ in, want string }{
		{"{\n\"groups\": [" + a + ",\n" + group("b") + "]}", `line 3, groups[1]: traces: bad group "b": it has no trajectories`},
		{`{"groups":[` + a + "]}\n{}", "line 2: something follows the batch: one file is one batch"},
		{`{"groups":[]}`, "line 1: the batch has no groups"},
		{"{\n\"batches\":[]}", "line 2: a file of several batches: give one of its batches at a time"},
		{"{\"groups\":[\n" + a, "line 2: read the batch: unexpected EOF"},
		{a + "\n" + b[:30], `line 2: group "b", trajectory 0: it ends here, and the group does not: want a group on one line`},
	}
	for _, tt := range faults {
		if out, err := run(t, tt.in, Options{Method: m, Batch: true}); err == nil || err.Error() != tt.want || out != "" {
			t.Errorf("got %v %q\nwant %s", err, out, tt.want)
		}
	}
}

// manyGroups returns n groups as lines.
func manyGroups(n int) io.Reader {
	r, w := io.Pipe()
	go func() {
		rng := rand.New(rand.NewPCG(1, 2))
		for k := range n {
			g := traces.Inputs{ID: fmt.Sprint(k)}
			for i := range 4 {
				t := traces.Input{ID: fmt.Sprint(i)}
				for range 1 + rng.IntN(20) {
					t.Obs = append(t.Obs, fmt.Sprintf("page %d %s", rng.IntN(9), strings.Repeat("x", 200)))
					t.Actions, t.Rewards = append(t.Actions, "go"), append(t.Rewards, rng.Float64())
				}
				g.Trajectories = append(g.Trajectories, t)
			}
			if json.NewEncoder(w).Encode(g) != nil {
				return
			}
		}
		w.Close()
	}()
	return r
}

func TestWorkersAgree(t *testing.T) {
	m := method(t, "hgpo", "")
	var want string
	for _, workers := range []int{1, 2, 7} {
		var out bytes.Buffer
		n, err := Run(t.Context(), Lines(manyGroups(60)), NewLines(&out), Options{Method: m, Workers: workers})
		if err != nil || n.Groups != 60 {
			t.Fatalf("%+v, %v", n, err)
		}
		if want == "" {
			want = out.String()
		}
		if out.String() != want {
			t.Errorf("%d workers give another answer than 1", workers)
		}
	}
}

// TestMemory checks that it does not grow with the number of groups.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("some seconds: not with -short")
	}
	m, top := method(t, "gigpo", ""), uint64(0)
	sink := &watch{NewLines(io.Discard), func() {
		var s runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&s)
		top = max(top, s.HeapAlloc)
	}, 0}
	if _, err := Run(t.Context(), Lines(manyGroups(2000)), sink, Options{Method: m, Workers: 2}); err != nil {
		t.Fatal(err)
	}
	if top > 32e6 {
		t.Errorf("%d bytes are held after a collection, want less than 32 MB", top)
	}
}

// watch is a sink that looks around now and then.
type watch struct {
	Sink
	look func()
	n    int
}

func (w *watch) write(a *Answer, text []byte, idle bool) error {
	if w.n++; w.n%400 == 0 {
		w.look()
	}
	return w.Sink.write(a, text, idle)
}

// TestPipe checks that an answer comes before the next question is asked, and
// that Run ends when its context does, or on a fault, while nothing comes.
func TestPipe(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	in, ask := io.Pipe()
	answer, out := io.Pipe()
	done := make(chan error)
	go func() {
		_, err := Run(ctx, Lines(in), NewLines(out), Options{Method: method(t, "grpo", "")})
		done <- err
	}()
	d := json.NewDecoder(answer)
	for k := range 3 {
		fmt.Fprintf(ask, `{"id":"%d","trajectories":[{"obs":["s"],"actions":["x"],"rewards":[1]}]}`+"\n", k)
		var a Answer
		if err := d.Decode(&a); err != nil || a.ID != fmt.Sprint(k) {
			t.Fatalf("answer %d: %+v, %v", k, a, err)
		}
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want a canceled context", err)
	}
	in.Close()
	in, ask = io.Pipe()
	defer in.Close()
	go func() {
		_, err := Run(t.Context(), Lines(in), NewLines(io.Discard), Options{Method: method(t, "grpo", "")})
		done <- err
	}()
	fmt.Fprintln(ask, "{}")
	if err := <-done; err == nil || !strings.HasPrefix(err.Error(), "line 1: ") {
		t.Errorf("got %v, want a fault of line 1", err)
	}
}

// TestWriteFault checks that a full disk ends it.
func TestWriteFault(t *testing.T) {
	full := errors.New("disk full")
	for _, sink := range []Sink{NewLines(failing{full}), NewTable(failing{full}, false)} {
		_, err := Run(t.Context(), Lines(manyGroups(3)), sink, Options{Method: method(t, "grpo", "")})
		if !errors.Is(err, full) {
			t.Errorf("got %v, want %v", err, full)
		}
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// FuzzLines feeds anything to the readers: no input may panic, and what is
// answered has the shape of what was asked.
func FuzzLines(f *testing.F) {
	f.Add([]byte(`{"id":"g","trajectories":[{"id":"a","obs":["s","t"],"actions":["x","y"],"rewards":[1,0],"n_tokens":[2,1],"values":[0,1],"final_obs":"e"}]}`), false)
	f.Add([]byte("\ufeff{\"groups\":[{\"id\":\"g\",\n\"trajectories\":[{\"obs\":[\"s\"],\"actions\":[\"x\"],\"rewards\":[null]}]}]}"), true)
	f.Add([]byte(`{"id":"g","trajectories":[{"id":"a","obs":["s"],"actions":["x"],"rewards":[NaN]}]}`), false)
	m := method(f, "gigpo", "")
	f.Fuzz(func(t *testing.T, in []byte, batch bool) {
		source := Lines
		if batch {
			source = Batch
		}
		var shapes [][]int
		for r, err := range source(bytes.NewReader(in)) {
			if err != nil {
				break
			}
			g, err := r.Group()
			if err != nil {
				break
			}
			var shape []int
			for _, tr := range g.Trajectories {
				shape = append(shape, len(tr.Actions))
			}
			shapes = append(shapes, shape)
		}
		var out bytes.Buffer
		n, err := Run(t.Context(), source(bytes.NewReader(in)), NewLines(&out), Options{Method: m, Batch: batch, Workers: 1})
		if err == nil && n.Groups != len(shapes) {
			t.Fatalf("%d answers to %d groups", n.Groups, len(shapes))
		}
		k := 0
		for line := range bytes.Lines(out.Bytes()) {
			var a Answer
			if err := json.Unmarshal(line, &a); err != nil {
				t.Fatal(err)
			}
			for i, row := range a.Advantages {
				if row != nil && len(row) != shapes[k][i] {
					t.Fatalf("group %d, trajectory %d: %d advantages for %d steps", k, i, len(row), shapes[k][i])
				}
			}
			k++
		}
	})
}
