package world

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
)

// appendSchema appends the JSON schema of the type, with what f says of it; f
// may be nil. Properties are in the order of the fields.
func (s *shape) appendSchema(b []byte, f *field) []byte {
	s = s.base()
	b = append(b, '{')
	if name := s.typeName(); name != "" {
		b = append(b, `"type":"`+name+`"`...)
	}
	if f != nil {
		b = s.appendField(b, f)
	}
	switch s.typ.Kind() {
	case reflect.Array:
		if !s.text {
			n := strconv.Itoa(s.typ.Len())
			b = append(b, `,"minItems":`+n+`,"maxItems":`+n+`,"items":`...)
			b = s.elem.appendSchema(b, nil)
		}
	case reflect.Slice:
		if s.elem != nil {
			b = s.elem.appendSchema(append(b, `,"items":`...), nil)
		}
	case reflect.Map:
		if s.elem != nil {
			b = s.elem.appendSchema(append(b, `,"additionalProperties":`...), nil)
		}
	case reflect.Struct:
		if !s.text {
			b = s.appendProperties(b)
		}
	}
	if b[len(b)-1] == ',' {
		b = b[:len(b)-1]
	}
	return append(b, '}')
}

func (s *shape) appendProperties(b []byte) []byte {
	b = append(b, `,"properties":{`...)
	for i := range s.fields {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendQuoted(b, s.fields[i].name), ':')
		b = s.fields[i].shape.appendSchema(b, &s.fields[i])
	}
	b = append(b, `},"required":[`...)
	for i, n := 0, 0; i < len(s.fields); i++ {
		if s.fields[i].optional {
			continue
		}
		if n++; n > 1 {
			b = append(b, ',')
		}
		b = appendQuoted(b, s.fields[i].name)
	}
	return append(b, `],"additionalProperties":false`...)
}

// appendField appends what the tags say. The bounds of a Go type that holds
// less than JSON's numbers do are those of the type, unless the tags give some.
func (s *shape) appendField(b []byte, f *field) []byte {
	if f.doc != "" {
		b = appendQuoted(append(comma(b), `"description":`...), f.doc)
	}
	if f.enum != nil {
		b = append(comma(b), `"enum":[`...)
		for i, text := range f.enum {
			if i > 0 {
				b = append(b, ',')
			}
			value, _ := s.enumValue(text) // checkTags has seen it
			b = append(b, value...)
		}
		b = append(b, ']')
	}
	low, high := s.limits()
	if f.min != "" {
		low = f.min
	}
	if f.max != "" {
		high = f.max
	}
	name, _ := s.bounds()
	if low != "" {
		b = append(comma(b), `"min`+name+`":`+low...)
	}
	if high != "" {
		b = append(comma(b), `"max`+name+`":`+high...)
	}
	return b
}

func comma(b []byte) []byte {
	if b[len(b)-1] != '{' {
		b = append(b, ',')
	}
	return b
}

// typeName returns the schema's name of the type; "" if everything fits.
func (s *shape) typeName() string {
	switch k := s.typ.Kind(); {
	case s.any:
		return ""
	case s.text || k == reflect.String:
		return "string"
	case k == reflect.Bool:
		return "boolean"
	case k == reflect.Float32 || k == reflect.Float64:
		return "number"
	case k == reflect.Slice || k == reflect.Array:
		return "array"
	case k == reflect.Map || k == reflect.Struct:
		return "object"
	}
	return "integer"
}

// bounds returns what the keywords of the type's bounds end in, "imum" or
// "Length"; "" if it has none. counts says that a bound is a number of things.
func (s *shape) bounds() (name string, counts bool) {
	switch s.typeName() {
	case "string":
		return "Length", true
	case "array":
		return "Items", s.typ.Kind() == reflect.Slice
	case "integer", "number":
		return "imum", false
	}
	return "", false
}

// limits returns the bounds of an integer type of less than 64 bits, and 0 for
// those without a sign.
func (s *shape) limits() (low, high string) {
	if s.typeName() != "integer" {
		return "", ""
	}
	bits := s.typ.Bits()
	signed := s.typ.Kind() <= reflect.Int64
	switch {
	case signed && bits == 64:
		return "", ""
	case signed:
		return strconv.FormatInt(-1<<(bits-1), 10), strconv.FormatInt(1<<(bits-1)-1, 10)
	case bits == 64:
		return "0", ""
	}
	return "0", strconv.FormatUint(1<<bits-1, 10)
}

// enumValue returns a value of an enum tag as JSON.
func (s *shape) enumValue(text string) (string, error) {
	switch s.typeName() {
	case "string":
		return string(appendQuoted(nil, text)), nil
	case "integer":
		n, err := strconv.ParseInt(text, 10, 64)
		return strconv.FormatInt(n, 10), err
	case "number":
		f, err := strconv.ParseFloat(text, 64)
		if f-f != 0 {
			err = errors.New("it is no finite number")
		}
		return strconv.FormatFloat(f, 'g', -1, 64), err
	}
	return "", fmt.Errorf("%v has no enum: strings and numbers have", s.typ)
}
