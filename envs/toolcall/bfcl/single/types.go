package single

import (
	"stepgym/envs/toolcall/py"
)

// Language is the language in which calls of an entry are written.
type Language int

// The languages.
const (
	Python Language = iota
	Java
	JavaScript
)

// pythonTypes are the Python types that the type names of function documents
// stand for; javaTypes and jsTypes those that values of these languages become.
var (
	pythonTypes = map[string]string{
		"string": "str", "integer": "int", "float": "float", "boolean": "bool",
		"array": "list", "tuple": "list", "dict": "dict", "any": "str",
	}
	javaTypes = map[string]string{
		"byte": "int", "short": "int", "integer": "int", "long": "int", "float": "float", "double": "float",
		"boolean": "bool", "char": "str", "String": "str", "any": "str", "Array": "list", "ArrayList": "list",
		"Queue": "list", "Stack": "list", "Set": "set", "HashMap": "dict", "Hashtable": "dict",
	}
	jsTypes = map[string]string{
		"String": "str", "integer": "int", "float": "float", "Bigint": "int", "Boolean": "bool",
		"dict": "dict", "array": "list", "any": "str",
	}
)

// lookUp is table[name], or raises as Python does.
func lookUp(table map[string]string, name py.Value) string {
	switch n := name.(type) {
	case py.Str:
		if t, ok := table[string(n)]; ok {
			return t
		}
	case *py.List, *py.Dict, *py.Set:
		py.Raise("TypeError", "unhashable type: '%s'", n.Type())
	}
	py.Raise("KeyError", "%s", py.Repr(name))
	return ""
}

// answerType is the type of the first possible value that is not "", which
// only says that the parameter is optional; "" if there is none.
func answerType(possible py.Value) string {
	for _, v := range py.Iter(possible) {
		if !py.Equal(v, py.Str("")) {
			return v.Type()
		}
	}
	return ""
}

// checkType judges the type of a value: want as described, with items of type
// inner (unless that is ""), or else that of the possible values, in which case
// the value stands for a variable.
//
// Items are checked one level deep, and against the items of one possible list
// at a time, whose first one tells the type of a variable.
func checkType(param, value, possible, described py.Value, want, inner string) (v *Verdict, variable bool) {
	answers := answerType(possible)
	variable = answers != "" && answers != want
	var errors []py.Value
	if value.Type() == want {
		if inner == "" || itemsFit(value, possible, inner) {
			return valid(), variable
		}
		errors = append(errors, py.Str("Nested type checking failed for parameter "+py.Repr(param)+". Expected outer type "+
			py.ToStr(described)+" with inner type "+class(inner)+". Parameter value: "+py.Repr(value)+"."))
	}
	if answers != "" && value.Type() == answers {
		if errors != nil { // quirk: as a variable it would do, but it is refused already
			return wrong("type_error:nested", errors...), true
		}
		return valid(), true
	}
	errors = append(errors, py.Str("Incorrect type for parameter "+py.Repr(param)+". Expected type "+
		py.ToStr(described)+", got "+value.Type()+". Parameter value: "+py.Repr(value)+"."))
	return wrong("type_error:simple", errors...), false
}

// itemsFit reports whether all items of value have the type inner, or that of
// the items of one of the possible lists. A possible value that is no list fits
// whatever the items are.
func itemsFit(value, possible py.Value, inner string) bool {
	for _, p := range py.Iter(possible) {
		list, ok := p.(*py.List)
		if !ok || allOf(py.Iter(value), inner, list) {
			return true
		}
	}
	return false
}

func allOf(items []py.Value, inner string, possible *py.List) bool {
	if len(items) == 0 {
		return true
	}
	answers := answerType(possible)
	for _, item := range items {
		if t := item.Type(); t != inner && (answers == "" || t != answers) {
			return false
		}
	}
	return true
}

// class is str(type).
func class(name string) string { return "<class '" + name + "'>" }
