package world

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode"
)

// Tool is something that an agent can call by name.
type Tool struct {
	Name string
	Doc  string // for the agent

	// Func does it. It is a func that takes the state, a *T, and after it a
	// struct with a field for each argument, or nothing; it returns (R, error),
	// R or error. A string is shown to the agent as it is, anything else as
	// JSON, and an error as {"error":"..."}: that is something that may happen
	// in this world, such as a book that is lent out. It uses no clock and no
	// random numbers but those in the state, changes nothing but the state, and
	// keeps no slice or map of its arguments that it changes later.
	//
	// Names and schema of the arguments come from the struct: the json tag
	// names a field, "omitempty" or a pointer makes it optional, doc:"..." says
	// what it is, enum:"a,b" lists all its values, and min and max bound a
	// number, the length of a string or of a slice.
	Func any

	// Schema is a JSON schema of the arguments in place of the one that comes
	// from Func; nil for that one. Func may then take a map[string]any.
	Schema json.RawMessage
}

// notTools are methods that mean something else.
var notTools = []string{
	"Clone", "Error", "Format", "GoString", "MarshalJSON", "MarshalText", "MarshalBinary", "String",
	"UnmarshalJSON", "UnmarshalText", "UnmarshalBinary",
}

// Methods returns the exported methods of *T as tools, in alphabetical order:
// the method LendBook becomes lend_book. docs are the descriptions by name of
// tool. Methods that other packages know (Clone, String, MarshalJSON and the
// like) are left out. What is no tool, and descriptions of none, are errors of
// [New].
func Methods[T any](docs map[string]string) []Tool {
	t := reflect.TypeFor[*T]()
	var out []Tool
	for i := range t.NumMethod() {
		m := t.Method(i)
		if slices.Contains(notTools, m.Name) {
			continue
		}
		name := snake(m.Name)
		out = append(out, Tool{Name: name, Doc: docs[name], Func: m.Func.Interface()})
	}
	var lost []string
	for name := range docs {
		if !slices.ContainsFunc(out, func(t Tool) bool { return t.Name == name }) {
			lost = append(lost, name)
		}
	}
	slices.Sort(lost)
	for _, name := range lost {
		out = append(out, Tool{Name: name, Doc: docs[name]})
	}
	return out
}

// snake returns the name of a method as that of a tool: LendBook as lend_book,
// HTTPGet as http_get.
func snake(name string) string {
	r := []rune(name)
	var b strings.Builder
	for i, c := range r {
		starts := unicode.IsUpper(c) && i > 0 &&
			(!unicode.IsUpper(r[i-1]) || i+1 < len(r) && unicode.IsLower(r[i+1]))
		if starts && r[i-1] != '_' {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(c))
	}
	return b.String()
}

// made is a tool that was looked at once, so that calls are cheap.
type made struct {
	name, doc string
	schema    json.RawMessage
	check     *checker
	call      reflect.Value
	args      *shape // nil if it takes none
	value     bool   // it returns one
	fails     bool   // it returns an error, last
}

var errorType = reflect.TypeFor[error]()

// makeTool looks at a tool over states of type state, a pointer.
func makeTool(t Tool, state reflect.Type) (*made, error) {
	fault := func(format string, args ...any) (*made, error) {
		return nil, fmt.Errorf("tool %q: "+format, append([]any{t.Name}, args...)...)
	}
	f := reflect.ValueOf(t.Func)
	switch {
	case t.Name == "" || strings.ContainsFunc(t.Name, func(r rune) bool {
		return r != '_' && r != '-' && r != '.' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}):
		return fault("its name must consist of letters, digits and _-.")
	case t.Func == nil || f.Kind() != reflect.Func || f.IsNil():
		return fault("there is no func to call")
	}
	m := &made{name: t.Name, doc: t.Doc, call: f, schema: t.Schema}
	ft := f.Type()
	if ft.NumIn() < 1 || ft.NumIn() > 2 || ft.In(0) != state || ft.IsVariadic() {
		return fault("%v must take %v and at most one struct of arguments", ft, state)
	}
	switch n := ft.NumOut(); {
	case n == 2 && ft.Out(1) == errorType && ft.Out(0) != errorType:
		m.value, m.fails = true, true
	case n == 1 && ft.Out(0) == errorType:
		m.fails = true
	case n == 1:
		m.value = true
	default:
		return fault("%v must return a value, an error, or a value and an error", ft)
	}
	if err := m.takes(ft, t.Schema != nil); err != nil {
		return fault("%w", err)
	}
	var err error
	if m.check, err = newChecker(m.schema); err != nil {
		return fault("%w", err)
	}
	return m, nil
}

// takes looks at the arguments and writes the schema if there is none.
func (m *made) takes(ft reflect.Type, hasSchema bool) (err error) {
	if ft.NumIn() == 2 {
		in := ft.In(1)
		if in.Kind() != reflect.Struct && (in.Kind() != reflect.Map || !hasSchema) {
			return fmt.Errorf("%v takes %v: it must take a struct of arguments", ft, in)
		}
		if m.args, err = shapeOf(in, in.String()); err != nil {
			return err
		}
		if m.args.typeName() != "object" {
			return fmt.Errorf("%v takes %v, which is written as a %s: it must take a struct of arguments", ft, in, m.args.typeName())
		}
	}
	switch {
	case hasSchema:
	case m.args == nil:
		m.schema = json.RawMessage(`{"type":"object","properties":{},"required":[],"additionalProperties":false}`)
	default:
		m.schema = m.args.appendSchema(nil, nil)
	}
	return nil
}
