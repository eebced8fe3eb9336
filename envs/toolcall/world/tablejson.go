package world

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
)

// MarshalJSON writes a table whose keys are strings as an object, another one
// as a list of pairs [key, value], in the table's order.
func (t Table[K, V]) MarshalJSON() ([]byte, error) {
	opening, between, after, closing := byte('['), "[", "]", byte(']')
	named := reflect.TypeFor[K]().Kind() == reflect.String
	if named {
		opening, between, after, closing = '{', "", "", '}'
	}
	b := []byte{opening}
	for k, v := range t.All() {
		if len(b) > 1 {
			b = append(b, ',')
		}
		key, err := marshalKey(k, named)
		if err != nil {
			return nil, fmt.Errorf("world: key %v of a table: %w", k, err)
		}
		value, err := json.Marshal(v)
		if err != nil {
			return nil, fmt.Errorf("world: value of %v in a table: %w", k, err)
		}
		b = append(append(b, between...), key...)
		if named {
			b = append(b, ':')
		} else {
			b = append(b, ',')
		}
		b = append(append(b, value...), after...)
	}
	return append(b, closing), nil
}

// marshalKey writes a key; one that is a string by its letters, whatever methods
// it has, so that it can be read again.
func marshalKey[K comparable](k K, named bool) ([]byte, error) {
	if named {
		return json.Marshal(reflect.ValueOf(k).String())
	}
	return json.Marshal(k)
}

// UnmarshalJSON reads what MarshalJSON writes in place of what the table held.
// A key that occurs twice is an error.
func (t *Table[K, V]) UnmarshalJSON(data []byte) error {
	var read Table[K, V]
	d := json.NewDecoder(bytes.NewReader(data))
	start, err := d.Token()
	if err != nil {
		return fmt.Errorf("world: table: %w", err)
	}
	named := reflect.TypeFor[K]().Kind() == reflect.String
	switch {
	case start == nil: // null leaves things as they are, as everywhere in encoding/json
		return nil
	case named && start != json.Delim('{'):
		return errors.New("world: a table with names for keys is read from an object")
	case !named && start != json.Delim('['):
		return errors.New("world: a table is read from a list of pairs [key, value]")
	}
	for d.More() {
		var k K
		var v V
		if named {
			err = decodeNamed(d, &k, &v)
		} else {
			err = decodePair(d, &k, &v)
		}
		if err != nil {
			return err
		}
		if read.Has(k) {
			return fmt.Errorf("world: a table has the key %v twice", k)
		}
		read.Set(k, v)
	}
	*t = read
	return nil
}

// decodeNamed reads "key": value. K is some string.
func decodeNamed[K comparable, V any](d *json.Decoder, k *K, v *V) error {
	name, err := d.Token()
	if err != nil {
		return fmt.Errorf("world: table: %w", err)
	}
	text, _ := name.(string) // it is one: a key of an object
	reflect.ValueOf(k).Elem().SetString(text)
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("world: value of %q in a table: %w", text, err)
	}
	return nil
}

// decodePair reads [key, value].
func decodePair[K comparable, V any](d *json.Decoder, k *K, v *V) error {
	var pair []json.RawMessage
	if err := d.Decode(&pair); err != nil {
		return fmt.Errorf("world: table: %w", err)
	}
	if len(pair) != 2 {
		return fmt.Errorf("world: a table is read from pairs [key, value]; one of them has %d parts", len(pair))
	}
	if err := json.Unmarshal(pair[0], k); err != nil {
		return fmt.Errorf("world: key of a table: %w", err)
	}
	if err := json.Unmarshal(pair[1], v); err != nil {
		return fmt.Errorf("world: value of %v in a table: %w", *k, err)
	}
	return nil
}
