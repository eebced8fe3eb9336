package tau

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
)

// Data is one domain: its database, its tasks and its policy. It is immutable
// and safe for concurrent use.
type Data struct {
	domain *domain
	tables [3]*py.Dict
	tasks  map[string][]*Task // by split

	wiki, rules string

	texts map[*py.Dict]py.Value // records in JSON

	emails       map[string]py.Value // in lower case -> id of the first user who has it
	people       map[string][]person // by first name in lower case
	productTypes py.Value

	routes     map[route][]*flight
	departures map[py.Str][]*flight

	hashOnce sync.Once
	hashed   hashed
}

// person is a user as the search by name needs it.
type person struct {
	id   py.Value
	last string // in lower case
}

// Load reads a domain from a folder: tau-bench's folder of the domain, or one
// that holds it (tau_bench/envs, or a folder with retail and airline in it). The
// files are the original's: the tables (in a folder data, as in the repository,
// or beside the rest), tasks_<split>.py, wiki.md and rules.py. Splits whose file
// is missing are left out; without any it is an error.
func Load(dir, domain string) (*Data, error) {
	kind, err := newDomain(domain)
	if err != nil {
		return nil, err
	}
	if dir, err = find(dir, kind); err != nil {
		return nil, err
	}
	d := &Data{domain: kind, tasks: map[string][]*Task{}}
	for i, t := range kind.tables {
		if d.tables[i], err = readTable(dir, t); err != nil {
			return nil, err
		}
	}
	if err := d.index(); err != nil {
		return nil, err
	}
	for _, split := range kind.splits {
		tasks, err := readTasks(dir, domain, split)
		switch {
		case os.IsNotExist(err):
			continue
		case err != nil:
			return nil, err
		}
		d.tasks[split] = tasks
	}
	if len(d.tasks) == 0 {
		return nil, fmt.Errorf("tau: %s holds no tasks: none of the files tasks_<split>.py is there", dir)
	}
	if d.wiki, err = readText(dir, "wiki.md"); err != nil {
		return nil, err
	}
	d.rules, err = readText(dir, "rules.py")
	return d, err
}

// find returns the folder of a domain.
func find(dir string, kind *domain) (string, error) {
	if _, err := os.Stat(dir); err != nil {
		return "", fmt.Errorf("tau: data: %w", err)
	}
	for _, at := range []string{".", kind.name, filepath.Join("envs", kind.name), filepath.Join("tau_bench", "envs", kind.name)} {
		at = filepath.Join(dir, at)
		if _, err := locate(at, kind.tables[0].name+".json"); err == nil {
			return at, nil
		}
	}
	return "", fmt.Errorf("tau: %s holds no %s/%s.json: give tau-bench's folder tau_bench/envs or a copy of it", dir, kind.name, kind.tables[0].name)
}

// locate returns the path of a table.
func locate(dir, name string) (string, error) {
	path := filepath.Join(dir, "data", name)
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	path = filepath.Join(dir, name)
	_, err := os.Stat(path)
	return path, err
}

func readText(dir, name string) (string, error) {
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil && !os.IsNotExist(err) {
		return "", fmt.Errorf("tau: %w", err)
	}
	return string(b), nil
}

func readTable(dir string, t table) (*py.Dict, error) {
	path, err := locate(dir, t.name+".json")
	if err != nil {
		return nil, fmt.Errorf("tau: %w", err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("tau: %w", err)
	}
	v, err := py.FromJSON(b)
	if err != nil {
		return nil, fmt.Errorf("tau: %s: %w", path, err)
	}
	d, ok := v.(*py.Dict)
	if !ok {
		return nil, fmt.Errorf("tau: %s: it is of type %s, not an object of records", path, v.Type())
	}
	for _, it := range d.Items() {
		if err := t.check(it.Value); err != nil {
			return nil, fmt.Errorf("tau: %s: record %s: %w", path, py.ToStr(it.Key), err)
		}
	}
	return d, nil
}

// check reports what a record lacks that the tools rely on.
func (t table) check(v py.Value) error {
	r, ok := v.(*py.Dict)
	if !ok {
		return fmt.Errorf("it is of type %s, not an object", v.Type())
	}
	if !fits("json", r, 0) {
		return fmt.Errorf("it is nested more than %d deep", maxNested)
	}
	for _, f := range t.fields {
		v, ok := r.GetStr(f.name)
		if !ok {
			return fmt.Errorf("it has no %s", f.name)
		}
		if !fits(f.kind, v, 0) {
			return fmt.Errorf("its %s is no %s", f.name, kinds[f.kind])
		}
	}
	return nil
}

// kinds says what the types of fields are.
var kinds = map[string]string{
	"str": "text", "list": "list", "dict": "object", "dicts": "list of objects", "records": "object of objects",
}

// maxNested is how deep records and arguments may be nested.
const maxNested = 200

// fits reports whether a value is of a type of [field]; "json" is any value that
// is not nested too deep.
func fits(kind string, v py.Value, depth int) bool {
	switch v := v.(type) {
	case py.Str:
		return kind == "str" || kind == "json"
	case *py.List:
		if kind != "list" && kind != "dicts" && kind != "json" || depth > maxNested {
			return false
		}
		for _, it := range v.Items {
			if kind == "dicts" && !fits("dict", it, depth+1) || kind == "json" && !fits(kind, it, depth+1) {
				return false
			}
		}
		return true
	case *py.Dict:
		if kind != "dict" && kind != "records" && kind != "json" || depth > maxNested {
			return false
		}
		for _, it := range v.Items() {
			if kind == "records" && !fits("dict", it.Value, depth+1) || kind == "json" && !fits(kind, it.Value, depth+1) {
				return false
			}
		}
		return true
	}
	return kind == "json"
}

// index makes what answers of tools are read from.
func (d *Data) index() error {
	d.texts = map[*py.Dict]py.Value{}
	for i, t := range d.tables {
		if d.domain.name == Airline && i == flights {
			continue // never shown whole
		}
		for _, it := range t.Items() {
			r := it.Value.(*py.Dict)
			b, ok := py.AppendJSON(nil, r)
			if !ok {
				return fmt.Errorf("tau: %s.json: record %s cannot be written as JSON", d.domain.tables[i].name, py.ToStr(it.Key))
			}
			d.texts[r] = py.Str(b)
		}
	}
	if d.domain.name == Airline {
		return d.indexFlights()
	}
	return d.indexShop()
}

func (d *Data) indexShop() error {
	d.emails, d.people = map[string]py.Value{}, map[string][]person{}
	for _, it := range d.tables[users].Items() {
		u := it.Value.(*py.Dict)
		email := py.Lower(string(u.MustGet(py.Str("email")).(py.Str)))
		if d.emails[email] == nil {
			d.emails[email] = it.Key
		}
		name := u.MustGet(py.Str("name")).(*py.Dict)
		first, ok := name.Or("first_name", py.None{}).(py.Str)
		last, ok2 := name.Or("last_name", py.None{}).(py.Str)
		if !ok || !ok2 || !u.MustGet(kAddress).(*py.Dict).Has(kZip) {
			return fmt.Errorf("tau: users.json: record %s lacks a first name, a last name or a zip code", py.ToStr(it.Key))
		}
		key := py.Lower(string(first))
		d.people[key] = append(d.people[key], person{it.Key, py.Lower(string(last))})
	}
	names := py.NewDict(nil, 0)
	for _, it := range d.tables[products].Items() {
		p := it.Value.(*py.Dict)
		names.Set(p.MustGet(py.Str("name")), p.MustGet(kProductID))
	}
	sorted := py.NewDict(nil, names.Len())
	for _, name := range py.Sorted(names.Keys()) {
		sorted.Set(name, names.MustGet(name))
	}
	b, _ := py.AppendJSON(nil, sorted)
	d.productTypes = py.Str(b)
	return nil
}

// Domain is the name of the domain.
func (d *Data) Domain() string { return d.domain.name }

// Splits returns the names of the splits whose tasks are there.
func (d *Data) Splits() []string {
	var names []string
	for _, s := range d.domain.splits {
		if d.tasks[s] != nil {
			names = append(names, s)
		}
	}
	return names
}

// Tasks returns the tasks of a split in their order, nil for one that is not
// there. They are not to be modified.
func (d *Data) Tasks(split string) []*Task { return d.tasks[split] }

// Task returns a task. An unknown split or index is an error.
func (d *Data) Task(split string, index int) (*Task, error) {
	tasks, ok := d.tasks[split]
	if !ok {
		return nil, fmt.Errorf("tau: %s has no split %q: its splits are %v", d.domain.name, split, d.Splits())
	}
	if index < 0 || index >= len(tasks) {
		return nil, fmt.Errorf("tau: %s has no task %d in split %s: it has %d", d.domain.name, index, split, len(tasks))
	}
	return tasks[index], nil
}

// Wiki is the policy that the agent is to keep to, "" where there is no wiki.md.
func (d *Data) Wiki() string { return d.wiki }

// Rules is the text of rules.py, "" where there is none.
func (d *Data) Rules() string { return d.rules }

// Class returns the tools.
func (d *Data) Class() *toolcall.Class { return d.domain.class }

// State returns the database as a prototype: what is made of it by
// [toolcall.Kit.New] changes on its own.
func (d *Data) State() *State { return &State{data: d} }
