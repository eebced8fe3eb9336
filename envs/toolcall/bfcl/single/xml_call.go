package single

import (
	"encoding/xml"
	"strings"

	"stepgym/envs/toolcall/py"
	"stepgym/envs/toolcall/pycall"
	"stepgym/internal/python"
)

// element is an XML element: the text before its first child, and its children.
type element struct {
	XMLName xml.Name
	Attrs   []xml.Attr `xml:",any,attr"`
	Items   []element  `xml:",any"`
	Text    string     `xml:",chardata"`
}

func (e *element) attr(name string) (string, bool) {
	for _, a := range e.Attrs {
		if a.Name.Local == name {
			return a.Value, true
		}
	}
	return "", false
}

func (e *element) all(name string) []*element {
	var out []*element
	for i := range e.Items {
		if e.Items[i].XMLName.Local == name {
			out = append(out, &e.Items[i])
		}
	}
	return out
}

// xmlCall reads <functions><function name="f">...</function></functions>, where
// a parameter is <param name="p" value="v" type="t"/>, in a <params> or not, in
// the verbose form, and <param name="p" type="t">v</param> in the concise one.
//
// Differs: the texts of errors in the XML itself are not the original's.
func xmlCall(text string, verbose bool) (py.Value, error) {
	var root element
	plain, ok := plainAttrs(text)
	if !ok {
		return nil, fault("not well-formed (invalid token)")
	}
	if err := xml.Unmarshal(plain, &root); err != nil {
		return nil, err
	}
	out := py.NewList()
	for _, f := range root.all("function") {
		name, ok := f.attr("name")
		if !ok {
			return nil, fault("'name'")
		}
		params := f.all("param")
		if in := f.all("params"); verbose && len(in) > 0 {
			params = in[0].all("param")
		}
		arguments := py.NewDict(nil, len(params))
		for _, p := range params {
			key, v, err := xmlParam(p, verbose)
			if err != nil {
				return nil, err
			}
			arguments.Set(key, v)
		}
		out.Append(py.D(name, arguments))
	}
	return out, nil
}

// plainAttrs does what Go's parser leaves out: it returns XML with blanks for the
// tabs and ends of lines in values of attributes (XML 1.0, 3.3.3), of which those
// that are written as references stay, and ok false where a blank is missing
// between two attributes.
func plainAttrs(text string) (plain []byte, ok bool) {
	b := []byte(strings.ReplaceAll(text, "\r\n", "\n"))
	tag, quote := false, byte(0)
	for i, c := range b {
		switch {
		case !tag:
			tag = c == '<'
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case quote == 0:
			tag = c != '>'
		case c == quote:
			quote = 0
			if i+1 < len(b) && !strings.ContainsRune(" \t\r\n/>?", rune(b[i+1])) {
				return nil, false
			}
		case c == '\t' || c == '\n' || c == '\r':
			b[i] = ' '
		}
	}
	return b, true
}

func xmlParam(p *element, verbose bool) (key, value py.Value, err error) {
	name, ok := p.attr("name")
	key = py.Str(name)
	text, kind := "", "string"
	if t, ok := p.attr("type"); ok {
		kind = t
	}
	switch {
	case verbose:
		text, _ = p.attr("value")
		if !ok {
			key = py.None{}
		}
	case !ok:
		return nil, nil, fault("'name'")
	default:
		text = python.Strip(p.Text)
	}
	value, raised := py.Try(func() py.Value { return xmlValue(text, kind) })
	if raised != nil {
		return nil, nil, fault(raised.Text)
	}
	return key, value, nil
}

func xmlValue(text, kind string) py.Value {
	switch kind {
	case "integer":
		return py.IntOf(py.Str(text))
	case "float":
		return py.FloatOf(py.Str(text))
	case "boolean":
		return py.Bool(strings.EqualFold(text, "true"))
	case "null":
		return py.None{}
	case "array", "tuple", "object", "dict":
		return literal(text)
	}
	return py.Str(text)
}

// literal is ast.literal_eval(text).
func literal(text string) py.Value {
	node, raised := pycall.Parse(strings.TrimLeft(text, " \t"))
	if raised != nil {
		py.Raise(raised.Class, "%s", unknown(raised.Text))
	}
	v, ok := node.(py.Value)
	if !ok {
		py.Raise("ValueError", "malformed node or string: %s", text) // Differs: the original names the node
	}
	return v
}
