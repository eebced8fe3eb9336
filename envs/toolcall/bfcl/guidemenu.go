package bfcl

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"stepgym/envs"
	"stepgym/envs/toolcall/py"
)

// menu is what a guided agent may see of an entry, worked out once and shared
// by its episodes: the functions of each turn as choices, best fit first, and
// what the user's words may stand for. It holds nothing of the ground truth.
type menu struct {
	entry *Entry
	tools *tools
	known map[string]*function // by name

	once  sync.Once // for what follows
	turns []menuTurn

	lookups sync.Map // lookupKey -> []string: what hints have found out, nil for nothing
}

// menuTurn is a turn of a menu.
type menuTurn struct {
	request bag      // words of the user's latest request
	asked   int      // the turn of that request: an earlier one where functions are revealed
	said    []clue   // what its words may stand for
	numbers []number // of the request, in their order
	offers  []*envs.Choice
	calls   []*function           // what offers call; nil for the end of the turn
	listed  map[string][]py.Value // what is listed for the text parameters of a name by any of these functions
}

// newMenus makes the menus of all entries.
func (e *multiTurn) newMenus() (map[*Entry]*menu, error) {
	known := map[string]map[string]*function{} // by class and name
	for class, docs := range e.data.docs {
		known[class] = map[string]*function{}
		for _, d := range docs {
			f, err := newFunction(d)
			if err != nil {
				return nil, err
			}
			known[class][d.Name] = f
		}
	}
	out := make(map[*Entry]*menu, len(e.data.Entries()))
	for _, entry := range e.data.Entries() {
		m := &menu{entry: entry, tools: e.tools[entry], known: map[string]*function{}}
		for _, class := range entry.Classes {
			for name, f := range known[class] {
				m.known[name] = f // of two of one name the later class's is called
			}
		}
		out[entry] = m
	}
	return out, nil
}

// turn returns a turn of the menu.
func (m *menu) turn(n int) *menuTurn {
	m.once.Do(func() {
		m.turns = make([]menuTurn, len(m.entry.Question))
		now, request := m.tools.schemas, ""
		for i, messages := range m.entry.Question {
			t := &m.turns[i]
			if more, ok := m.tools.later[i]; ok {
				now = more
				if i > 0 {
					before := &m.turns[i-1]
					t.asked, t.said, t.numbers = before.asked, before.said, before.numbers
				}
			} else {
				t.asked = i
				request = ""
				for _, msg := range messages {
					request += msg.Content + "\n"
				}
				t.said, t.numbers = listen(request)
			}
			t.request = bagOf(request)
			m.offer(t, now, request, strconv.Itoa(i+1))
		}
	})
	return &m.turns[n]
}

// offer fills in the choices of a turn: its end, and the functions, those first
// that have the rarest words in common with the request. What a choice refers to
// is the function in this turn ("cp 2" in the second), so that an agent's memory
// knows what has been called since the user spoke.
func (m *menu) offer(t *menuTurn, now []envs.ToolSchema, request, turn string) {
	t.offers = []*envs.Choice{{Action: envs.Action{Text: endTurn}, Kind: "end", Desc: endTurn}}
	t.calls = []*function{nil}
	var fs []*function
	for _, s := range now {
		if f := m.known[s.Name]; f != nil && !slices.Contains(fs, f) {
			fs = append(fs, f)
		}
	}
	fit := fits(fs, request)
	slices.SortStableFunc(fs, func(a, b *function) int { return cmp.Compare(fit[b.name], fit[a.name]) })
	for _, f := range fs {
		t.offers = append(t.offers, &envs.Choice{Action: envs.Action{Text: f.name}, Kind: "function", Desc: f.about, Ref: f.name + " " + turn})
		t.calls = append(t.calls, f)
	}
	t.listed = map[string][]py.Value{}
	for _, f := range fs {
		for _, p := range f.params {
			if len(p.fixed) > len(t.listed[p.name]) && p.sort == "string" {
				t.listed[p.name] = p.fixed
			}
		}
	}
}

// fits says how much of the request each function has in its name, in what it
// does, and in its parameters:
//
//	fit(f) = Σ idf(w) weight(w, f) / √(n(f) + 3),  w in the request
//
// where weight is 2 for a word of the name, 1 for one of the description and
// 1/2 for one of the parameters, n(f) is the sum of the weights, and
// idf(w) = ln(1 + n/df) over the n functions.
func fits(fs []*function, request string) map[string]float64 {
	df := map[string]float64{}
	for _, f := range fs {
		for w := range f.weights {
			df[w]++
		}
	}
	wanted := slices.Compact(slices.Sorted(slices.Values(stems(request))))
	out := make(map[string]float64, len(fs))
	for _, f := range fs {
		sum := 0.0
		for _, w := range wanted {
			sum += f.weights[w] * math.Log(1+float64(len(fs))/max(1, df[w]))
		}
		out[f.name] = sum / math.Sqrt(f.length+3)
	}
	return out
}

// function is a function of the data as it is offered.
type function struct {
	name   string
	about  string // its name in words and what it does
	params []*parameter

	weights map[string]float64 // what each stem says about it; see fits
	length  float64            // sum of weights
}

// parameter is a parameter of a function.
type parameter struct {
	name     string
	words    string // the name in words
	about    bag    // of name and description
	key      bag    // of the name
	sort     string // a type of JSON Schema
	item     string // that of the items of an array
	optional bool
	fixed    []py.Value // values that the schema or the description lists
	fields   []*parameter
	longText bool   // wants sentences, not words
	file     bool   // wants the name of a file
	folder   bool   // or of a folder
	begins   string // what its values begin with, such as "#"
}

// newFunction reads a function's documentation.
func newFunction(d Doc) (*function, error) {
	_, about, ok := strings.Cut(d.Description, "Tool description:")
	if !ok {
		about = d.Description
	}
	about = strings.TrimSpace(about)
	f := &function{name: d.Name, about: spaced(d.Name) + " " + about}
	schema, err := dict(d.Parameters, "parameters")
	if err != nil {
		return nil, fmt.Errorf("bfcl: function %s: %w", d.Name, err)
	}
	f.params = parameters(schema)
	f.weigh(about, schema)
	return f, nil
}

// weigh fills in what the words about f say.
func (f *function) weigh(about string, schema *py.Dict) {
	f.weights = map[string]float64{}
	add := func(text string, weight float64) {
		for _, w := range stems(text) {
			f.weights[w] = max(f.weights[w], weight)
		}
	}
	add(f.name, 2)
	add(about, 1)
	for _, p := range f.params {
		add(p.name, 0.5)
	}
	if props, ok := schema.Or("properties", nil).(*py.Dict); ok {
		for _, it := range props.Items() {
			if p, ok := it.Value.(*py.Dict); ok {
				desc, _ := p.Or("description", nil).(py.Str)
				add(string(desc), 0.5)
			}
		}
	}
	for _, w := range slices.Sorted(maps.Keys(f.weights)) { // in order, so that the sum has the same bits each time
		f.length += f.weights[w]
	}
}

// parameters reads the properties of a schema in their order. Whatever is not as
// expected there leaves a parameter about which less is known.
func parameters(schema *py.Dict) []*parameter {
	var out []*parameter
	props, _ := schema.Or("properties", nil).(*py.Dict)
	if props == nil {
		return nil
	}
	required, _ := schema.Or("required", nil).(*py.List)
	for _, it := range props.Items() {
		name, _ := it.Key.(py.Str)
		about, _ := it.Value.(*py.Dict)
		if about == nil {
			about = py.NewDict(nil, 0)
		}
		out = append(out, newParameter(string(name), about, required))
	}
	return out
}

func newParameter(name string, schema *py.Dict, required *py.List) *parameter {
	text := func(key string) string {
		s, _ := schema.Or(key, nil).(py.Str)
		return string(s)
	}
	p := &parameter{name: name, words: spaced(name), sort: jsonType(text("type")), optional: true}
	desc := text("description")
	p.key, p.about = bagOf(name), bagOf(name+" "+desc)
	if items, ok := schema.Or("items", nil).(*py.Dict); ok {
		s, _ := items.Or("type", nil).(py.Str)
		p.item = jsonType(string(s))
	}
	if required != nil {
		for _, r := range required.Items {
			if r == py.Str(name) {
				p.optional = false
			}
		}
	}
	if p.sort == "object" {
		p.fields = parameters(schema)
	}
	if listed, ok := schema.Or("enum", nil).(*py.List); ok {
		p.fixed = append(p.fixed, listed.Items...)
	}
	if d, ok := schema.GetStr("default"); ok && d != py.Str("None") {
		p.fixed = append(p.fixed, d)
	}
	p.fixed = append(p.fixed, listedIn(desc, p)...)
	if _, rest, ok := strings.Cut(desc, "start with "); ok && rest != "" && strings.ContainsAny(rest[:1], "#@$") {
		p.begins = rest[:1]
	}
	low := strings.ToLower(name)
	p.file = strings.Contains(low, "file")
	p.folder = strings.Contains(low, "folder") || strings.Contains(low, "dir")
	for _, side := range []struct{ names, word string }{{"from source base", fromSide}, {"to destination receiver target", toSide}} {
		for _, w := range strings.Fields(side.names) {
			if slices.Contains(strings.Fields(strings.ToLower(p.words)), w) {
				p.key.add(side.word)
			}
		}
	}
	if p.sort == "string" && strings.Contains(low, "folder") {
		p.fixed = append(p.fixed, py.Str("..")) // what every shell calls the folder above
	}
	for _, w := range []string{"content", "message", "description", "resolution", "text", "title", "comment", "body"} {
		p.longText = p.longText || strings.Contains(low, w)
	}
	return p
}

// spaced returns a name in words: "fillFuelTank" as "fill Fuel Tank",
// "file_name" as "file name".
func spaced(name string) string {
	var b strings.Builder
	before := ' '
	for _, r := range name {
		if r == '_' {
			r = ' '
		} else if r >= 'A' && r <= 'Z' && before >= 'a' && before <= 'z' {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		before = r
	}
	return b.String()
}
