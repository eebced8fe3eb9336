package bfcl

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
)

// Scorer judges rows about any entry of a copy of the data. It reads a category
// when a row is about it, and is safe for concurrent use.
type Scorer struct {
	data  string
	judge *Judge

	mu   sync.Mutex // guards sets
	sets map[string]*scored
}

// scored is a category that has been read, or could not be.
type scored struct {
	once sync.Once
	data *Dataset
	err  error
}

// NewScorer returns a scorer on the data; see [NewJudge] for compat and model.
func NewScorer(data string, compat bool, model string) (*Scorer, error) {
	if _, err := Present(data); err != nil {
		return nil, err
	}
	return &Scorer{data: data, judge: NewJudge(compat, model), sets: map[string]*scored{}}, nil
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
	if category := CategoryOf(r.ID); slices.Contains(Categories(), category) {
		d, err := s.set(category)
		if err != nil {
			return Score{}, err
		}
		return s.judge.Score(d, r)
	}
	return Score{}, fmt.Errorf("row %s: there is no such entry in the data", r.ID)
}

func (s *Scorer) set(category string) (*Dataset, error) {
	s.mu.Lock()
	set := s.sets[category]
	if set == nil {
		set = new(scored)
		s.sets[category] = set
	}
	s.mu.Unlock()
	set.once.Do(func() { set.data, set.err = Load(s.data, category) })
	return set.data, set.err
}

// CategoryOf returns the category that the id of an entry names.
func CategoryOf(id string) string {
	id, _, _ = strings.Cut(id, ":")
	if i := strings.LastIndexByte(id, '_'); i >= 0 {
		return id[:i]
	}
	return id
}
