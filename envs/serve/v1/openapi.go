package v1

import (
	"encoding/json"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// dict is an object of JSON.
type dict = map[string]any

// openAPI returns the OpenAPI 3.1 document of the routes, made of their types.
func openAPI(routes []route, base string) []byte {
	s := schemas{all: dict{}}
	paths := dict{}
	for _, r := range routes {
		path, _ := paths[base+r.path].(dict)
		if path == nil {
			path = dict{}
			paths[base+r.path] = path
		}
		path[strings.ToLower(r.method)] = s.operation(&r)
	}
	paths[base+"/openapi.json"] = dict{"get": dict{
		"operationId": "openapi", "summary": "This document.",
		"responses": dict{"200": dict{"description": "OK", "content": dict{"application/json": dict{"schema": dict{"type": "object"}}}}},
	}}
	doc := dict{
		"openapi": "3.1.0",
		"info": dict{
			"title": "gym", "version": "1",
			"description": "Environments for language agents: groups that start alike, batches of steps, forks, snapshots, trajectories and step-level credit.",
		},
		"paths":    paths,
		"security": []any{dict{}, dict{"bearer": []string{}}, dict{"key": []string{}}},
		"components": dict{
			"schemas": s.all,
			"securitySchemes": dict{
				"bearer": dict{"type": "http", "scheme": "bearer"},
				"key":    dict{"type": "apiKey", "in": "header", "name": "X-API-Key"},
			},
		},
	}
	return append(appendJSON(nil, doc), '\n')
}

// inPath matches the parameters of a path.
var inPath = regexp.MustCompile(`\{(\w+)\}`)

func (s *schemas) operation(r *route) dict {
	types := r.types
	if types == nil {
		types = []string{"application/json"}
	}
	content := dict{}
	for i, t := range types {
		content[t] = dict{"schema": dict{}}
		if i == 0 {
			content[t] = dict{"schema": s.of(reflect.TypeOf(r.out))}
		}
	}
	if r.id == "getTrajectory" { // the first type has two forms
		content["application/json"] = dict{"schema": dict{"anyOf": []any{
			s.of(reflect.TypeOf(r.out)),
			dict{"type": "object", "required": []string{"schema_version"}},
			dict{"type": "object", "required": []string{"eval", "samples"}}, // ATIF, Inspect
		}}}
	}
	out := dict{
		"operationId": r.id, "summary": r.summary,
		"responses": dict{
			"200":     dict{"description": "OK", "content": content},
			"default": dict{"description": "An error", "content": dict{"application/json": dict{"schema": s.of(reflect.TypeFor[Failure]())}}},
		},
	}
	if r.in != nil {
		out["requestBody"] = dict{"content": dict{"application/json": dict{"schema": s.of(reflect.TypeOf(r.in))}}}
	}
	var parameters []any
	for _, m := range inPath.FindAllStringSubmatch(r.path, -1) {
		parameters = append(parameters, dict{"name": m[1], "in": "path", "required": true, "schema": dict{"type": "string"}})
	}
	for _, q := range r.query {
		schema := dict{"type": q.kind}
		if q.enum != nil {
			schema["enum"] = q.enum
		}
		parameters = append(parameters, dict{"name": q.name, "in": "query", "description": q.doc, "schema": schema})
	}
	if parameters != nil {
		out["parameters"] = parameters
	}
	return out
}

// schemas are the JSON Schemas of Go types, by name.
type schemas struct{ all dict }

// alternatives is implemented by types that are written in one of several forms.
type alternatives interface{ forms() []any }

// of returns the schema of a type; that of a struct is a reference.
func (s *schemas) of(t reflect.Type) dict {
	switch t {
	case reflect.TypeFor[time.Time]():
		return dict{"type": "string", "format": "date-time"}
	case reflect.TypeFor[json.RawMessage]():
		return dict{}
	case reflect.TypeFor[Action]():
		return dict{"anyOf": []any{dict{"type": "string"}, s.of(t.Field(0).Type)}}
	}
	if t.Kind() == reflect.Pointer {
		return s.of(t.Elem())
	}
	if a, ok := reflect.Zero(t).Interface().(alternatives); ok {
		var any []any
		for _, f := range a.forms() {
			any = append(any, s.of(reflect.TypeOf(f)))
		}
		return dict{"anyOf": any}
	}
	switch t.Kind() {
	case reflect.Struct:
		return s.ref(t)
	case reflect.Slice:
		item := s.of(t.Elem())
		if t.Elem().Kind() == reflect.Slice {
			item = dict{"anyOf": []any{item, dict{"type": "null"}}}
		}
		return dict{"type": "array", "items": item}
	case reflect.Map:
		item := s.of(t.Elem())
		if t.Elem().Kind() == reflect.Pointer {
			item = dict{"anyOf": []any{item, dict{"type": "null"}}}
		}
		return dict{"type": "object", "additionalProperties": item}
	case reflect.String:
		return dict{"type": "string"}
	case reflect.Bool:
		return dict{"type": "boolean"}
	case reflect.Float32, reflect.Float64:
		return dict{"type": "number"}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return dict{"type": "integer", "minimum": 0}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return dict{"type": "integer"}
	}
	return dict{} // an interface: anything
}

// ref returns a reference to the schema of a struct.
func (s *schemas) ref(t reflect.Type) dict {
	name := strings.TrimPrefix(t.String(), "v1.")
	if t.Name() == "" {
		name = "inline" + strconv.Itoa(len(s.all))
	}
	if _, ok := s.all[name]; !ok {
		s.all[name] = nil // for types that contain themselves
		properties, required := dict{}, []string{}
		s.fields(t, properties, &required)
		schema := dict{"type": "object", "properties": properties}
		if len(required) > 0 {
			schema["required"] = required
		}
		s.all[name] = schema
	}
	return dict{"$ref": "#/components/schemas/" + name}
}

// fields collects the properties of a struct.
func (s *schemas) fields(t reflect.Type, properties dict, required *[]string) {
	for f := range t.Fields() {
		tag, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && tag == "" {
			s.fields(f.Type, properties, required)
			continue
		}
		if !f.IsExported() || tag == "-" {
			continue
		}
		if tag == "" {
			tag = f.Name
		}
		p := s.of(f.Type)
		optional := strings.Contains(options, "omitempty") || strings.Contains(options, "omitzero")
		if k := f.Type.Kind(); !optional && (k == reflect.Slice || k == reflect.Map || k == reflect.Pointer) && t.PkgPath() != reflect.TypeFor[Show]().PkgPath() {
			p = dict{"anyOf": []any{p, dict{"type": "null"}}} // nil
		}
		if text := f.Tag.Get("doc"); text != "" {
			p["description"] = text
		}
		if words := f.Tag.Get("enum"); words != "" {
			p["enum"] = strings.Split(words, ",")
		}
		if least := f.Tag.Get("min"); least != "" {
			p["minimum"] = json.Number(least)
		}
		properties[tag] = p
		if !optional {
			*required = append(*required, tag)
		}
	}
}
