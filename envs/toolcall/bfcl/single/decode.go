package single

import (
	"errors"
	"regexp"
	"strings"

	"stepgym/envs/toolcall/py"
	"stepgym/envs/toolcall/pycall"
	"stepgym/internal/python"
)

// Judge judges what a model answered: text, or, where it was given the
// functions as tools, a list of {name: arguments as JSON text}.
func (e *Entry) Judge(result py.Value, o Options) *Verdict {
	v, err := e.decode(result)
	calls, isCalls := v.(*py.List)
	isCalls = isCalls && areCalls(calls)
	if !judged(e.Category) {
		// An empty list is a list of calls, but there is no call.
		called := err == nil && isCalls && len(calls.Items) > 0
		return e.relevance(called, err)
	}
	if err != nil {
		return wrongText(ErrorDecode, "Invalid syntax. Failed to decode AST. "+why(err))
	}
	if !isCalls {
		return wrongText(ErrorFormat, "Did not output in the specified format. Note: the model_result is wrapped in a string to ensure json serializability.")
	}
	return e.Check(calls, o)
}

func (e *Entry) relevance(called bool, err error) *Verdict {
	if strings.Contains(e.Category, "irrelevance") {
		if called {
			return wrongText(ErrorIrrelevance, "Valid syntax. Successfully decode AST when it should not.")
		}
		return valid()
	}
	if called {
		return valid()
	}
	return wrongText(ErrorRelevance, "Invalid syntax. Failed to decode AST when it should have. "+why(err))
}

// why is str(e) of the exception that an error stands for, and "None" for none.
func why(err error) string {
	if err == nil {
		return "None"
	}
	if e, ok := errors.AsType[*py.Exception](err); ok {
		return unknown(e.Text)
	}
	if errors.Is(err, pycall.ErrNoCall) {
		return ""
	}
	return err.Error()
}

// areCalls reports whether every item is a dict of one name with a dict.
func areCalls(calls *py.List) bool {
	for _, c := range calls.Items {
		d, ok := c.(*py.Dict)
		if !ok || d.Len() != 1 {
			return false
		}
		if _, ok := d.At(0).Value.(*py.Dict); !ok {
			return false
		}
	}
	return true
}

var (
	toolCall = regexp.MustCompile(`(?s)<TOOLCALL>(.*?)</TOOLCALL>`)
	xmlCalls = regexp.MustCompile(`(?s)<functions>.*?</functions>`)
)

// decode reads calls; what it returns need not be a list of calls. Its errors
// have the texts of the original's exceptions.
func (e *Entry) decode(result py.Value) (py.Value, error) {
	text, ok := result.(py.Str)
	if !ok {
		return structured(result)
	}
	s := strings.Trim(string(text), "`\n ")
	if !strings.HasPrefix(s, "[") {
		s = "[" + s
	}
	if !strings.HasSuffix(s, "]") {
		s += "]"
	}
	if e.Tagged {
		m := toolCall.FindStringSubmatch(s)
		if m == nil {
			return nil, fault("No tool call tag found in input string: " + s)
		}
		s = python.Strip(m[1])
	}
	switch {
	case e.Format == JSON:
		return jsonCalls(s)
	case e.Format == VerboseXML, e.Format == ConciseXML:
		m := xmlCalls.FindString(s)
		if m == "" {
			return nil, fault("No XML function call found in input string: " + s + ". Missing <functions> tag.")
		}
		return xmlCall(m, e.Format == VerboseXML)
	case e.Language == Java:
		return javaCall(cut(s))
	case e.Language == JavaScript:
		return jsCall(cut(s))
	}
	read := pycall.DecodeAST
	if e.Tagged {
		read = pycall.DecodeASTTagged
	}
	calls, err := read(string(text))
	if err != nil {
		return nil, err
	}
	list := py.NewList()
	for _, c := range calls {
		list.Append(c)
	}
	return list, nil
}

// unknown is the text of a SyntaxError of ast.parse: package pycall has that of
// eval.
func unknown(text string) string {
	return strings.Replace(text, "(<string>, line", "(<unknown>, line", 1)
}

// structured reads a list of {name: arguments as JSON text}. Arguments that
// are a dict already are taken as they are.
func structured(result py.Value) (py.Value, error) {
	list, ok := result.(*py.List)
	if !ok {
		return result, nil
	}
	out := py.NewList()
	for _, item := range list.Items {
		d, ok := item.(*py.Dict)
		if !ok || d.Len() == 0 {
			return result, nil
		}
		name, arguments := d.At(0).Key, d.At(0).Value
		if s, ok := arguments.(py.Str); ok {
			v, err := py.FromJSON([]byte(s))
			if err != nil {
				return nil, err
			}
			arguments = v
		}
		call := py.NewDict(nil, 1)
		call.Set(name, arguments)
		out.Append(call)
	}
	return out, nil
}

var (
	jsonList  = regexp.MustCompile(`(?s)\[.*\]`)
	jsonDicts = pattern(`(?s)\[\s*\{.*?\}\s*(?:,\s*\{.*?\}\s*)*\]`)
)

// jsonCalls reads [{"function": name, "parameters": {...}}]. Text that is no
// JSON is no calls, not an error.
func jsonCalls(s string) (py.Value, error) {
	if m := jsonList.FindString(s); m != "" {
		s = m
	}
	if m := jsonDicts.FindString(s); m != "" {
		s = m
	}
	out := py.NewList()
	v, err := py.FromJSON([]byte(s))
	if err != nil {
		return out, nil //nolint:nilerr // as the original does
	}
	_, raised := py.Try(func() py.Value {
		for _, item := range py.Iter(v) {
			if d, ok := item.(*py.Dict); ok {
				name, arguments := d.MustGet(py.Str("function")), d.MustGet(py.Str("parameters"))
				call := py.NewDict(nil, 1)
				call.Set(name, arguments)
				out.Append(call)
			}
		}
		return nil
	})
	if raised != nil {
		return nil, fault(raised.Text)
	}
	return out, nil
}
