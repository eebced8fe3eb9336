package world

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs"
)

type plain struct{ N int }

func (*plain) Look() int { return 0 }

type tabled struct {
	When  time.Time
	Rooms Table[string, room]
}

type room struct{ Doors Table[int, room] }

func (*tabled) Look() int { return 0 }

type leaky struct {
	Rooms Table[string, struct{ Things []string }]
}

func (*leaky) Look() int { return 0 }

type cloned struct{ M map[string]int }

func (*cloned) Look() int        { return 0 }
func (c *cloned) Clone() *cloned { return &cloned{} }

type secret struct {
	N int
	m int
}

func (*secret) Look() int { return 0 }

func tasks[T any]() []Task[T] {
	return []Task[T]{{ID: "1", Goal: "g", Judge: func(*T, string) Verdict { return Pass(true) }}}
}

func TestStates(t *testing.T) {
	for _, c := range []struct {
		name string
		err  error
		want string // "" for no error
	}{
		{"plain", newErr[plain](nil), ""},
		{"tables", newErr[tabled](nil), ""},
		{"a slice in a table", newErr[leaky](nil), "leaky.Rooms (values).Things is a []string, which copies of the state would share"},
		{"its own copy", newErr[cloned](nil), ""},
		{"unexported", newErr[secret](nil), "secret.m is not in the state's JSON"},
		{"unexported with a key", newErr(func(s *secret) string { return string(rune(s.m)) }), ""},
	} {
		if (c.err == nil) != (c.want == "") || c.err != nil && !strings.Contains(c.err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, c.err, c.want)
		}
	}
}

func newErr[T any](key func(*T) string) error {
	_, err := New(Config[T]{Name: "x", Train: tasks[T](), Key: key})
	return err
}

type loop struct {
	Next *loop `json:"next"`
}

type timed struct {
	At time.Time `json:"at"`
}

func TestConfigFaults(t *testing.T) {
	use := func(f any) func(*Config[plain]) {
		return func(c *Config[plain]) { c.Tools = []Tool{{Name: "t", Func: f}} }
	}
	for _, c := range []struct {
		name string
		set  func(*Config[plain])
		want string
	}{
		{"no name", func(c *Config[plain]) { c.Name = "" }, "no Name"},
		{"turns", func(c *Config[plain]) { c.MaxTurns = -1 }, "MaxTurns is -1"},
		{"rewards", func(c *Config[plain]) { c.RewardMin = 2 }, "bounded by 2 and 0"},
		{"no tasks", func(c *Config[plain]) { c.Train = nil }, "no tasks"},
		{"no tools", func(c *Config[plain]) { c.Tools = []Tool{} }, "no tools"},
		{"ID", func(c *Config[plain]) { c.Dev = tasks[plain]() }, "another task has the same ID"},
		{"family", func(c *Config[plain]) {
			c.Train[0].Family = "f"
			c.Dev = tasks[plain]()
			c.Dev[0].ID, c.Dev[0].Family = "2", "f"
		}, `its family "f" is in train and in dev`},
		{"goal", func(c *Config[plain]) { c.Train[0].Goal = "" }, "no Goal"},
		{"judge", func(c *Config[plain]) { c.Train[0].Judge = nil }, "one of Judge and JudgeCalls"},
		{"two starts", func(c *Config[plain]) {
			c.Train[0].Start, c.Train[0].Setup = &plain{}, func(uint64) *plain { return nil }
		}, "both Start and Setup"},
		{"doc of nothing", func(c *Config[plain]) { c.Tools = Methods[plain](map[string]string{"lok": "x"}) }, `tool "lok": there is no func`},
		{"two of a name", func(c *Config[plain]) { c.Tools = append(Methods[plain](nil), Methods[plain](nil)...) }, `two tools are called "look"`},
		{"tool name", func(c *Config[plain]) { c.Tools = Methods[plain](nil); c.Tools[0].Name = "a b" }, "letters, digits"},
		{"no func", use(3), "no func to call"},
		{"other state", use(func(*tabled) int { return 0 }), "must take *world.plain"},
		{"two arguments", use(func(*plain, loop, loop) int { return 0 }), "at most one struct"},
		{"a string", use(func(*plain, string) int { return 0 }), "must take a struct of arguments"},
		{"a time", use(func(*plain, time.Time) int { return 0 }), "written as a string"},
		{"no result", use(func(*plain) {}), "must return a value"},
		{"itself", use(func(*plain, loop) int { return 0 }), "contains itself"},
		{"chan", use(func(*plain, struct{ C chan int }) int { return 0 }), "cannot be written as JSON"},
		{"enum", use(func(*plain, struct {
			N int `enum:"a"`
		},
		) int {
			return 0
		}), `the enum value "a"`},
		{"bound", use(func(*plain, struct {
			S string `min:"1.5"`
		},
		) int {
			return 0
		}), `"1.5" is no bound of string`},
		{"json option", use(func(*plain, struct {
			N int `json:"n,string"`
		},
		) int {
			return 0
		}), `option "string"`},
		{"two fields", use(func(*plain, struct {
			timed
			B int `json:"at"`
		},
		) int {
			return 0
		}), `two fields are called "at"`},
		{"schema", func(c *Config[plain]) {
			c.Tools = []Tool{{Name: "t", Func: (*plain).Look, Schema: json.RawMessage(`{"type":"objet"}`)}}
		}, "schema:"},
		{"schema elsewhere", func(c *Config[plain]) {
			c.Tools = []Tool{{Name: "t", Func: (*plain).Look, Schema: json.RawMessage(`{"type":"object","$ref":"file:///etc/x"}`)}}
		}, "must not refer"},
		{"schema of a list", func(c *Config[plain]) {
			c.Tools = []Tool{{Name: "t", Func: (*plain).Look, Schema: json.RawMessage(`{"type":"array"}`)}}
		}, `must be "object"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := Config[plain]{Name: "x", Train: tasks[plain]()}
			c.set(&config)
			if _, err := New(config); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

// TestSchemaByHand: it is what holds, and arguments may be a map.
func TestSchemaByHand(t *testing.T) {
	schema := json.RawMessage(`{"type":"object","properties":{"a":{"type":["integer","null"]}},"minProperties":1}`)
	env, err := New(Config[plain]{Name: "x", Train: tasks[plain](), Tools: []Tool{
		{Name: "map", Schema: schema, Func: func(_ *plain, m map[string]any) map[string]any { return m }},
		{Name: "when", Func: func(_ *plain, a timed) string { return a.At.Format(time.DateOnly) }},
		{Name: "struct", Schema: schema, Func: func(_ *plain, a struct {
			A *int8 `json:"a"`
		},
		) bool {
			return a.A == nil
		}},
		{Name: "loose", Schema: json.RawMessage(`{"type":"object"}`), Func: func(_ *plain, a struct {
			B   bool            `json:"b"`
			S   string          `json:"s"`
			U   uint8           `json:"u"`
			F   float32         `json:"f"`
			L   []int           `json:"l"`
			P   [1]int          `json:"p"`
			M   map[mark]int    `json:"m"`
			R   json.RawMessage `json:"r"`
			T   timed           `json:"t"`
			Any any             `json:"any"`
		},
		) any {
			return a
		}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ tool, args, want string }{
		{"map", `{"a":1,"b":[2]}`, `{"a":1,"b":[2]}`},
		{"map", `{}`, `{"error":"map: the arguments: minProperties: got 0, want 1"}`},
		{"struct", `{"a":null}`, `true`},
		{"struct", `{"a":5}`, `false`},
		{"struct", `{"a":500}`, `{"error":"struct: a: 500 is out of range"}`},
		{"when", `{"at":"2024-05-06T00:00:00Z"}`, `2024-05-06`},
		{
			"loose", `{"b":true,"u":2e2,"f":0.5,"l":[3.0],"p":[4],"m":{"k":5},"r":{"z":[1]},"t":{"at":"2024-05-06T00:00:00Z"},"any":"x","more":1}`,
			`{"b":true,"s":"","u":200,"f":0.5,"l":[3],"p":[4],"m":{"k":5},"r":{"z":[1]},"t":{"at":"2024-05-06T00:00:00Z"},"any":"x"}`,
		},
		{"loose", `{"b":"x"}`, `{"error":"loose: b is not the boolean that the tool takes"}`},
		{"loose", `{"s":true}`, `{"error":"loose: s is not the string that the tool takes"}`},
		{"loose", `{"s":1}`, `{"error":"loose: s is not the string that the tool takes"}`},
		{"loose", `{"u":-1}`, `{"error":"loose: u: -1 is out of range"}`},
		{"loose", `{"u":1.5}`, `{"error":"loose: u: 1.5 is out of range"}`},
		{"loose", `{"f":1e300}`, `{"error":"loose: f: 1e+300 is out of range"}`},
		{"loose", `{"l":["a"]}`, `{"error":"loose: l[0] is not the integer that the tool takes"}`},
		{"loose", `{"l":{}}`, `{"error":"loose: l is not the array that the tool takes"}`},
		{"loose", `{"p":[1,2]}`, `{"error":"loose: p is not the array that the tool takes"}`},
		{"loose", `{"m":{"b":"x","a":[]}}`, `{"error":"loose: m.a is not the integer that the tool takes"}`},
		{"loose", `{"t":{"at":"noon"}}`, `{"error":"loose: t.at: parsing time \"noon\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"noon\" as \"2006\""}`},
		{"when", `{"at":5}`, `{"error":"when: at: it is a number, but must be a string"}`},
	} {
		ep, err := env.Reset(t.Context(), envs.Task{ID: "1"}, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ep.Step(t.Context(), envs.Action{Calls: []envs.ToolCall{{Name: c.tool, Args: json.RawMessage(c.args)}}}); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(ep.Observation().Text(), c.want); d != "" {
			t.Errorf("%s %s (-got +want):\n%s", c.tool, c.args, d)
		}
	}
}

func TestSnake(t *testing.T) {
	for in, want := range map[string]string{"Look": "look", "TakeBack": "take_back", "HTTPGet": "http_get", "GetID": "get_id", "A1B": "a1_b", "Ü": "ü", "Get_X": "get_x"} {
		if got := snake(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}
