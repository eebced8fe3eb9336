package single

import (
	"strings"

	"stepgym/envs/toolcall/py"
	"stepgym/internal/python"
)

var (
	jsTable = pattern(`^(?:\[\s*\[.*?\]\s*(,\s*\[.*?\]\s*)*\]|new\s+Array\(\s*\[.*?\]\s*(,\s*\[.*?\]\s*)*\))`)
	jsRow   = pattern(`\[(.*?)\]`)
	jsArray = pattern(`^(?:\[(.*?)\]|new\s+Array\((.*?)\))`)
	jsDict  = pattern(`^\{(.*?)\}`)
)

// jsValue reads the text of a JavaScript value of a type that jsTypes has;
// nested is the type of the items of an array, "" if it is not told. Text that
// is no such value stays text.
func jsValue(text, want, nested string) py.Value {
	switch want {
	case "String":
		if quoted(text, '"') || quoted(text, '\'') {
			return py.Str(cut(text))
		}
	case "integer":
		if integer.MatchString(text) {
			return py.IntOf(py.Str(text))
		}
	case "float":
		if jsFloat.MatchString(text) {
			return py.FloatOf(py.Str(text))
		}
	case "Bigint":
		if jsBigint.MatchString(text) {
			return py.IntOf(py.Str(text[:len(text)-1])) // raises with a line feed at the end
		}
	case "Boolean":
		if text == "true" || text == "false" {
			return py.Bool(text == "true")
		}
	case "dict":
		return jsObject(python.Strip(text))
	case "array":
		return jsList(python.Strip(text), nested)
	}
	return py.Str(text)
}

// jsList reads an array of one or two dimensions.
func jsList(code, nested string) py.Value {
	v, raised := py.Try(func() py.Value {
		if m := jsTable.FindString(code); m != "" {
			return jsRows(m)
		}
		m := jsArray.FindStringSubmatch(code)
		if m == nil {
			return py.Str(code)
		}
		list := py.NewList()
		items := python.Strip(m[1] + m[2]) // one of them is empty
		if items == "" {
			return list
		}
		for s := range strings.SplitSeq(items, ",") {
			s = python.Strip(s)
			if nested == "" {
				list.Append(jsLoose(s))
			} else {
				list.Append(jsValue(s, nested, ""))
			}
		}
		return list
	})
	if raised != nil {
		return py.Str(code)
	}
	return v
}

// jsRows reads the rows of an array of arrays. The type of items is not looked
// at.
func jsRows(code string) py.Value {
	rows := py.NewList()
	for i, m := range jsRow.FindAllStringSubmatch(code, -1) {
		inner := python.Strip(m[1])
		if i == 0 {
			inner = strings.TrimPrefix(inner, "[") // the outer bracket was taken for the first row's
		}
		row := py.NewList()
		for s := range strings.SplitSeq(inner, ",") {
			row.Append(jsLoose(s))
		}
		rows.Append(row)
	}
	return rows
}

// jsObject reads an object literal up to the first closing brace.
func jsObject(code string) py.Value {
	m := jsDict.FindStringSubmatch(code)
	if m == nil {
		return py.Str(code)
	}
	d := py.NewDict(nil, 0)
	for rest := m[1]; ; {
		var key, value string
		var ok bool
		if key, value, rest, ok = jsPair(rest); !ok {
			return d
		}
		key, value = strings.Trim(python.Strip(key), `'"`), python.Strip(value)
		if strings.HasPrefix(value, "[") && strings.HasSuffix(value, "]") {
			d.SetStr(key, jsList(value, ""))
		} else {
			d.SetStr(key, jsLoose(strings.Trim(value, `'"`)))
		}
	}
}

// jsPair takes the next "key: value" off text, which has no line feeds. A value
// ends where a comma is followed by what looks like the next key, that is,
// by some text without commas and a colon.
func jsPair(text string) (key, value, rest string, ok bool) {
	text = strings.TrimLeft(text, ":")
	colon := strings.IndexByte(text, ':')
	if colon < 0 {
		return "", "", "", false
	}
	key = text[:colon]
	text = strings.TrimLeftFunc(text[colon+1:], python.IsSpace)
	for end := 0; ; {
		comma := strings.IndexByte(text[end:], ',')
		if comma < 0 {
			return key, text, "", true
		}
		end += comma
		after := text[end+1:]
		segment := after
		if i := strings.IndexByte(after, ','); i >= 0 {
			segment = after[:i]
		}
		if last := strings.LastIndexByte(segment, ':'); last > 0 {
			blank := len(segment) - len(strings.TrimLeftFunc(segment, python.IsSpace))
			if blank >= last { // a key of blanks: the last of them is the key
				blank = last - lastLen(segment[:last])
			}
			return key, text[:end], after[blank:], true
		}
		end++
	}
}

// lastLen is the length in bytes of the last character of s.
func lastLen(s string) int {
	n := 1
	for n < len(s) && s[len(s)-n]&0xc0 == 0x80 {
		n++
	}
	return n
}

// jsLoose reads a value of a type that is not told.
func jsLoose(s string) py.Value {
	s = python.Strip(s)
	switch {
	case s == "true", s == "false":
		return py.Bool(s == "true")
	case quoted(s, '"'), quoted(s, '\''):
		return py.Str(cut(s))
	case !number(s):
		return py.Str(s)
	}
	return loose(s)
}
