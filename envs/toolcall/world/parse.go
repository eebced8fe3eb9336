package world

import (
	"encoding/json"
	"strings"

	"github.com/tidwall/gjson"

	"stepgym/envs"
)

// ParseCalls reads calls that were written as text: what [envs.Action.String]
// writes, or one JSON object or a list of them, each with the name of a tool
// under "name" and its arguments under "args" or "arguments". Every other text
// has no calls and no error: it is something said to the user.
func ParseCalls(text string) ([]envs.ToolCall, error) {
	if a := envs.ParseAction(text); len(a.Calls) > 0 {
		return a.Calls, nil
	}
	text = strings.TrimSpace(text)
	if text == "" || text[0] != '{' && text[0] != '[' || !json.Valid([]byte(text)) {
		return nil, nil
	}
	v := gjson.Parse(text)
	if v.IsObject() {
		c, ok := callOf(v)
		if !ok {
			return nil, nil
		}
		return []envs.ToolCall{c}, nil
	}
	var calls []envs.ToolCall
	all := true
	v.ForEach(func(_, v gjson.Result) bool {
		var c envs.ToolCall
		if c, all = callOf(v); all {
			calls = append(calls, c)
		}
		return all
	})
	if !all {
		return nil, nil
	}
	return calls, nil
}

// callOf reads one call. Arguments that are a string are JSON in it, as some
// protocols write them.
func callOf(v gjson.Result) (c envs.ToolCall, ok bool) {
	name, args := v.Get("name"), v.Get("args")
	if !args.Exists() {
		args = v.Get("arguments")
	}
	if !v.IsObject() || name.Type != gjson.String || name.Str == "" {
		return c, false
	}
	c = envs.ToolCall{ID: v.Get("id").String(), Name: name.Str}
	switch {
	case args.IsObject():
		c.Args = json.RawMessage(args.Raw)
	case args.Type == gjson.String:
		c.Args = json.RawMessage(args.Str)
	case args.Exists():
		return c, false
	}
	return c, true
}
