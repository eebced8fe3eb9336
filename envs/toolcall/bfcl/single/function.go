package single

import (
	"strings"

	"stepgym/envs/toolcall/py"
)

// simple judges one call of one function against one answer, which has for
// every parameter a list of values; "" among them means that it may be left out.
func (c checker) simple(function, call, answers py.Value) *Verdict {
	answer := first(answers, "values").Value
	name := py.Index(function, py.Str("name"))
	parameters := py.Index(function, py.Str("parameters"))
	details := py.Index(parameters, py.Str("properties"))
	required := py.Index(parameters, py.Str("required"))
	if s, ok := name.(py.Str); ok && c.underscores {
		name = py.Str(strings.ReplaceAll(string(s), ".", "_"))
	}
	if !py.Contains(call, name) {
		return wrongText("simple_function_checker:wrong_func_name", "Function name "+py.Repr(name)+" not found in model output.")
	}
	given := py.Index(call, name)
	for _, param := range py.Iter(required) {
		if !py.Contains(given, param) {
			return wrongText("simple_function_checker:missing_required", "Missing required parameter: "+py.Repr(param)+".")
		}
	}
	for _, it := range py.DictAttr(given, "items").Items() {
		if !py.Contains(details, it.Key) || !py.Contains(answer, it.Key) {
			return wrongText("simple_function_checker:unexpected_param", "Unexpected parameter: "+py.Repr(it.Key)+".")
		}
		if v := c.parameter(it.Key, it.Value, details, answer); !v.Valid {
			return v
		}
	}
	for _, param := range py.Iter(answer) {
		if !py.Contains(given, param) && !py.Contains(py.Index(answer, param), py.Str("")) {
			return wrongText("simple_function_checker:missing_optional",
				"Optional parameter "+py.Repr(param)+" not provided and not marked as optional.")
		}
	}
	return valid()
}

// parameter judges the value of one parameter.
func (c checker) parameter(param, value, details, answer py.Value) *Verdict {
	described := py.Index(py.Index(details, param), py.Str("type"))
	var want, inner string // type names; inner "": not checked
	if c.language == Python {
		want = lookUp(pythonTypes, described)
		if isAny(described, "array", "tuple") {
			inner = lookUp(pythonTypes, innerType(details, param))
		}
	} else {
		text, ok := value.(py.Str)
		table, kind := javaTypes, "type_error:java"
		if c.language == JavaScript {
			table, kind = jsTypes, "type_error:js"
		}
		want = lookUp(table, described)
		if !ok {
			return wrongText(kind, "Incorrect type for parameter "+py.Repr(param)+". Expected type String, got "+
				value.Type()+". Parameter value: "+py.Repr(value)+".")
		}
		value, inner = c.convert(string(text), described, details, param, table)
	}
	if t, ok := value.(py.Tuple); ok && isAny(described, "tuple") {
		value = py.NewList(t...)
	}
	if c.language == Python && isAny(described, "float") && value.Type() == "int" {
		value = py.FloatOf(value)
	}
	possible := py.Index(answer, param)
	v, variable := checkType(param, value, possible, described, want, inner)
	switch {
	case !v.Valid:
		return v
	case variable: // compared as it is, below
	case want == "dict":
		return checkDict(value, possible)
	case want == "list" && inner == "dict":
		return checkDicts(value, possible)
	case want == "str":
		return checkString(param, value, possible)
	case want == "list":
		return checkList(param, value, possible)
	}
	if !py.Contains(possible, value) {
		return wrongText("value_error:others", expectedOneOf(param, value, possible)+".")
	}
	return v
}

// convert reads the text of a Java or JavaScript value as one of the type that
// the function document tells; text that is none stays text.
func (c checker) convert(text string, described, details, param py.Value, table map[string]string) (value py.Value, inner string) {
	want := string(described.(py.Str))
	var nested string
	if isAny(described, "Array", "ArrayList", "array") {
		v := innerType(details, param)
		inner = lookUp(table, v)
		nested = string(v.(py.Str))
	}
	if c.language == Java {
		return javaValue(text, want, nested), inner
	}
	return jsValue(text, want, nested), inner
}

func innerType(details, param py.Value) py.Value {
	return py.Index(py.Index(py.Index(details, param), py.Str("items")), py.Str("type"))
}

func expectedOneOf(param, value, possible py.Value) string {
	return "Invalid value for parameter " + py.Repr(param) + ": " + py.Repr(value) + ". Expected one of " + py.ToStr(possible)
}

func isAny(v py.Value, names ...string) bool {
	s, ok := v.(py.Str)
	if !ok {
		return false
	}
	for _, n := range names {
		if string(s) == n {
			return true
		}
	}
	return false
}
