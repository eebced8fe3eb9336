package schema

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/tidwall/gjson"
)

// valid returns b if it is one JSON value in UTF-8. The words NaN and Infinity,
// which Python writes and reads, become null.
func valid(b []byte) ([]byte, error) {
	if !utf8.Valid(b) {
		return nil, errors.New("is not UTF-8")
	}
	if gjson.ValidBytes(b) {
		return b, nil
	}
	if fixed := withoutNaN(b); gjson.ValidBytes(fixed) {
		return fixed, nil
	}
	return nil, fmt.Errorf("is not JSON: %.60q", b)
}

// withoutNaN returns a copy of b with null for NaN, Infinity and -Infinity
// outside strings.
func withoutNaN(b []byte) []byte {
	var out []byte
	inString := false
	for i := 0; i < len(b); i++ {
		c := b[i]
		if inString && c == '\\' && i+1 < len(b) {
			out = append(out, c, b[i+1])
			i++
			continue
		}
		if c == '"' {
			inString = !inString
		}
		if !inString {
			if n := nanLength(b[i:]); n > 0 {
				out = append(out, "null"...)
				i += n - 1
				continue
			}
		}
		out = append(out, c)
	}
	return out
}

// nanLength returns the length of the Python number at the start of b that JSON
// does not have, or 0.
func nanLength(b []byte) int {
	for _, word := range []string{"NaN", "Infinity", "-Infinity"} {
		if bytes.HasPrefix(b, []byte(word)) {
			return len(word)
		}
	}
	return 0
}

// each calls f for every value of the list (open '[') or object (open '{').
// Errors name the value by number, and by key where there is one.
func each(r io.Reader, open byte, f func(i int, key string, v gjson.Result) error) error {
	s := newSplitter(r)
	for i := 0; ; i++ {
		key, raw, err := s.next(open)
		if err == errEnd {
			return nil
		}
		if err == nil {
			err = f(i, key, gjson.ParseBytes(raw))
			if errors.Is(err, ErrStop) {
				return nil
			}
		} else if errors.Is(err, io.ErrUnexpectedEOF) && s.position() == 0 {
			return fmt.Errorf("the file is empty: fetch it again: %w", err)
		} else if errors.Is(err, io.ErrUnexpectedEOF) {
			err = fmt.Errorf("the file ends in the middle, at byte %d: fetch it again: %w", s.position(), err)
		}
		if err != nil && key != "" {
			return fmt.Errorf("entry %d (%s): %w", i, key, err)
		}
		if err != nil {
			return fmt.Errorf("item %d: %w", i, err)
		}
	}
}

// ErrStop, returned by a callback, ends the reading early without an error.
var ErrStop = errors.New("stop")

// ReadItems reads an items file and calls f for each item in turn, at most
// limit times if limit is positive. The item is f's to keep.
func ReadItems(r io.Reader, limit int, f func(i int, it *Item) error) error {
	return each(r, '[', func(i int, _ string, v gjson.Result) error {
		it := new(Item)
		if err := it.parse(v); err != nil {
			if it.ASIN != "" {
				return fmt.Errorf("asin %s: %w", it.ASIN, err)
			}
			return err
		}
		if err := f(i, it); err != nil || i+1 != limit {
			return err
		}
		return ErrStop
	})
}

// parse fills the item from its JSON object.
func (it *Item) parse(v gjson.Result) error {
	if !v.IsObject() {
		return fmt.Errorf("is a %s, want an object", kind(v))
	}
	var failed error
	seen := false
	v.ForEach(func(k, v gjson.Result) bool {
		var err error
		switch k.String() {
		case "asin":
			it.ASIN, err = text(v)
			seen = true
		case "name":
			it.Name, err = text(v)
		case "full_description":
			it.FullDescription, err = text(v)
		case "pricing":
			it.Pricing, err = text(v)
		case "images":
			it.Images, err = texts(v)
		case "product_category":
			it.ProductCategory, err = text(v)
		case "small_description":
			it.Bullets, err = texts(v)
		case "customization_options":
			it.Options, err = options(v)
		case "category":
			it.Category, err = text(v)
		case "query":
			it.Query, err = text(v)
		case "average_rating":
			it.AverageRating = v.String()
		case "page":
			it.Page = int(v.Int())
		}
		if err != nil {
			failed = fmt.Errorf("%s: %w", k.String(), err)
		}
		return err == nil
	})
	if failed == nil && !seen {
		return errors.New("has no asin")
	}
	return failed
}

// kind is the JSON type of v in words.
func kind(v gjson.Result) string {
	switch {
	case v.IsArray():
		return "list"
	case v.IsObject():
		return "object"
	case v.IsBool():
		return "true or false"
	}
	return map[gjson.Type]string{gjson.Null: "null", gjson.Number: "number", gjson.String: "string"}[v.Type]
}

// text reads a string; null reads as "".
func text(v gjson.Result) (string, error) {
	switch v.Type {
	case gjson.String:
		return v.Str, nil
	case gjson.Null:
		return "", nil
	}
	return "", fmt.Errorf("is a %s, want a string", kind(v))
}

// texts reads a list of strings; a string reads as a list of one, null as nil.
func texts(v gjson.Result) ([]string, error) {
	if v.Type == gjson.Null {
		return nil, nil
	}
	if !v.IsArray() {
		s, err := text(v)
		return []string{s}, err
	}
	list := []string{}
	var failed error
	v.ForEach(func(_, e gjson.Result) bool {
		s, err := text(e)
		if err != nil {
			failed = fmt.Errorf("element %d %w", len(list), err)
		}
		list = append(list, s)
		return err == nil
	})
	return list, failed
}

// options reads customization_options. Like a Python dict, a repeated name
// keeps its first place and its last value.
func options(v gjson.Result) ([]Option, error) {
	if v.Type == gjson.Null || v.Type == gjson.String && v.Str == "" || v.Type == gjson.False {
		return nil, nil
	}
	if !v.IsObject() {
		return nil, fmt.Errorf("is a %s, want an object, \"\" or null", kind(v))
	}
	var list []Option
	var failed error
	v.ForEach(func(k, v gjson.Result) bool {
		o := Option{Name: k.String()}
		o.Values, failed = values(v)
		if failed != nil {
			failed = fmt.Errorf("option %q: %w", o.Name, failed)
			return false
		}
		for i := range list {
			if list[i].Name == o.Name {
				list[i] = o
				return true
			}
		}
		list = append(list, o)
		return true
	})
	return list, failed
}

// values reads the values of one option; null reads as nil.
func values(v gjson.Result) ([]Value, error) {
	if v.Type == gjson.Null {
		return nil, nil
	}
	if !v.IsArray() {
		return nil, fmt.Errorf("is a %s, want a list or null", kind(v))
	}
	list := []Value{}
	var failed error
	v.ForEach(func(_, e gjson.Result) bool {
		var value Value
		value, failed = optionValue(e)
		if failed != nil {
			failed = fmt.Errorf("value %d %w", len(list), failed)
		}
		list = append(list, value)
		return failed == nil
	})
	return list, failed
}

// optionValue reads one value of an option, an object with a field "value".
func optionValue(e gjson.Result) (Value, error) {
	if !e.IsObject() {
		return Value{}, fmt.Errorf("is a %s, want an object", kind(e))
	}
	var value Value
	var failed error
	seen := false
	e.ForEach(func(k, v gjson.Result) bool {
		switch k.String() {
		case "value":
			value.Value, failed = text(v)
			seen = v.Type == gjson.String
		case "image":
			value.Image, failed = text(v)
		}
		return failed == nil
	})
	if failed == nil && !seen {
		failed = errors.New(`has no string "value"`)
	}
	return value, failed
}
