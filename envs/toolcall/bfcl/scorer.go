package bfcl

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"stepgym/envs/toolcall/bfcl/agentic"
	"stepgym/envs/toolcall/bfcl/single"
)

// ScoreOptions are how results are judged.
type ScoreOptions struct {
	Compat bool   // run calls as the original does: see [NewJudge]
	Model  string // with Compat: the name of the model

	// Underscores says that the functions of single-turn entries have names with
	// "_" for "." in the results, as interfaces for function calling want them.
	Underscores bool
}

// Scorer judges rows about any entry of a copy of the data. It reads a category
// when a row is about it, and is safe for concurrent use.
type Scorer struct {
	data    string
	options ScoreOptions
	judge   *Judge

	mu   sync.Mutex // guards sets
	sets map[string]*scored
}

// scored is a category that has been read, or could not be.
type scored struct {
	once  sync.Once
	score func(Row) (Score, error)
	err   error
}

// NewScorer returns a scorer on the data.
func NewScorer(data string, o ScoreOptions) (*Scorer, error) {
	if _, err := Present(data); err != nil {
		return nil, err
	}
	return &Scorer{data: data, options: o, judge: NewJudge(o.Compat, o.Model), sets: map[string]*scored{}}, nil
}

// Present returns the multi-turn categories of which a copy of the data has the
// entries.
func Present(data string) ([]string, error) {
	s, err := openSource(data)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, name := range Categories() {
		if _, err := fs.Stat(s.files, prefix+name+".json"); err == nil {
			names = append(names, name)
		}
	}
	return names, s.close()
}

// Score judges a line of results, see [Row].
func (s *Scorer) Score(line []byte) (Score, error) {
	r, err := ReadRow(line)
	if err != nil {
		return Score{}, err
	}
	category := CategoryOf(single.Asked(r.ID))
	switch {
	case unsupported(category) != nil:
		return Score{}, fmt.Errorf("row %s: %w", r.ID, unsupported(category))
	case strings.HasPrefix(category, "memory_") && strings.HasSuffix(category, "_prereq"):
		return Score{}, fmt.Errorf("row %s: a conversation that fills a memory is not judged: leave it out", r.ID)
	case category == single.FormatSensitivity, !slices.Contains(AllCategories(), category):
		return Score{}, noEntry(r.ID)
	}
	set := s.set(category)
	if set.err != nil {
		return Score{}, set.err
	}
	return set.score(r)
}

func noEntry(id string) error { return fmt.Errorf("row %s: there is no such entry in the data", id) }

// set returns a category, which it reads if it is the first to ask.
func (s *Scorer) set(category string) *scored {
	s.mu.Lock()
	set := s.sets[category]
	if set == nil {
		set = new(scored)
		s.sets[category] = set
	}
	s.mu.Unlock()
	set.once.Do(func() { set.score, set.err = s.open(category) })
	return set
}

// open reads a category and returns what judges rows about it.
func (s *Scorer) open(category string) (score func(Row) (Score, error), err error) {
	src, err := openSource(s.data)
	if err != nil {
		return nil, err
	}
	defer func() {
		if cerr := src.close(); err == nil {
			err = cerr
		}
	}()
	switch {
	case slices.Contains(Categories(), category):
		d, err := src.dataset([]string{category})
		return func(r Row) (Score, error) { return s.judge.Score(d, r) }, err
	case slices.Contains(Memory(), category):
		all, err := agentic.Scenarios(src.files, memoryKindOf(category).name)
		if err != nil {
			return nil, fmt.Errorf("bfcl: %s: %w", src.name, err)
		}
		return memoryScore(all), nil
	}
	d, err := single.Load(src.files, category)
	if err != nil {
		return nil, fmt.Errorf("bfcl: %s: %w", src.name, err)
	}
	return singleScore(d, single.Options{Underscores: s.options.Underscores}), nil
}
