package tau

import (
	"errors"
	"fmt"
	"sync"

	"stepgym/envs/toolcall/py"
	"stepgym/internal/python"
)

// Row is a line to judge: what an agent did in one task, as an object with
// domain, split ("test" if it is missing), task, the index of the task in its
// split, and actions, each with name and kwargs. The keys of the original's
// recorded runs are read as well: "task_index" for task, and "said", which is one
// more thing that the agent said. Other keys are ignored. JSON is read as Python
// reads it, NaN included.
type Row struct {
	Domain, Split string
	Task          int
	Actions       []Action
	Said          string
}

// Score is the judgement on a row.
type Score struct {
	Domain    string  `json:"domain"`
	Split     string  `json:"split"`
	Task      int     `json:"task"`
	Results   []Text  `json:"results"` // one for each action; "" for Respond
	Reward    float64 `json:"reward"`
	FinalHash string  `json:"final_hash,omitempty"` // "" unless asked for

	Judgement Reward `json:"-"`
}

// Text is a text of Python's, which may hold lone surrogates (in three bytes
// each, see [py.Str]). In JSON it is written as Python writes it.
type Text string

// MarshalJSON implements json.Marshaler.
func (t Text) MarshalJSON() ([]byte, error) { return python.AppendJSONString(nil, string(t)), nil }

// ScoreOptions says how rows are judged.
type ScoreOptions struct {
	// Hash asks for the original's hash of the final database, which costs some
	// hundred times as much as the reward.
	Hash bool

	// AsWritten takes the order of keys in arguments as it is in the rows. Without
	// it, sorted keys are taken for the work of a writer that sorts them, as that
	// of the original's recorded runs did, and the objects in arguments are given
	// the order in which the tools declare their keys. Only results show it.
	AsWritten bool
}

// Scorer judges rows of any domain of a copy of the data, which it reads when a
// row asks for it. It is safe for concurrent use.
type Scorer struct {
	dir     string
	options ScoreOptions
	domains map[string]*source // one each of Domains; not changed
}

// source is a domain that is read once.
type source struct {
	once sync.Once
	data *Data
	err  error
}

// NewScorer returns a scorer on a folder of data, see [Load].
func NewScorer(dir string, o ScoreOptions) *Scorer {
	s := &Scorer{dir: dir, options: o, domains: map[string]*source{}}
	for _, name := range Domains() {
		s.domains[name] = new(source)
	}
	return s
}

func (s *Scorer) domain(name string) (*Data, error) {
	src, ok := s.domains[name]
	if !ok {
		return nil, fmt.Errorf("there is no domain %q: it is one of %v", name, Domains())
	}
	src.once.Do(func() { src.data, src.err = Load(s.dir, name) })
	return src.data, src.err
}

// ReadRow reads a line.
func ReadRow(line []byte) (Row, error) {
	v, err := py.FromJSON(line)
	if err != nil {
		return Row{}, err
	}
	d, ok := v.(*py.Dict)
	if !ok {
		return Row{}, errors.New("it is not an object with domain, split, task and actions")
	}
	r := Row{Split: "test"}
	for _, f := range []struct {
		key string
		to  *string
	}{{"domain", &r.Domain}, {"split", &r.Split}, {"said", &r.Said}} {
		v, ok := d.GetStr(f.key)
		if !ok {
			continue
		}
		s, ok := v.(py.Str)
		if !ok {
			return r, fmt.Errorf("its %s is of type %s, not a text", f.key, v.Type())
		}
		*f.to = string(s)
	}
	if r.Domain == "" {
		return r, errors.New("it has no domain")
	}
	task, ok := d.Or("task", d.Or("task_index", py.None{})).(py.Int)
	if !ok || task < 0 || task > maxTask {
		return r, errors.New("it has no task, the index of a task in its split")
	}
	r.Task = int(task)
	if r.Actions, err = readActions(d); err != nil {
		return r, err
	}
	return r, nil
}

// maxTask bounds indexes, so that they are ints on every machine.
const maxTask = 1 << 30

func readActions(row *py.Dict) ([]Action, error) {
	l, ok := row.Or("actions", py.None{}).(*py.List)
	if !ok {
		return nil, errors.New("it has no list of actions")
	}
	actions := make([]Action, len(l.Items))
	for i, it := range l.Items {
		a, ok := it.(*py.Dict)
		if !ok {
			return nil, fmt.Errorf("action %d is of type %s, not an object", i, it.Type())
		}
		name, ok := a.Or("name", py.None{}).(py.Str)
		if !ok || name == "" {
			return nil, fmt.Errorf("action %d has no name", i)
		}
		kwargs := a.Or("kwargs", py.None{})
		if _, ok := kwargs.(py.None); ok {
			kwargs = py.NewDict(nil, 0)
		}
		d, ok := kwargs.(*py.Dict)
		if !ok {
			return nil, fmt.Errorf("action %d: kwargs of %s are of type %s, not an object", i, name, kwargs.Type())
		}
		if err := checkArguments(d); err != nil {
			return nil, fmt.Errorf("action %d: %s: %w", i, name, err)
		}
		actions[i] = Action{string(name), d}
	}
	return actions, nil
}

// Score judges a line, see [Row]. An error means that it cannot be judged.
func (s *Scorer) Score(line []byte) (Score, error) {
	r, err := ReadRow(line)
	if err != nil {
		return Score{}, err
	}
	d, err := s.domain(r.Domain)
	if err != nil {
		return Score{}, err
	}
	t, err := d.Task(r.Split, r.Task)
	if err != nil {
		return Score{}, err
	}
	out := Score{Domain: r.Domain, Split: r.Split, Task: r.Task, Results: make([]Text, len(r.Actions))}
	x := d.Begin(t)
	for i, a := range r.Actions {
		if m, _ := d.domain.kit.Method(a.Name); m != nil && !s.options.AsWritten {
			a.Kwargs = resort(m, a.Kwargs)
		}
		result, err := x.Do(a)
		if err != nil {
			return Score{}, fmt.Errorf("action %d: %w", i, err)
		}
		out.Results[i] = Text(result)
	}
	x.Say(r.Said)
	out.Judgement = x.Judge()
	out.Reward = out.Judgement.Reward
	if s.options.Hash {
		out.FinalHash = x.Hash()
	}
	return out, nil
}
