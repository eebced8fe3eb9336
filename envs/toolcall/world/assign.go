package world

import (
	"encoding"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
)

// assign fills dst, a value of the shape's type, with what parseArgs made of
// the arguments. After validation against the schema of the shape only numbers
// that the Go type cannot hold, and texts that a type of its own refuses, are
// errors; where a schema was given by hand it may have let more through. Keys
// without a field are left out: the schema has allowed them.
func (s *shape) assign(dst reflect.Value, v any, path string) error {
	switch {
	case v == nil:
		return nil
	case s.any:
		return s.assignAny(dst, v)
	case s.typ.Kind() == reflect.Pointer:
		p := reflect.New(s.typ.Elem())
		dst.Set(p)
		return s.elem.assign(p.Elem(), v, path)
	}
	switch v := v.(type) {
	case bool:
		if s.typ.Kind() == reflect.Bool {
			dst.SetBool(v)
			return nil
		}
	case string:
		if s.text {
			if err := dst.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(v)); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			return nil
		}
		if s.typ.Kind() == reflect.String {
			dst.SetString(v)
			return nil
		}
	case int64, uint64, float64:
		return s.assignNumber(dst, v, path)
	case []any:
		return s.assignList(dst, v, path)
	case map[string]any:
		return s.assignObject(dst, v, path)
	}
	return s.unfit(path)
}

func (s *shape) unfit(path string) error {
	return fmt.Errorf("%s is not the %s that the tool takes", path, s.typeName())
}

func (s *shape) assignAny(dst reflect.Value, v any) error {
	if s.typ.Kind() == reflect.Interface {
		dst.Set(reflect.ValueOf(v))
		return nil
	}
	raw, err := json.Marshal(v)
	if err == nil {
		dst.SetBytes(raw)
	}
	return err
}

func (s *shape) assignNumber(dst reflect.Value, v any, path string) error {
	fits := false
	switch k := s.typ.Kind(); {
	case s.typeName() == "number":
		f := reflect.ValueOf(v).Convert(reflect.TypeFor[float64]()).Float()
		if fits = !dst.OverflowFloat(f); fits {
			dst.SetFloat(f)
		}
	case s.typeName() != "integer":
		return s.unfit(path)
	case k <= reflect.Int64:
		var n int64
		if n, fits = toInt(v); fits && !dst.OverflowInt(n) {
			dst.SetInt(n)
		} else {
			fits = false
		}
	default:
		var n uint64
		if n, fits = toUint(v); fits && !dst.OverflowUint(n) {
			dst.SetUint(n)
		} else {
			fits = false
		}
	}
	if !fits {
		return fmt.Errorf("%s: %v is out of range", path, v)
	}
	return nil
}

// toInt returns the integer that v is, if it is one: 2.0 is.
func toInt(v any) (int64, bool) {
	switch v := v.(type) {
	case int64:
		return v, true
	case float64:
		return int64(v), v >= -1<<63 && v < 1<<63 && v == math.Trunc(v)
	}
	return 0, false
}

func toUint(v any) (uint64, bool) {
	switch v := v.(type) {
	case int64:
		return uint64(v), v >= 0
	case uint64:
		return v, true
	case float64:
		return uint64(v), v >= 0 && v < 1<<64 && v == math.Trunc(v)
	}
	return 0, false
}

func (s *shape) assignList(dst reflect.Value, list []any, path string) error {
	switch {
	case s.typ.Kind() == reflect.Slice && s.elem != nil:
		dst.Set(reflect.MakeSlice(s.typ, len(list), len(list)))
	case s.typ.Kind() == reflect.Array && s.elem != nil && len(list) == s.typ.Len():
	default:
		return s.unfit(path)
	}
	for i, v := range list {
		if err := s.elem.assign(dst.Index(i), v, path+"["+strconv.Itoa(i)+"]"); err != nil {
			return err
		}
	}
	return nil
}

func (s *shape) assignObject(dst reflect.Value, m map[string]any, path string) error {
	switch {
	case s.typ.Kind() == reflect.Map && s.elem != nil:
		dst.Set(reflect.MakeMapWithSize(s.typ, len(m)))
		for _, k := range sortedKeys(m) { // so that of several errors always the same one comes first
			e := reflect.New(s.typ.Elem()).Elem()
			if err := s.elem.assign(e, m[k], path+"."+k); err != nil {
				return err
			}
			dst.SetMapIndex(reflect.ValueOf(k).Convert(s.typ.Key()), e)
		}
		return nil
	case s.typ.Kind() != reflect.Struct || s.text:
		return s.unfit(path)
	}
	for i := range s.fields {
		f := &s.fields[i]
		if v, ok := m[f.name]; ok {
			if err := f.shape.assign(dst.FieldByIndex(f.index), v, join2(path, f.name)); err != nil {
				return err
			}
		}
	}
	return nil
}

func join2(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
