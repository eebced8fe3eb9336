package world

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// cloner is a state that copies itself.
type cloner[T any] interface{ Clone() *T }

// clone copies a state.
func clone[T any](s *T) *T {
	if c, ok := any(s).(cloner[T]); ok {
		return c.Clone()
	}
	c := *s
	return &c
}

// checkState refuses a state whose copies would share what can change, or that
// has parts which its JSON does not show.
func checkState[T any](hasKey bool) (all []error) {
	t := reflect.TypeFor[T]()
	if _, ok := any(new(T)).(cloner[T]); !ok {
		if where := shared(t, t.String(), nil); where != "" {
			all = append(all, fmt.Errorf("%s, which copies of the state would share: use a world.Table, or give *%v a method Clone() *%v", where, t, t))
		}
	}
	if _, ok := any(new(T)).(json.Marshaler); !ok && !hasKey {
		if where := hidden(t, t.String(), nil); where != "" {
			all = append(all, fmt.Errorf("%s, so states that differ in it would look equal: export it, or give a Key", where))
		}
	}
	return all
}

var timeType = reflect.TypeFor[time.Time]()

// shared says where below a type there is something that copying a value does
// not copy, "" if nowhere.
func shared(t reflect.Type, path string, inside []reflect.Type) string {
	if t == timeType { // what it points to does not change
		return ""
	}
	if p, ok := reflect.Zero(t).Interface().(tabular); ok {
		k, v := p.parts()
		if where := shared(k, path+" (keys)", inside); where != "" {
			return where
		}
		return shared(v, path+" (values)", inside)
	}
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Chan, reflect.Func, reflect.Interface, reflect.UnsafePointer:
		return fmt.Sprintf("%s is a %v", path, t)
	case reflect.Array:
		return shared(t.Elem(), path+"[]", inside)
	case reflect.Struct:
		if slices.Contains(inside, t) { // through a table
			return ""
		}
		inside = append(slices.Clip(inside), t)
		for f := range t.Fields() {
			if where := shared(f.Type, path+"."+f.Name, inside); where != "" {
				return where
			}
		}
	}
	return ""
}

var (
	jsonWriter = reflect.TypeFor[json.Marshaler]()
	textWriter = reflect.TypeFor[interface{ MarshalText() ([]byte, error) }]()
)

// hidden says where below a type there is a field that its JSON lacks, ""
// if nowhere. What writes its own JSON is trusted to write all.
func hidden(t reflect.Type, path string, inside []reflect.Type) string {
	if p, ok := reflect.Zero(t).Interface().(tabular); ok {
		k, v := p.parts()
		if where := hidden(k, path+" (keys)", inside); where != "" {
			return where
		}
		return hidden(v, path+" (values)", inside)
	}
	if t.Implements(jsonWriter) || t.Implements(textWriter) {
		return ""
	}
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return hidden(t.Elem(), path, inside)
	case reflect.Map:
		return hidden(t.Elem(), path+" (values)", inside)
	case reflect.Struct:
		if slices.Contains(inside, t) {
			return ""
		}
		inside = append(slices.Clip(inside), t)
		for f := range t.Fields() {
			embedded := f.Anonymous && f.Type.Kind() == reflect.Struct
			if f.Type.Size() == 0 {
				continue
			}
			if f.Tag.Get("json") == "-" || !f.IsExported() && !embedded {
				return fmt.Sprintf("%s.%s is not in the state's JSON", path, f.Name)
			}
			if where := hidden(f.Type, path+"."+f.Name, inside); where != "" {
				return where
			}
		}
	case reflect.Chan, reflect.Func:
		return fmt.Sprintf("%s is a %s, which is not in the state's JSON", path, strings.ToLower(t.Kind().String()))
	}
	return ""
}
