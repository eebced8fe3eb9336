package world

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// shape is what is known of the Go type of an argument: enough to write its
// JSON schema and to fill a value of it.
type shape struct {
	typ    reflect.Type
	fields []field // of a struct
	elem   *shape  // of a pointer, slice, array or map
	text   bool    // it is written as a string that it reads itself
	any    bool    // everything fits
}

// field is a field of a struct of arguments.
type field struct {
	name     string
	index    []int
	shape    *shape
	optional bool
	doc      string
	enum     []string // as written in the tag; nil if everything is allowed
	min, max string   // bounds as written in the tag; "" for none
}

var (
	textType = reflect.TypeFor[encoding.TextUnmarshaler]()
	jsonType = reflect.TypeFor[json.Unmarshaler]()
	rawType  = reflect.TypeFor[json.RawMessage]()
)

// shapeOf looks at a type. inside are the structs around it, path says where it
// is, for errors.
func shapeOf(t reflect.Type, path string, inside ...reflect.Type) (s *shape, err error) {
	s = &shape{typ: t}
	switch ptr := reflect.PointerTo(t); {
	case t == rawType || t.Kind() == reflect.Interface && t.NumMethod() == 0:
		s.any = true
		return s, nil
	case t.Kind() == reflect.Pointer:
		s.elem, err = shapeOf(t.Elem(), path, inside...)
		return s, err
	case ptr.Implements(textType):
		s.text = true
		return s, nil
	case ptr.Implements(jsonType):
		return nil, fmt.Errorf("%s: %v reads JSON in a way of its own, so its schema cannot be told: give it UnmarshalText instead", path, t)
	}
	switch t.Kind() {
	case reflect.Bool, reflect.String, reflect.Float32, reflect.Float64,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return s, nil
	case reflect.Slice, reflect.Array:
		s.elem, err = shapeOf(t.Elem(), path+"[]", inside...)
		return s, err
	case reflect.Map:
		if t.Key().Kind() != reflect.String {
			return nil, fmt.Errorf("%s: the keys of %v are no strings, as those of a JSON object are", path, t)
		}
		s.elem, err = shapeOf(t.Elem(), path+"{}", inside...)
		return s, err
	case reflect.Struct:
		if slices.Contains(inside, t) {
			return nil, fmt.Errorf("%s: %v contains itself", path, t)
		}
		s.fields, err = fieldsOf(t, path, append(slices.Clip(inside), t))
		return s, err
	}
	return nil, fmt.Errorf("%s: %v cannot be written as JSON", path, t)
}

// fieldsOf returns the fields of a struct in the order of their declaration,
// those of embedded structs in their place.
func fieldsOf(t reflect.Type, path string, inside []reflect.Type) ([]field, error) {
	var out []field
	seen := map[string]bool{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		embedded := f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct
		if name == "-" && options == "" || !f.IsExported() && !embedded {
			continue
		}
		if embedded {
			inner, err := shapeOf(f.Type, path+"."+f.Name, inside...)
			if err != nil {
				return nil, err
			}
			for _, g := range inner.fields {
				g.index = append([]int{i}, g.index...)
				out = append(out, g)
			}
			continue
		}
		if name == "" {
			name = f.Name
		}
		g, err := fieldOf(f, name, options, path+"."+name, inside)
		if err != nil {
			return nil, err
		}
		g.index = []int{i}
		out = append(out, g)
	}
	for _, g := range out {
		if seen[g.name] {
			return nil, fmt.Errorf("%s: two fields are called %q", path, g.name)
		}
		seen[g.name] = true
	}
	return out, nil
}

// fieldOf reads the tags of a field.
func fieldOf(f reflect.StructField, name, options, path string, inside []reflect.Type) (field, error) {
	g := field{name: name, doc: f.Tag.Get("doc"), min: f.Tag.Get("min"), max: f.Tag.Get("max")}
	var err error
	if g.shape, err = shapeOf(f.Type, path, inside...); err != nil {
		return g, err
	}
	g.optional = f.Type.Kind() == reflect.Pointer
	for option := range strings.SplitSeq(options, ",") {
		switch option {
		case "omitempty", "omitzero":
			g.optional = true
		case "":
		default:
			return g, fmt.Errorf("%s: the option %q of the json tag is not supported", path, option)
		}
	}
	if enum, ok := f.Tag.Lookup("enum"); ok {
		g.enum = strings.Split(enum, ",")
	}
	return g, g.checkTags(path)
}

// checkTags refuses tags that say nothing about the field's type.
func (g *field) checkTags(path string) error {
	s := g.shape.base()
	for _, value := range g.enum {
		if _, err := s.enumValue(value); err != nil {
			return fmt.Errorf("%s: the enum value %q: %w", path, value, err)
		}
	}
	for _, bound := range []string{g.min, g.max} {
		if bound == "" {
			continue
		}
		_, err := strconv.ParseFloat(bound, 64)
		if _, counts := s.bounds(); err == nil && counts {
			_, err = strconv.ParseUint(bound, 10, 31)
		}
		if name, _ := s.bounds(); err != nil || name == "" || !json.Valid([]byte(bound)) {
			return fmt.Errorf("%s: %q is no bound of %v", path, bound, s.typ)
		}
	}
	return nil
}

// base returns the shape behind pointers.
func (s *shape) base() *shape {
	for s.typ.Kind() == reflect.Pointer {
		s = s.elem
	}
	return s
}
