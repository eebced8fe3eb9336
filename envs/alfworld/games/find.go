package games

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// UnknownError is what Find returns if there is no game of a name.
type UnknownError struct {
	Name   string
	Reason string // "near are ...", for the user
}

// Error returns the name with the reason.
func (e *UnknownError) Error() string {
	return fmt.Sprintf("alfworld: no game %q; %s", e.Name, e.Reason)
}

// maxNear is the number of names that an error of Find proposes.
const maxNear = 3

// Find returns the game with the ID. It also takes the path of the game's
// folder or file, such a path from the last names of the set's own folder on,
// and the end of an ID if it is the end of no other. No more is read than it
// takes: the split that is named in id, then the folder that ends like it, and
// all the rest only if there is none.
func (s *Set) Find(ctx context.Context, id string) (*Game, error) {
	if len(id) > maxID {
		return nil, &UnknownError{id[:40] + "...", "that is too long for a name"}
	}
	exact, named := s.spellings(id), names(filepath.ToSlash(id))
	var others []string
	for _, split := range s.Splits() {
		if split != "" && !slices.Contains(named, split) {
			others = append(others, split)
			continue
		}
		if g, err := s.oneOf(ctx, split, exact); g != nil || err != nil {
			return g, err
		}
	}
	if g, err := s.byFolder(ctx, exact[0]); g != nil || err != nil {
		return g, err
	}
	for _, split := range others {
		if g, err := s.oneOf(ctx, split, exact); g != nil || err != nil {
			return g, err
		}
	}
	return s.search(ctx, exact[0])
}

// oneOf returns the game of a split that has one of the IDs, or nil.
func (s *Set) oneOf(ctx context.Context, split string, ids []string) (*Game, error) {
	p, err := s.part(ctx, split)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if g := p.byID[id]; g != nil {
			return g, nil
		}
	}
	return nil, nil
}

// byFolder returns the game of the only trial's folder whose path ends like
// name, or nil.
func (s *Set) byFolder(ctx context.Context, name string) (*Game, error) {
	var ids, splits []string
	for _, f := range s.sources {
		if f.packed || name == "" {
			continue
		}
		if id, split := place(s.root, path.Dir(f.rel)); strings.HasSuffix(id, "/"+name) {
			ids, splits = append(ids, id), append(splits, split)
		}
	}
	if len(ids) != 1 {
		return nil, nil
	}
	return s.oneOf(ctx, splits[0], ids)
}

// maxID bounds the length of a name, in bytes.
const maxID = 4096

// spellings returns the IDs that a name stands for in any case: itself, without
// the name of the file, and without the folder that the set was opened from.
func (s *Set) spellings(id string) []string {
	id = strings.TrimSuffix(filepath.ToSlash(id), "/"+gameFile)
	list := []string{strings.Trim(id, "/")}
	if s.root == "" {
		return list
	}
	root := "/" + strings.Join(names(filepath.ToSlash(s.root)), "/")
	parts := names(id)
	for i := 1; i <= len(parts); i++ {
		if strings.HasSuffix(root, "/"+strings.Join(parts[:i], "/")) {
			rest := strings.Join(parts[i:], "/")
			below, _ := place(s.root, rest)
			list = append(list, rest, below)
		}
	}
	return list
}

// search looks for the game whose ID ends like name, or says which are near.
func (s *Set) search(ctx context.Context, name string) (*Game, error) {
	var found, all []*Game
	for _, split := range s.Splits() {
		list, err := s.Games(ctx, split)
		if err != nil {
			return nil, err
		}
		for _, g := range list {
			if name != "" && strings.HasSuffix(g.ID, "/"+name) {
				found = append(found, g)
			}
		}
		all = append(all, list...)
	}
	if len(found) == 1 {
		return found[0], nil
	}
	if len(found) > 1 {
		return nil, &UnknownError{name, fmt.Sprintf("it is the end of %d names, say which of %s", len(found), list(found))}
	}
	if len(all) == 0 {
		return nil, &UnknownError{name, "there are none"}
	}
	return nil, &UnknownError{name, "near are " + list(near(name, all))}
}

// list names a few games for a message.
func list(games []*Game) string {
	var names []string
	for _, g := range games[:min(maxNear, len(games))] {
		names = append(names, g.ID)
	}
	text := strings.Join(names, ", ")
	if len(games) > maxNear {
		text += ", ..."
	}
	return text
}

// near returns the games whose IDs differ least from name.
func near(name string, all []*Game) []*Game {
	name = name[max(0, len(name)-200):]
	far := make(map[*Game]int, len(all))
	for _, g := range all {
		far[g] = distance(name, g.ID)
	}
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b *Game) int { return cmp.Compare(far[a], far[b]) })
	return all[:min(maxNear, len(all))]
}

// distance is the number of bytes to insert, delete or replace to make b of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for k := range row {
		row[k] = k
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for k := range len(b) {
			change := diagonal
			if a[i] != b[k] {
				change++
			}
			diagonal = row[k+1]
			row[k+1] = min(change, diagonal+1, row[k]+1)
		}
	}
	return row[len(b)]
}
