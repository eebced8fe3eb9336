package bfcl

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/zeebo/xxh3"

	"stepgym/envs"
	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/bfcl/agentic"
	"stepgym/envs/toolcall/bfcl/api/memory"
	"stepgym/envs/toolcall/py"
)

// memories is the part that plays memory questions: see [remembering].
type memories struct {
	config    Config
	questions []*memoryQuestion
	byID      map[string]*memoryQuestion
	all       []envs.ToolSchema
	most      int // turns of the longest episode
}

// memoryKind is a sort of memory, shared by the questions of a category.
type memoryKind struct {
	name  string // "kv"
	kit   *toolcall.Kit
	load  func(snapshot *py.Dict) toolcall.State
	tools []envs.ToolSchema
	part  string // what Context of the memory shows
}

// contextual is what states of memories have beside what all states have.
type contextual interface {
	Snapshot() *py.Dict
	Context() string
}

// memoryQuestion is a question and what its episodes start from.
type memoryQuestion struct {
	agentic.Question
	kind  *memoryKind
	talks []agentic.Conversation // that come first; none where start is a snapshot
	about string                 // who the user is
	start *py.Dict               // nil: an empty memory
	task  envs.Task
	print uint64
}

// memoryKindOf returns the sort of memory of a category, without its tools.
func memoryKindOf(category string) *memoryKind {
	if category == "memory_kv" {
		return &memoryKind{name: "kv", kit: toolcall.NewKit(memory.ClassKV()), load: memory.LoadKV, part: "Core memory"}
	}
	return &memoryKind{name: "rec_sum", kit: toolcall.NewKit(memory.ClassRecSum()), load: memory.LoadRecSum, part: "Memory"}
}

func openMemory(s *source, c Config, categories []string) (part, error) {
	m := &memories{config: c, byID: map[string]*memoryQuestion{}}
	for _, category := range categories {
		k := memoryKindOf(category)
		docs, err := s.docs(path.Join(probe, "memory_"+k.name+".json"))
		if err != nil {
			return nil, err
		}
		for _, d := range docs {
			t, err := d.tool()
			if err != nil {
				return nil, fmt.Errorf("bfcl: %s: %w", category, err)
			}
			k.tools = append(k.tools, t)
		}
		if c.EndTurnTool {
			k.tools = append(k.tools, endTurnTool())
		}
		m.all = append(m.all, k.tools...)
		scenarios, err := agentic.Scenarios(s.files, k.name)
		if err != nil {
			return nil, err
		}
		for i := range scenarios {
			if err := m.add(k, &scenarios[i]); err != nil {
				return nil, err
			}
		}
	}
	return m, nil
}

// add adds the questions of a scenario.
func (m *memories) add(k *memoryKind, s *agentic.Scenario) error {
	if len(s.Questions) == 0 {
		return nil
	}
	q := memoryQuestion{kind: k, talks: s.Conversations, about: aboutUser(s.Name)}
	if m.config.Memory != MemoryPrereq {
		q.talks = nil
		var err error
		if q.start, err = snapshots(m.config.Memory, k, s.Name); err != nil {
			return err
		}
	}
	turns := 1
	for _, t := range q.talks {
		if len(t.Turns) == 0 {
			return fmt.Errorf("bfcl: conversation %s has no turns", t.ID)
		}
		turns += len(t.Turns)
	}
	m.most = max(m.most, turns)
	start := "null"
	if q.start != nil {
		start = text(q.start)
	}
	for _, question := range s.Questions {
		if len(question.Turns) != 1 || len(question.Turns[0]) == 0 {
			return fmt.Errorf("bfcl: entry %s: it has not one turn with a question", question.ID)
		}
		one := q
		one.Question = question
		one.task = envs.Task{ID: question.ID, Goal: contents(question.Turns[0]), Family: memoryFamily(s.Name)}
		one.print = xxh3.HashString(fmt.Sprintf("%v %q %d %s %q %q %s", m.config.Compat, m.config.Model, m.config.StepLimit, k.tools, question, q.talks, start))
		m.questions = append(m.questions, &one)
		m.byID[question.ID] = &one
	}
	return nil
}

func contents(turn []agentic.Message) string {
	var all []string
	for _, m := range turn {
		all = append(all, m.Content)
	}
	return strings.Join(all, "\n")
}

// aboutUser says in a few words what the original's prompts set out at length.
func aboutUser(scenario string) string {
	switch scenario {
	case "student":
		return "The user is a student whom you help with studies and life."
	case "customer":
		return "The user is a customer of the shop that you answer for."
	case "finance":
		return "The user leads in finance, and you are their assistant."
	case "healthcare":
		return "The user is a patient, and you help them from one appointment to the next."
	}
	return "You keep the user's notes, tasks and dates."
}

// snapshots reads the memory that an agent has left after the conversations of a
// scenario, SCENARIO_final.json, which may lie in folder itself, in its
// memory_snapshot, or where the original puts it below the results of a model:
// agentic/memory/KIND/memory_snapshot.
//
// Differs: where there is none the original warns and goes on with an empty
// memory; here it is an error.
func snapshots(folder string, k *memoryKind, scenario string) (*py.Dict, error) {
	name := scenario + "_final.json"
	dir := os.DirFS(folder)
	for _, at := range []string{"agentic/memory/" + k.name + "/memory_snapshot", k.name + "/memory_snapshot", k.name, "memory_snapshot", "."} {
		raw, err := fs.ReadFile(dir, path.Join(at, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		var d *py.Dict
		if err == nil {
			d, err = dict(raw, "memory")
		}
		if err == nil {
			err = k.check(d)
		}
		if err != nil {
			return nil, fmt.Errorf("bfcl: memory: %s/%s: %w", folder, path.Join(at, name), err)
		}
		return d, nil
	}
	return nil, fmt.Errorf("bfcl: memory: %s holds no %s for memory_%s: give the folder memory_snapshot that the original writes, or %q", folder, name, k.name, MemoryPrereq)
}

// check reports whether a snapshot is one of this sort of memory.
func (k *memoryKind) check(snapshot *py.Dict) error {
	_, raised := py.Try(func() py.Value {
		k.load(snapshot)
		return nil
	})
	if raised != nil {
		return fmt.Errorf("it is no memory of sort %s: %w", k.name, raised)
	}
	return nil
}

func (m *memories) tasks() []envs.Task {
	out := make([]envs.Task, len(m.questions))
	for i, q := range m.questions {
		out[i] = q.task
	}
	return out
}

func (m *memories) functions() []envs.ToolSchema { return m.all }

// split divides the five scenarios as 3 : 1 : 1, in the order of their hashes: a
// hash alone would leave splits empty.
func (m *memories) split(t envs.Task) string {
	names := agentic.ScenarioNames()
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Compare(hashed(a, m.config.SplitSalt), hashed(b, m.config.SplitSalt))
	})
	switch t.Family {
	case memoryFamily(names[0]):
		return splitTest
	case memoryFamily(names[1]):
		return splitDev
	}
	return splitTrain
}

func memoryFamily(scenario string) string { return "memory of " + scenario }

func (m *memories) turns() int { return m.most * (m.config.StepLimit + 1) }

func (m *memories) fingerprint(id string) uint64 { return m.byID[id].print }

func (m *memories) start(id string) (playable, error) {
	q := m.byID[id]
	ep := &remembering{config: m.config, question: q}
	ep.converse(q.start)
	return ep, nil
}
