package single

import (
	"strings"

	"stepgym/envs/toolcall/py"
)

// Message is a message of a question.
type Message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// Entry is one single-turn problem. It is read-only and shared.
type Entry struct {
	ID        string
	Category  string // of the data file: "live_parallel"
	Language  Language
	Format    Format // in which calls are to be written
	Tagged    bool   // calls are to be written between <TOOLCALL> and </TOOLCALL>
	Question  [][]Message
	Functions py.Value // a list of documents, as the data has them
	Truth     py.Value // a list of {name: {parameter: [possible value]}}; nil where no call is judged
}

// Format is a way to write calls.
type Format int

// The formats. Native is the entry's language: Python calls, a Java or a
// JavaScript call.
const (
	Native Format = iota
	JSON
	VerboseXML
	ConciseXML
)

// variants are the settings that format_sensitivity plays every one of its
// entries with, in order: four formats, with tags and without, function
// documents in three forms, and two more for the style of the prompt.
func variants() []string {
	var list []string
	for _, format := range []string{"python", "json", "verbose_xml", "concise_xml"} {
		for _, tag := range []string{"True", "False"} {
			for _, docs := range []string{"python", "xml", "json"} {
				list = append(list, variant(format, tag, docs, "plaintext", "classic"))
			}
		}
	}
	return append(list,
		variant("python", "False", "json", "markdown", "classic"),
		variant("python", "False", "json", "plaintext", "experimental"))
}

func variant(format, tag, docs, prompt, style string) string {
	return "ret_fmt=" + format + "&tool_call_tag=" + tag + "&func_doc_fmt=" + docs + "&prompt_fmt=" + prompt + "&style=" + style
}

// formats are the values of ret_fmt.
var formats = map[string]Format{"python": Native, "json": JSON, "verbose_xml": VerboseXML, "concise_xml": ConciseXML}

// vary returns e as format_sensitivity asks for it.
func (e *Entry) vary(id, variant string) (*Entry, bool) {
	name, rest, _ := strings.Cut(strings.TrimPrefix(variant, "ret_fmt="), "&")
	format, ok := formats[name]
	if !ok {
		return nil, false
	}
	c := *e
	c.ID, c.Format, c.Tagged = id, format, strings.HasPrefix(rest, "tool_call_tag=True&")
	return &c, true
}
