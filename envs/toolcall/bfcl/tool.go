package bfcl

import (
	"encoding/json"
	"fmt"
	"slices"

	"stepgym/envs"
	"stepgym/envs/toolcall/py"
)

// jsonType returns the name that JSON Schema has for a type of the data; "" for
// "any" and what is not listed.
func jsonType(name string) string {
	switch name {
	case "string", "integer", "number", "boolean", "array", "object", "null":
		return name
	case "dict":
		return "object"
	case "list", "tuple":
		return "array"
	case "float":
		return "number"
	case "bool":
		return "boolean"
	case "int":
		return "integer"
	case "str":
		return "string"
	}
	return ""
}

// tool returns the schema of a function: the data's, in its order, with the types
// of JSON Schema.
func (d Doc) tool() (envs.ToolSchema, error) {
	schema, err := dict(d.Parameters, "parameters")
	if err != nil {
		return envs.ToolSchema{}, fmt.Errorf("function %s: %w", d.Name, err)
	}
	params, ok := py.AppendJSON(nil, translate(schema))
	if !ok {
		return envs.ToolSchema{}, fmt.Errorf("function %s: parameters: they cannot be written as JSON", d.Name)
	}
	return envs.ToolSchema{Name: d.Name, Description: d.Description, Params: params}, nil
}

// translate returns a schema with other types.
func translate(schema *py.Dict) *py.Dict {
	out := py.NewDict(nil, schema.Len())
	for _, it := range schema.Items() {
		key, v := py.ToStr(it.Key), it.Value
		switch key {
		case "type":
			if name, ok := v.(py.Str); ok {
				if name = py.Str(jsonType(string(name))); name == "" {
					continue
				}
				v = name
			}
		case "properties":
			if props, ok := v.(*py.Dict); ok {
				v = translateAll(props)
			}
		case "items":
			if items, ok := v.(*py.Dict); ok {
				v = translate(items)
			}
		}
		out.SetStr(key, v)
	}
	return out
}

func translateAll(props *py.Dict) *py.Dict {
	out := py.NewDict(nil, props.Len())
	for _, it := range props.Items() {
		v := it.Value
		if schema, ok := v.(*py.Dict); ok {
			v = translate(schema)
		}
		out.SetStr(py.ToStr(it.Key), v)
	}
	return out
}

// tools are the functions of an entry by turn.
type tools struct {
	docs    []Doc // at first
	schemas []envs.ToolSchema
	later   map[int][]envs.ToolSchema // the whole list from a turn on
}

// tools returns the functions that an entry offers: those of its classes in
// their order without the missing ones, and all that there are from the turns on
// that reveal some.
func (d *Dataset) tools(e *Entry) (*tools, error) {
	t := &tools{later: map[int][]envs.ToolSchema{}}
	var missing []string
	for _, names := range e.Missed {
		missing = append(missing, names...)
	}
	held := map[string]envs.ToolSchema{}
	for _, class := range e.Classes {
		for _, doc := range d.docs[class] {
			s, err := doc.tool()
			if err != nil {
				return nil, err
			}
			if _, twice := held[doc.Name]; slices.Contains(missing, doc.Name) && !twice {
				held[doc.Name] = s
				continue
			}
			t.docs = append(t.docs, doc)
			t.schemas = append(t.schemas, s)
		}
	}
	if d.endTurn {
		t.schemas = append(t.schemas, endTurnTool())
	}
	now := t.schemas
	for turn := range e.Question {
		names, ok := e.Missed[turn]
		if !ok {
			continue
		}
		now = slices.Clip(now)
		for _, name := range names {
			if s, ok := held[name]; ok {
				now = append(now, s)
			}
		}
		t.later[turn] = now
	}
	return t, nil
}

// allTools returns the functions of all classes that are involved, in the
// order of the entries; of equal names the first.
func (d *Dataset) allTools() ([]envs.ToolSchema, error) {
	var all []envs.ToolSchema
	seen, done := map[string]bool{}, map[string]bool{}
	for _, e := range d.entries {
		for _, class := range e.Classes {
			if done[class] {
				continue
			}
			done[class] = true
			for _, doc := range d.docs[class] {
				s, err := doc.tool()
				if err != nil {
					return nil, err
				}
				if !seen[s.Name] {
					seen[s.Name] = true
					all = append(all, s)
				}
			}
		}
	}
	if d.endTurn {
		all = append(all, endTurnTool())
	}
	return all, nil
}

// endTurnName is the function that ends a turn, see Config.EndTurnTool.
const endTurnName = "end_turn"

func endTurnTool() envs.ToolSchema {
	return envs.ToolSchema{
		Name: endTurnName, Description: "Ends your turn: nothing is left to do about the latest request. The user then goes on.",
		Params: json.RawMessage(`{"type": "object", "properties": {}}`),
	}
}
