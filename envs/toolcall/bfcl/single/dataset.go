package single

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"stepgym/envs/toolcall/py"
)

// prefix is the beginning of the names of the data files.
const prefix = "BFCL_v4_"

// FormatSensitivity is the category whose entries are those of other
// categories, asked for in other formats.
const FormatSensitivity = "format_sensitivity"

// Categories are the single-turn categories with files of their own, in the
// original's order.
func Categories() []string {
	return []string{
		"simple_python", "simple_java", "simple_javascript", "multiple", "parallel", "parallel_multiple", "irrelevance",
		"live_simple", "live_multiple", "live_parallel", "live_parallel_multiple", "live_irrelevance", "live_relevance",
	}
}

// Dataset is the single-turn entries of a copy of the benchmark's data. It is
// read-only and shared.
type Dataset struct {
	entries []*Entry
	byID    map[string]*Entry
}

// Load reads categories ([Categories] if none is named; [FormatSensitivity] is
// not one of them) from files, the unchanged data folder of the PyPI package
// bfcl-eval: BFCL_v4_*.json and possible_answer/BFCL_v4_*.json. A file that is
// missing or wrong is an error that names it and the line.
func Load(files fs.FS, categories ...string) (*Dataset, error) {
	if len(categories) == 0 {
		categories = Categories()
	}
	d := &Dataset{byID: map[string]*Entry{}}
	for _, c := range categories {
		if !slices.Contains(Categories(), c) {
			return nil, fmt.Errorf("bfcl: no single-turn category %q; there are %s", c, strings.Join(Categories(), ", "))
		}
		if err := d.load(files, c); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// Entries returns all entries, category after category in the order of the
// files. They are not to be modified.
func (d *Dataset) Entries() []*Entry { return d.entries }

// Entry returns the entry of an id, or nil. An id of format_sensitivity,
// "format_sensitivity_N:SETTINGS:ID", is that of the entry ID as it is asked
// for there; N is not looked at.
func (d *Dataset) Entry(id string) *Entry {
	e := d.byID[Asked(id)]
	switch {
	case e == nil, e.ID == id:
		return e
	case e.Truth == nil:
		return nil
	}
	if v, ok := e.vary(id, strings.Split(id, ":")[1]); ok {
		return v
	}
	return nil
}

// Asked returns the ID of the entry that an entry asks: its own, but for
// [FormatSensitivity], where it is in the ID.
func Asked(id string) string {
	if parts := strings.Split(id, ":"); len(parts) == 3 && strings.HasPrefix(id, FormatSensitivity+"_") {
		return parts[2]
	}
	return id
}

// Variants returns the entries of [FormatSensitivity] in the original's order.
// The categories that it draws on must have been loaded.
func (d *Dataset) Variants(files fs.FS) ([]*Entry, error) {
	const name = prefix + FormatSensitivity + ".json"
	raw, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, fmt.Errorf("bfcl: %w", err)
	}
	var ids map[string][]string
	if err := json.Unmarshal(raw, &ids); err != nil {
		return nil, fmt.Errorf("bfcl: %s: %w", name, err)
	}
	order, err := keys(raw)
	if err != nil {
		return nil, fmt.Errorf("bfcl: %s: %w", name, err)
	}
	var out []*Entry
	settings := variants()
	for _, category := range order {
		found := 0
		for _, e := range d.entries {
			if e.Category != category || !slices.Contains(ids[category], e.ID) {
				continue
			}
			found++
			for _, s := range settings {
				v, _ := e.vary(FormatSensitivity+"_"+strconv.Itoa(len(out))+":"+s+":"+e.ID, s)
				out = append(out, v)
			}
		}
		if found < len(ids[category]) {
			return nil, fmt.Errorf("bfcl: %s names %d entries of %s, of which %d are loaded", name, len(ids[category]), category, found)
		}
	}
	return out, nil
}

// keys returns the keys of a JSON object in their order.
func keys(raw []byte) ([]string, error) {
	v, err := py.FromJSON(raw)
	if err != nil {
		return nil, err
	}
	d, ok := v.(*py.Dict)
	if !ok {
		return nil, fmt.Errorf("it is of type %s, not an object", v.Type())
	}
	names := make([]string, d.Len())
	for i, it := range d.Items() {
		names[i] = py.ToStr(it.Key)
	}
	return names, nil
}

// judged reports whether the entries of a category have possible answers.
func judged(category string) bool { return !strings.Contains(category, "relevance") }

func (d *Dataset) load(files fs.FS, category string) error {
	name := prefix + category + ".json"
	first := len(d.entries)
	err := eachLine(files, name, func(line *py.Dict) error {
		e, err := readEntry(line, category)
		if err != nil {
			return err
		}
		if d.byID[e.ID] != nil {
			return fmt.Errorf("a second entry of id %s", e.ID)
		}
		d.entries, d.byID[e.ID] = append(d.entries, e), e
		return nil
	})
	if err != nil || !judged(category) {
		return err
	}
	// An answer belongs to the entry of the same line: the original does not
	// go by ids.
	entries := d.entries[first:]
	n := 0
	answers := path.Join("possible_answer", name)
	err = eachLine(files, answers, func(line *py.Dict) error {
		truth, ok := line.GetStr("ground_truth")
		if _, isList := truth.(*py.List); !ok || !isList {
			return fmt.Errorf("ground_truth is no list")
		}
		if n < len(entries) {
			entries[n].Truth = truth
		}
		n++
		return nil
	})
	if err == nil && n != len(entries) {
		err = fmt.Errorf("bfcl: %s has %d answers, but %s has %d entries", answers, n, name, len(entries))
	}
	return err
}

func readEntry(line *py.Dict, category string) (*Entry, error) {
	e := &Entry{Category: category}
	switch category {
	case "simple_java":
		e.Language = Java
	case "simple_javascript":
		e.Language = JavaScript
	}
	id, _ := line.Or("id", py.None{}).(py.Str)
	e.ID = string(id)
	functions, ok := line.Or("function", py.None{}).(*py.List)
	switch {
	case e.ID == "":
		return nil, fmt.Errorf("the entry has no id")
	case !ok:
		return nil, fmt.Errorf("entry %s: function is no list", e.ID)
	}
	e.Functions = functions
	question, ok := py.AppendJSON(nil, line.Or("question", py.None{}))
	if !ok {
		return nil, fmt.Errorf("entry %s: question cannot be read", e.ID)
	}
	if err := json.Unmarshal(question, &e.Question); err != nil {
		return nil, fmt.Errorf("entry %s: question: %w", e.ID, err)
	}
	return e, nil
}

// eachLine calls f for every line of a file of JSON objects that is not blank.
// An error gets the name of the file and the number of the line.
func eachLine(files fs.FS, name string, f func(line *py.Dict) error) error {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return fmt.Errorf("bfcl: %w", err)
	}
	n := 0
	for line := range bytes.Lines(data) {
		n++
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		v, err := py.FromJSON(line)
		if err == nil {
			d, ok := v.(*py.Dict)
			if !ok {
				err = fmt.Errorf("it is of type %s, not an object", v.Type())
			} else {
				err = f(d)
			}
		}
		if err != nil {
			return fmt.Errorf("bfcl: %s: line %d: %w", name, n, err)
		}
	}
	return nil
}
