package bfcl

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/bfcl/api"
	"stepgym/envs/toolcall/bfcl/api/filesystem"
	"stepgym/envs/toolcall/py"
)

// every returns an executor with all classes on their default states.
func every(t testing.TB) *toolcall.Executor {
	t.Helper()
	var kinds []*toolcall.Class
	var states []toolcall.State
	for _, c := range api.All() {
		kinds = append(kinds, c.Tools)
		_, raised := py.Try(func() py.Value {
			states = append(states, c.Load(py.NewDict(nil, 0), nil))
			return nil
		})
		if raised != nil {
			t.Fatal(c.Tools.Name, raised)
		}
	}
	return toolcall.NewKit(kinds...).New(states)
}

// hostile are calls that would take Python's eval, or a parser, long or far.
func hostile() map[string]string {
	const big = 10 << 20
	return map[string]string{
		"deep parentheses":         strings.Repeat("(", 100_000),
		"deep lists":               "mean(numbers=" + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + ")",
		"deep calls":               strings.Repeat("cd(", 100_000) + strings.Repeat(")", 100_000),
		"deep dicts":               "edit_ticket(ticket_id=1, updates=" + strings.Repeat("{'a':", 50_000) + "1" + strings.Repeat("}", 50_000) + ")",
		"minus signs":              "absolute_value(number=" + strings.Repeat("-", 1_000_000) + "1)",
		"not":                      strings.Repeat("not ", 500_000) + "1",
		"a long sum":               "absolute_value(number=1" + strings.Repeat("+1", 1_000_000) + ")",
		"a power of powers":        "absolute_value(number=9**9**9**9)",
		"a large power":            "power(base=10, exponent=10000000)",
		"a large root":             "square_root(number=2, precision=1000000000)",
		"a precise logarithm":      "logarithm(value=2, base=3, precision=1000000000)",
		"a repeated text":          "echo(content='a'*10000000000)",
		"repeated repeats":         "echo(content='a'*100000*100000*100000)",
		"repeated lists":           "mean(numbers=[1]*10000000000)",
		"a long text":              "echo(content='" + strings.Repeat("a", big) + "')",
		"a text that does not end": "echo(content='" + strings.Repeat("a", big),
		"backslashes":              "echo(content='" + strings.Repeat(`\\`, big/2) + "')",
		"a long name":              strings.Repeat("a", big) + "()",
		"names and blanks":         strings.Repeat("ls   ", big/5) + "(",
		"many names":               strings.Repeat("ls(", big/3),
		"a long int":               "absolute_value(number=" + strings.Repeat("9", big) + ")",
		"a long float":             "absolute_value(number=1e" + strings.Repeat("9", 1_000_000) + ")",
		"many arguments":           "cd(" + strings.Repeat("1,", 1_000_000) + ")",
		"many keywords":            "cd(" + keywords(100_000) + ")",
		"many dots":                strings.Repeat("a.", 1_000_000) + "b()",
		"unicode":                  "echo(content='" + strings.Repeat("\U0001f600é ﷽", 100_000) + "')",
		"broken UTF-8":             "echo(content='" + strings.Repeat("\xff\xfe", 100_000) + "')",
		"zero bytes":               strings.Repeat("\x00", 100_000),
		"lines":                    strings.Repeat("\n", big),
		"comments":                 strings.Repeat("#", big),
		"attributes":               "ls().__class__.__mro__[1].__subclasses__()",
		"a comprehension":          "[[y for y in range(10**9)] for x in range(10**9)]",
		"a generator":              "sum(x for x in iter(int, 1))",
		"an f-string":              "echo(content=f'{\"a\":>1000000000000}')",
		"a format":                 "echo(content='%1000000000d' % 1)",
	}
}

func keywords(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "a%d=1,", i)
	}
	return b.String()
}

// TestHostile runs each hostile call: it ends, in memory that is bounded by its
// size, with a result or an error text.
func TestHostile(t *testing.T) {
	for name, call := range hostile() {
		for _, compat := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/%v", name, compat), func(t *testing.T) {
				x := every(t)
				if compat {
					kit := toolcall.NewKit(filesystem.Class())
					x.SetCompat((&toolcall.Compat{Model: "m"}).Instances("entry", "_eval", kit))
				}
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				o := x.Run(call)
				runtime.ReadMemStats(&after)
				if o.Text == "" && o.Raised != nil {
					t.Error("an error without a text")
				}
				if used, most := after.TotalAlloc-before.TotalAlloc, uint64(600<<20+100*len(call)); used > most {
					t.Errorf("%d MB were allocated for %d bytes", used>>20, len(call))
				}
				if o := x.Run("ls()"); o.Raised != nil && !compat {
					t.Errorf("afterwards ls() gives %q", o.Text)
				}
			})
		}
	}
}

// FuzzRun looks for calls that do not end in a result or an error text.
func FuzzRun(f *testing.F) {
	for _, s := range []string{
		"cd(folder='a')", "mean(numbers=[1, 2.5])", "echo(content='a', file_name=pwd())", "place_order('Buy', 'AAPL', 1.0, amount=-2)",
		"  mkdir  ( dir_name = 'a' )", "cd(folder==1)", "du(human_readable=True)", "post_tweet(content='#a', tags=['b'], mentions=None)",
		"get_flight_cost(travel_from='SFO', travel_to='LAX', travel_date='2024-11-15', travel_class='first')", "find(path='..', name=7)",
	} {
		f.Add(s, "ls()")
	}
	kit := toolcall.NewKit(filesystem.Class())
	f.Fuzz(func(t *testing.T, first, second string) {
		x := every(t)
		y := x.Fork()
		for _, call := range []string{first, second, first} {
			x.Run(call)
		}
		y.SetCompat((&toolcall.Compat{Model: "m"}).Instances("entry", "_eval", kit))
		y.Run(first)
		for _, s := range x.States() {
			for _, a := range s.AppendAttrs(nil) {
				py.Equal(a.Value, a.Value)
			}
		}
	})
}
