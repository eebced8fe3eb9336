package bfcl

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/bfcl/api"
	"stepgym/envs/toolcall/py"
	"stepgym/envs/toolcall/pycall"
)

// prefix is the beginning of the names of the data files.
const prefix = "BFCL_v4_"

// Categories are the multi-turn categories, in the order in which a Dataset has
// them.
func Categories() []string {
	return []string{"multi_turn_base", "multi_turn_miss_func", "multi_turn_miss_param", "multi_turn_long_context"}
}

// Dataset is the multi-turn entries of a copy of the benchmark's data. It is
// read-only and shared.
type Dataset struct {
	entries []*Entry
	byID    map[string]*Entry
	docs    map[string][]Doc // by class
	endTurn bool             // functions have one that ends the turn
}

// Load reads categories ([Categories] if none is named) from a folder or a
// wheel file: the data of the PyPI package bfcl-eval, unchanged. See
// docs/bfcl.md for where it may lie. A file that is missing or wrong is an error
// that names it and the line.
func Load(name string, categories ...string) (*Dataset, error) {
	s, err := openSource(name)
	if err != nil {
		return nil, err
	}
	d, err := s.dataset(categories)
	return d, errors.Join(err, s.close())
}

func (s *source) dataset(categories []string) (*Dataset, error) {
	if len(categories) == 0 {
		categories = Categories()
	}
	d := &Dataset{byID: map[string]*Entry{}, docs: map[string][]Doc{}}
	known := map[string]api.Class{}
	for _, c := range api.All() {
		known[c.Tools.Name] = c
	}
	for _, category := range categories {
		if !slices.Contains(Categories(), category) {
			return nil, fmt.Errorf("bfcl: no multi-turn category %q; there are %s", category, strings.Join(Categories(), ", "))
		}
		if err := s.category(d, known, category); err != nil {
			return nil, err
		}
	}
	return d, s.documentation(d, known)
}

// documentation reads what the functions of all classes that are involved are
// said to do.
func (s *source) documentation(d *Dataset, known map[string]api.Class) error {
	for _, e := range d.entries {
		for _, name := range e.Classes {
			if d.docs[name] != nil {
				continue
			}
			docs, err := s.docs(path.Join(probe, known[name].Doc))
			if err != nil {
				return err
			}
			d.docs[name] = docs
		}
	}
	return nil
}

// category adds the entries of a category.
func (s *source) category(d *Dataset, known map[string]api.Class, category string) error {
	var long *py.Dict
	if strings.Contains(category, "long_context") {
		var err error
		if long, err = s.longContext(); err != nil {
			return err
		}
	}
	kits := map[string]*toolcall.Kit{}
	first := len(d.entries)
	err := s.eachLine(prefix+category+".json", func(line []byte) error {
		e, err := readEntry(line, known, kits)
		if err != nil {
			return err
		}
		if d.byID[e.ID] != nil {
			return fmt.Errorf("entry %s: a second one of this id", e.ID)
		}
		e.Category, e.long = category, long
		d.entries, d.byID[e.ID] = append(d.entries, e), e
		return nil
	})
	if err != nil {
		return err
	}
	if err := s.truths(d, category); err != nil {
		return err
	}
	for _, e := range d.entries[first:] {
		if e.Truth == nil {
			return fmt.Errorf("bfcl: %s/possible_answer: entry %s has no ground truth", s.name, e.ID)
		}
	}
	return nil
}

func readEntry(line []byte, known map[string]api.Class, kits map[string]*toolcall.Kit) (*Entry, error) {
	var l entryLine
	if err := decode(line, &l, "entry"); err != nil {
		return nil, err
	}
	e := &Entry{ID: l.ID, Question: l.Question, Classes: l.Classes, Missed: map[int][]string{}, initial: l.Initial}
	for turn, names := range l.Missed {
		n, err := strconv.Atoi(turn)
		if err != nil {
			return nil, fmt.Errorf("entry %s: missed_function names the turn %q", l.ID, turn)
		}
		e.Missed[n] = names
	}
	if err := e.check(); err != nil {
		return nil, err
	}
	tools := make([]*toolcall.Class, len(l.Classes))
	for i, name := range l.Classes {
		c, ok := known[name]
		if !ok {
			return nil, fmt.Errorf("entry %s: no class %q", e.ID, name)
		}
		e.loads, tools[i] = append(e.loads, c), c.Tools
	}
	key := strings.Join(l.Classes, ",")
	if kits[key] == nil {
		kits[key] = toolcall.NewKit(tools...)
	}
	e.kit = kits[key]
	return e, nil
}

// truths reads the ground truth of a category.
func (s *source) truths(d *Dataset, category string) error {
	return s.eachLine(path.Join("possible_answer", prefix+category+".json"), func(line []byte) error {
		var l truthLine
		if err := decode(line, &l, "ground truth"); err != nil {
			return err
		}
		e := d.byID[l.ID]
		switch {
		case e == nil:
			return fmt.Errorf("ground truth of an entry %q that is not in %s%s.json", l.ID, prefix, category)
		case len(l.Truth) != len(e.Question):
			return fmt.Errorf("entry %s: ground truth of %d turns, but the question has %d", l.ID, len(l.Truth), len(e.Question))
		}
		e.Truth = l.Truth
		return nil
	})
}

// longContext reads the literals by which the long-context category is larger:
// long_context.json beside the data, or the package's module as it is.
func (s *source) longContext() (*py.Dict, error) {
	const file, module = "long_context.json", "long_context.py"
	raw, err := fs.ReadFile(s.files, file)
	if err == nil {
		d, err := dict(raw, file)
		if err != nil {
			return nil, fmt.Errorf("bfcl: %s: %w", s.name, err)
		}
		v, _ := py.Seal(ellipses(d)).(*py.Dict)
		return v, nil
	}
	if s.module != nil {
		if raw, err = fs.ReadFile(s.module, module); err == nil {
			literals, err := pycall.Literals(raw)
			if err != nil {
				return nil, fmt.Errorf("bfcl: %s: %s: %w", s.name, module, err)
			}
			d := py.NewDict(nil, len(literals))
			for _, l := range literals {
				d.SetStr(l.Name, l.Value)
			}
			py.Seal(d)
			return d, nil
		}
	}
	return nil, fmt.Errorf("bfcl: %s: the category multi_turn_long_context needs %s of the package (or %s beside the data): %w", s.name, module, file, err)
}

// ellipses replaces {"__ellipsis__": true}, which JSON has for "...".
func ellipses(v py.Value) py.Value {
	switch v := v.(type) {
	case *py.List:
		items := make([]py.Value, len(v.Items))
		for i, x := range v.Items {
			items[i] = ellipses(x)
		}
		return py.NewList(items...)
	case *py.Dict:
		if _, ok := v.GetStr("__ellipsis__"); ok && v.Len() == 1 {
			return py.Ellipsis{}
		}
		d := py.NewDict(nil, v.Len())
		for _, it := range v.Items() {
			d.Set(it.Key, ellipses(it.Value))
		}
		return d
	}
	return v
}

// Entries returns all entries, category after category in the order of the
// files. They are not to be modified.
func (d *Dataset) Entries() []*Entry { return d.entries }

// Entry returns the entry of an id, or nil.
func (d *Dataset) Entry(id string) *Entry { return d.byID[id] }

// Doc is the documentation of a function, as the data has it.
type Doc struct {
	Name        string          `json:"name"`
	Description string          `json:"description"`
	Parameters  json.RawMessage `json:"parameters"`
	Response    json.RawMessage `json:"response"`
}

func (s *source) docs(name string) ([]Doc, error) {
	var docs []Doc
	err := s.eachLine(name, func(line []byte) error {
		var d Doc
		if err := decode(line, &d, "function"); err != nil {
			return err
		}
		if d.Name == "" {
			return errors.New("a function without a name")
		}
		docs = append(docs, d)
		return nil
	})
	return docs, err
}
