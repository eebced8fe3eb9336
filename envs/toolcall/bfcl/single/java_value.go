package single

import (
	"strings"

	"stepgym/envs/toolcall/py"
	"stepgym/internal/python"
)

var (
	javaAsList    = pattern(`new\s+ArrayList<\w*>\(Arrays\.asList\((.+?)\)\)`)
	javaAdds      = pattern(`(?s)new\s+ArrayList<\w*>\(\)\s*\{\{\s*(.+?)\s*\}\}`)
	javaAdd       = pattern(`add\((.+?)\)`)
	javaEmptyList = pattern(`new\s+ArrayList<\w*>\(\)`)
	javaArray     = pattern(`new\s+\w+\[\]\s*\{(.*?)\}`)
	javaPuts      = pattern(`(?s)new\s+HashMap<.*?>\s*\(\)\s*\{\s*\{?\s*(.*?)\s*\}?\s*\}`)
	javaPut       = pattern(`put\("(.*?)",\s*(.*?)\)`)
	javaEmptyMap  = pattern(`(?s)new\s+HashMap<.*?>\s*\(\)`)
)

// javaValue reads the text of a Java value of a type that javaTypes has; nested
// is the type of the items of a list, "" if it is not told. Text that is no
// such value stays text.
func javaValue(text, want, nested string) py.Value {
	switch want {
	case "byte", "short", "integer":
		if integer.MatchString(text) {
			return py.IntOf(py.Str(text))
		}
	case "float":
		if javaFloat.MatchString(text) {
			return py.FloatOf(py.Str(suffixCut(text)))
		}
	case "double":
		if javaDouble.MatchString(text) {
			return py.FloatOf(py.Str(text))
		}
	case "long":
		if javaLong.MatchString(text) {
			return py.IntOf(py.Str(suffixCut(text)))
		}
	case "boolean":
		if text == "true" || text == "false" {
			return py.Bool(text == "true")
		}
	case "ArrayList":
		return javaList(text, nested)
	case "Array":
		return javaArrayValue(text, nested)
	case "HashMap":
		return javaMap(text)
	case "Set", "Hashtable":
		py.Raise("NotImplementedError", "Set conversion is not implemented")
	case "Queue", "Stack":
		py.Raise("NotImplementedError", "%s conversion is not implemented", want)
	}
	return py.Str(text) // String, any, and char with its quotes
}

// suffixCut is text without the letter at its end.
func suffixCut(text string) string {
	text = strings.TrimSuffix(text, "\n")
	return text[:len(text)-1]
}

func javaList(text, nested string) py.Value {
	item := func(s string) py.Value {
		s = python.Strip(s)
		switch nested {
		case "char", "String":
			return py.Str(cut(s)) // without the quotes, or what stands in their place
		case "":
			return javaLoose(s)
		}
		return javaValue(s, nested, "")
	}
	list := py.NewList()
	if m := javaAsList.FindStringSubmatch(text); m != nil {
		for s := range strings.SplitSeq(m[1], ",") {
			list.Append(item(s))
		}
		return list
	}
	if m := javaAdds.FindStringSubmatch(text); m != nil {
		for _, add := range javaAdd.FindAllStringSubmatch(m[1], -1) {
			list.Append(item(add[1]))
		}
		return list
	}
	if javaEmptyList.MatchString(text) {
		return list
	}
	return py.Str(text)
}

func javaArrayValue(text, nested string) py.Value {
	m := javaArray.FindStringSubmatch(text)
	if m == nil {
		return py.Str(text)
	}
	list := py.NewList()
	for s := range strings.SplitSeq(m[1], ",") {
		s = python.Strip(s)
		switch {
		case s == "":
		case nested == "":
			list.Append(javaLoose(s))
		default:
			list.Append(javaValue(s, nested, ""))
		}
	}
	return list
}

func javaMap(text string) py.Value {
	d := py.NewDict(nil, 0)
	if m := javaPuts.FindStringSubmatch(text); m != nil {
		for _, put := range javaPut.FindAllStringSubmatch(m[1], -1) {
			d.SetStr(put[1], javaLoose(python.Strip(put[2])))
		}
		return d
	}
	if javaEmptyMap.MatchString(text) {
		return d
	}
	return py.Str(text)
}

// javaLoose reads a value of a type that is not told.
func javaLoose(s string) py.Value {
	switch {
	case s == "true", s == "false":
		return py.Bool(s == "true")
	case quoted(s, '"'):
		return py.Str(cut(s))
	case javaLong.MatchString(s):
		return py.IntOf(py.Str(suffixCut(s)))
	case javaFloat.MatchString(s):
		return py.FloatOf(py.Str(suffixCut(s)))
	case !number(s):
		return py.Str(s)
	}
	return loose(s)
}
