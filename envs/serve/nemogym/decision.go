package nemogym

import (
	"encoding/json"
	"strings"

	"github.com/tidwall/gjson"

	"stepgym/envs"
)

// decision is what a model's answer decides: its text, or calls of functions.
type decision struct {
	text  string
	calls []envs.ToolCall
}

// decide reads an answer, an object of OpenAI's Responses API. Function calls
// come before text: a model that calls a function explains itself in its text.
// ok is false if it is no such object.
func decide(response gjson.Result) (d decision, ok bool) {
	output := response.Get("output")
	if !output.IsArray() {
		return d, false
	}
	var text strings.Builder
	output.ForEach(func(_, item gjson.Result) bool {
		switch item.Get("type").Str {
		case "message":
			addText(&text, item.Get("content"))
		case "function_call":
			d.calls = append(d.calls, call(item))
		}
		return true
	})
	if len(d.calls) == 0 {
		d.text = action(text.String())
	}
	return d, true
}

// addText adds the text of a message.
func addText(b *strings.Builder, content gjson.Result) {
	if content.Type == gjson.String {
		b.WriteString(content.Str)
	}
	if !content.IsArray() {
		return
	}
	content.ForEach(func(_, part gjson.Result) bool {
		if part.Get("type").Str == "output_text" {
			b.WriteString(part.Get("text").String())
		}
		return true
	})
}

// call reads a call of a function. Arguments that are no JSON are kept as text,
// for the environment to refuse.
func call(item gjson.Result) envs.ToolCall {
	c := envs.ToolCall{ID: item.Get("call_id").String(), Name: item.Get("name").String()}
	switch args := item.Get("arguments"); {
	case args.IsObject():
		c.Args = json.RawMessage(args.Raw)
	case args.Type == gjson.String && json.Valid([]byte(args.Str)):
		c.Args = json.RawMessage(args.Str)
	default:
		b, err := json.Marshal(args.String())
		if err != nil { // a string is always written
			b = []byte(`""`)
		}
		c.Args = b
	}
	return c
}

// action returns the action in a text: what stands between <action> and
// </action> for the first time, or all of it.
func action(text string) string {
	if _, rest, ok := strings.Cut(text, "<action>"); ok {
		if inner, _, ok := strings.Cut(rest, "</action>"); ok {
			text = inner
		}
	}
	return strings.TrimSpace(text)
}
