// Package config reads the JSON configurations of environments over their
// defaults, and says everything that is wrong with one at once.
package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Read sets fields of *c, which holds the defaults, from the JSON object raw;
// nothing and blanks are an empty object. C is a struct whose fields all have a
// key of their own in their json tag. given holds the keys of raw.
//
// Every unknown key, at the top and below, and every value of a wrong type is a
// fault, in the order of the keys; each begins with prefix ("webshop: config: ").
// What raw says of other keys is set all the same. If raw is no object, that is
// the only fault.
func Read[C any](prefix string, raw json.RawMessage, c *C) (given map[string]json.RawMessage, faults []error) {
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil, nil
	}
	if err := json.Unmarshal(raw, &given); err != nil {
		return nil, []error{fmt.Errorf("%swant a JSON object: %w", prefix, err)}
	}
	known := keys[C]()
	for _, key := range slices.Sorted(maps.Keys(given)) {
		if !slices.Contains(known, key) {
			faults = append(faults, fmt.Errorf("%sunknown key %q; the keys are %s", prefix, key, strings.Join(known, ", ")))
			continue
		}
		if err := set(c, key, given[key]); err != nil {
			faults = append(faults, fmt.Errorf("%s%s: %w", prefix, key, wrongType(err)))
		}
	}
	return given, faults
}

// set sets the field of a key.
func set(c any, key string, value json.RawMessage) error {
	one, err := json.Marshal(map[string]json.RawMessage{key: value})
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(one))
	d.DisallowUnknownFields() // of objects below
	return d.Decode(c)
}

// wrongType says what a key wants in the words of JSON.
func wrongType(err error) error {
	t, ok := errors.AsType[*json.UnmarshalTypeError](err)
	if !ok {
		return err
	}
	want, ok := map[reflect.Kind]string{
		reflect.Bool: "true or false", reflect.String: "a string", reflect.Slice: "a list of strings", reflect.Int: "a whole number",
		reflect.Uint64: "a whole number of at least 0", reflect.Float64: "a number", reflect.Struct: "an object",
	}[t.Type.Kind()]
	if !ok {
		return err
	}
	return fmt.Errorf("got a %s, want %s", t.Value, want)
}

// keys returns the JSON keys of C, sorted.
func keys[C any]() []string {
	var keys []string
	for f := range reflect.TypeFor[C]().Fields() {
		keys = append(keys, f.Tag.Get("json"))
	}
	slices.Sort(keys)
	return keys
}
