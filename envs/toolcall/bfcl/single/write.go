package single

import (
	"encoding/xml"
	"strings"

	"stepgym/envs/toolcall/py"
)

// Write writes calls, a list of dicts {name: {parameter: value}}, as the entry
// wants a text that has them: in Python or in the entry's [Format], with its
// tags. [Entry.Judge] reads it back. ok is false where a value cannot be
// written, and for Java and JavaScript, whose values are text already.
func (e *Entry) Write(calls *py.List) (text string, ok bool) {
	if e.Language != Python || !areCalls(calls) {
		return "", false
	}
	var b []byte
	switch e.Format {
	case Native:
		b = appendPython(b, calls)
	case JSON:
		if b, ok = appendJSON(b, calls); !ok {
			return "", false
		}
	case VerboseXML, ConciseXML:
		b = appendXML(b, calls, e.Format == VerboseXML)
	}
	if e.Tagged {
		return "<TOOLCALL>" + string(b) + "</TOOLCALL>", true
	}
	return string(b), true
}

func appendPython(b []byte, calls *py.List) []byte {
	b = append(b, '[')
	for i, c := range calls.Items {
		if i > 0 {
			b = append(b, ", "...)
		}
		name, arguments := parts(c)
		b = append(append(b, name...), '(')
		for k, a := range arguments {
			if k > 0 {
				b = append(b, ", "...)
			}
			b = append(append(b, py.ToStr(a.Key)...), '=')
			b = py.AppendRepr(b, a.Value)
		}
		b = append(b, ')')
	}
	return append(b, ']')
}

func appendJSON(b []byte, calls *py.List) ([]byte, bool) {
	list := py.NewList()
	for _, c := range calls.Items {
		it := c.(*py.Dict).At(0)
		list.Append(py.D("function", it.Key, "parameters", it.Value))
	}
	return py.AppendJSON(b, list)
}

func appendXML(b []byte, calls *py.List, verbose bool) []byte {
	b = append(b, "<functions>"...)
	for _, c := range calls.Items {
		name, arguments := parts(c)
		b = append(append(b, `<function name="`...), escaped(name)...)
		b = append(b, `">`...)
		if verbose {
			b = append(b, "<params>"...)
		}
		for _, a := range arguments {
			b = append(append(b, `<param name="`...), escaped(py.ToStr(a.Key))...)
			if kind, value := xmlType(a.Value), escaped(py.ToStr(a.Value)); verbose {
				b = append(b, `" value="`+value+`" type="`+kind+`"/>`...)
			} else {
				b = append(b, `" type="`+kind+`">`+value+`</param>`...)
			}
		}
		if verbose {
			b = append(b, "</params>"...)
		}
		b = append(b, "</function>"...)
	}
	return append(b, "</functions>"...)
}

// parts returns the name of a call and its arguments.
func parts(call py.Value) (string, []py.Pair) {
	it := call.(*py.Dict).At(0)
	return py.ToStr(it.Key), it.Value.(*py.Dict).Items()
}

// xmlType is the type by which xmlValue reads a value back.
func xmlType(v py.Value) string {
	switch v.(type) {
	case py.Bool:
		return "boolean"
	case py.Int, *py.Big:
		return "integer"
	case py.Float:
		return "float"
	case py.None:
		return "null"
	case *py.List, py.Tuple:
		return "array"
	case *py.Dict:
		return "dict"
	}
	return "string"
}

func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder does not fail
	return b.String()
}
