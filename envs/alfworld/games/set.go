package games

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Options says which games a Set has.
type Options struct {
	// Types are the types of tasks that are wanted; nil for all.
	Types []string

	// Rules is the pair for packed files that have none near them; nil if
	// that is an error.
	Rules *Pair
}

// Set is the games of a folder or a file. It is safe for concurrent use.
type Set struct {
	root    string // absolute; "" for games from memory
	options Options
	sources []source
	files   map[string]bool // splits that sources are of

	mu    sync.Mutex
	pairs pairs
	read  map[string]*part   // by split
	found map[string][]*Game // by split: not read yet, but found in files whose names tell none
}

// part is the games of a split, once they are read.
type part struct {
	games []*Game
	byID  map[string]*Game
}

// ErrNoGames is wrapped by Open if there are no games in a folder.
var ErrNoGames = errors.New("there are no games")

// Open looks for games in a folder or takes those of a file. Folders are taken
// by the original's rules: traj_data.json lies beside game.tw-pddl, which says that
// it is solvable; the path has neither "movable" nor "Sliced"; the task is of a
// wanted type. The order of games is that of their paths, never the file
// system's. Games in none of the published splits are read at once, the others
// when they are asked for.
func Open(ctx context.Context, data string, o Options) (*Set, error) {
	root, sources, skip, err := findSources(data)
	if err != nil {
		return nil, err
	}
	if len(sources) == 0 {
		return nil, fmt.Errorf("alfworld: data %s: %w: want folders with %s and %s, or one of *%s%s",
			data, ErrNoGames, gameFile, trajFile, strings.Join(packedEndings(), ", *"), skip)
	}
	s := &Set{root: root, options: o, sources: sources, pairs: pairs{}, read: map[string]*part{}, found: map[string][]*Game{}, files: map[string]bool{}}
	for _, f := range sources {
		s.files[f.split] = true
	}
	if _, err := s.Games(ctx, ""); err != nil {
		return nil, err
	}
	return s, nil
}

// String says what was left out.
func (k skipped) String() string {
	text := ""
	if k.noTraj > 0 {
		text += fmt.Sprintf("; %d folders have a %s and no %s", k.noTraj, gameFile, trajFile)
	}
	if k.moved > 0 {
		text += fmt.Sprintf("; %d have sliced things or movable receptacles, which the original leaves out", k.moved)
	}
	return text
}

// FromMemory makes a Set of games that need no file. It keeps them in the order
// of their IDs, of which the first counts if two are equal.
func FromMemory(list []*Game) *Set {
	s := &Set{pairs: pairs{}, read: map[string]*part{}}
	for _, split := range append(Splits(), "") {
		s.read[split] = newPart(slices.DeleteFunc(slices.Clone(list), func(g *Game) bool { return g.Split != split }))
	}
	return s
}

// Splits returns the published splits that the set has games of, or files at
// least, and last "" if there are games in none of them.
func (s *Set) Splits() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for _, split := range append(Splits(), "") {
		p := s.read[split]
		if p != nil && len(p.games) > 0 || p == nil && (s.files[split] || len(s.found[split]) > 0) {
			out = append(out, split)
		}
	}
	return out
}

// Games returns the games of a published split, or with "" those that are in
// none, in their order. It reads them if that was not done before. The slice
// is shared and not to be modified.
func (s *Set) Games(ctx context.Context, split string) ([]*Game, error) {
	p, err := s.part(ctx, split)
	if err != nil {
		return nil, err
	}
	return p.games, nil
}

// part returns a split that was read, or reads it.
func (s *Set) part(ctx context.Context, split string) (*part, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.read[split]; p != nil {
		return p, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var all []*Game
	var trials []source
	for _, f := range s.sources {
		switch {
		case f.split != split:
		case f.packed:
			list, err := s.readPacked(ctx, f)
			if err != nil {
				return nil, err
			}
			all = append(all, list...)
		default:
			trials = append(trials, f)
		}
	}
	list, err := s.readTrials(ctx, trials)
	if err != nil {
		return nil, err
	}
	all = append(all, list...)
	if split == "" { // packed files may say in their lines what their names do not
		for _, g := range all {
			s.found[g.Split] = append(s.found[g.Split], g)
		}
		all = nil
	}
	p := newPart(append(all, s.found[split]...))
	delete(s.found, split)
	s.read[split] = p
	return p, nil
}

// wanted reports whether a game is of a wanted type.
func (s *Set) wanted(g *Game) bool {
	return g.Type != movable && (s.options.Types == nil || slices.Contains(s.options.Types, g.Type))
}

func (s *Set) readPacked(ctx context.Context, f source) ([]*Game, error) {
	path := filepath.Join(s.root, filepath.FromSlash(f.rel))
	pair := s.options.Rules
	domain, grammar, err := findPair(path)
	if err == nil {
		pair = s.pairs.of(domain, grammar)
	} else if pair == nil || !errors.Is(err, ErrNoRules) {
		return nil, err
	}
	return readPacked(ctx, path, pair, func(g *Game) bool {
		if f.split != "" {
			g.Split = f.split
		}
		return s.wanted(g) && !isMoved(g.ID)
	})
}

// readTrials reads game files, several at a time.
func (s *Set) readTrials(ctx context.Context, files []source) ([]*Game, error) {
	trials, errs := make([]*trial, len(files)), make([]error, len(files))
	var next atomic.Int64
	var failed atomic.Bool
	var workers sync.WaitGroup
	strict := len(s.sources) > 1 // a lone file is wanted as it is
	for range min(len(files), runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for !failed.Load() {
				i := int(next.Add(1)) - 1
				if i >= len(files) {
					return
				}
				if errs[i] = ctx.Err(); errs[i] == nil {
					trials[i], errs[i] = readTrial(s.root, files[i].rel, strict)
				}
				if errs[i] != nil {
					failed.Store(true)
				}
			}
		})
	}
	workers.Wait()
	var list []*Game
	for i, t := range trials {
		if errs[i] != nil {
			return nil, errs[i]
		}
		if t == nil || strict && !s.wanted(t.game) {
			continue
		}
		t.game.Pair = s.pairs.of(t.domain, t.grammar)
		list = append(list, t.game)
	}
	return list, nil
}

func newPart(list []*Game) *part {
	slices.SortStableFunc(list, compare)
	p := &part{byID: make(map[string]*Game, len(list))}
	for _, g := range list {
		if p.byID[g.ID] == nil {
			p.byID[g.ID] = g
			p.games = append(p.games, g)
		}
	}
	return p
}
