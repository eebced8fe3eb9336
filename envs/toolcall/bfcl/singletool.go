package bfcl

import (
	"fmt"

	"stepgym/envs"
	"stepgym/envs/toolcall/bfcl/single"
	"stepgym/envs/toolcall/py"
)

// singleTools returns the functions that an entry offers.
func singleTools(e *single.Entry) ([]envs.ToolSchema, error) {
	list, _ := e.Functions.(*py.List)
	out := make([]envs.ToolSchema, len(list.Items))
	for i, f := range list.Items {
		var d Doc
		if err := decode([]byte(text(f)), &d, "function"); err != nil {
			return nil, err
		}
		if language := languageName(e.Language); language != "" {
			if err := d.inLanguage(language); err != nil {
				return nil, err
			}
		}
		var err error
		if out[i], err = d.tool(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func languageName(l single.Language) string {
	switch l {
	case single.Java:
		return "Java"
	case single.JavaScript:
		return "JavaScript"
	}
	return ""
}

// inLanguage says of every parameter that it is the text of a value in another
// language, which is what the original judges.
func (d *Doc) inLanguage(language string) error {
	schema, err := dict(d.Parameters, "parameters")
	if err != nil {
		return fmt.Errorf("function %s: %w", d.Name, err)
	}
	all := py.NewDict(nil, 0)
	if properties, ok := schema.Or("properties", py.None{}).(*py.Dict); ok {
		for _, it := range properties.Items() {
			p, _ := it.Value.(*py.Dict)
			if p == nil {
				p = py.NewDict(nil, 0)
			}
			about, kind := py.ToStr(p.Or("description", py.Str(""))), py.ToStr(p.Or("type", py.Str("any")))
			all.Set(it.Key, py.D("type", py.Str("string"),
				"description", py.Str(about+" ("+language+" of type "+kind+", as it is written there)")))
		}
	}
	d.Parameters = []byte(text(py.D("type", py.Str("object"), "properties", all, "required", schema.Or("required", py.NewList()))))
	d.Description += " (A function in " + language + ".)"
	return nil
}

// singleMessages are the messages of an entry, behind one about the form of the
// calls where that is not the usual one.
func singleMessages(e *single.Entry) []envs.Message {
	var out []envs.Message
	if form := form(e); form != "" {
		out = append(out, envs.Message{Role: "system", Content: form})
	}
	for _, turn := range e.Question {
		for _, m := range turn {
			out = append(out, envs.Message{Role: m.Role, Content: m.Content})
		}
	}
	return out
}

// form says how calls are to be written for format_sensitivity.
//
// Differs: the original's prompts, of which it measures the influence, are its
// own; the functions' documents are given as they ever are.
func form(e *single.Entry) string {
	if e.ID == single.Asked(e.ID) {
		return ""
	}
	s := "Calls are to be written "
	switch e.Format {
	case single.Native:
		s += "in Python: [name(parameter=value, ...), ...]"
	case single.JSON:
		s += `in JSON: [{"function": "name", "parameters": {"parameter": value, ...}}, ...]`
	case single.VerboseXML:
		s += `in XML: <functions><function name="name"><params><param name="parameter" value="value" type="type"/>...</params></function>...</functions>`
	case single.ConciseXML:
		s += `in XML: <functions><function name="name"><param name="parameter" type="type">value</param>...</function>...</functions>`
	}
	if e.Tagged {
		s += ", between <TOOLCALL> and </TOOLCALL>"
	}
	return s + "."
}
