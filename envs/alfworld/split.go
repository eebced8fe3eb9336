package alfworld

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"stepgym/envs"
	"stepgym/envs/alfworld/games"
)

// Names of splits. Beside the published ones there are those of package envs:
//
//	train  the published train split
//	dev    valid_train if there is one, otherwise valid_seen
//	test   valid_unseen
//	all    everything
//
// Games that lie in no published split are divided by their floor plan, so
// that test and dev have rooms that train has not: a tenth of the floor plans
// each. They come after the published games.
const (
	splitTrain = "train"
	splitDev   = "dev"
	splitTest  = "test"
	splitAll   = "all"
)

// published returns the published splits that a name stands for; nil if it is
// no name of a split.
func (e *Env) published(name string) []string {
	have := e.set.Splits()
	switch name {
	case splitAll:
		return games.Splits()
	case splitDev:
		if slices.Contains(have, "valid_train") {
			return []string{"valid_train"}
		}
		return []string{"valid_seen"}
	case splitTest:
		return []string{"valid_unseen"}
	}
	if slices.Contains(games.Splits(), name) {
		return []string{name}
	}
	return nil
}

// drawn returns train, dev or test for a game in no published split, by a hash
// of its floor plan.
func drawn(g *games.Game) string {
	h := fnv.New64a()
	h.Write([]byte(g.Scene()))
	switch h.Sum64() % 10 {
	case 0:
		return splitTest
	case 1:
		return splitDev
	}
	return splitTrain
}

// gamesOf returns the games of a split, by any of its names.
func (e *Env) gamesOf(ctx context.Context, name string) ([]*games.Game, error) {
	from := e.published(name)
	if from == nil {
		return nil, fmt.Errorf("alfworld: %w: %q; there are %s", envs.ErrNoSplit, name, strings.Join(e.Spec().Splits, ", "))
	}
	var list []*games.Game
	for _, split := range from {
		more, err := e.set.Games(ctx, split)
		if err != nil {
			return nil, err
		}
		list = append(list, more...)
	}
	free, err := e.set.Games(ctx, "")
	if err != nil {
		return nil, err
	}
	for _, g := range free {
		if name == splitAll || name == drawn(g) {
			list = append(list, g)
		}
	}
	return list, nil
}

// splitNames returns the names of the splits that have games: those of package
// envs, then the published ones, then "all".
func (e *Env) splitNames(ctx context.Context) ([]string, error) {
	free, err := e.set.Games(ctx, "")
	if err != nil {
		return nil, err
	}
	have := e.set.Splits()
	var out []string
	for _, name := range append([]string{splitTrain, splitDev, splitTest}, games.Splits()[1:]...) {
		files := slices.ContainsFunc(e.published(name), func(s string) bool { return slices.Contains(have, s) })
		if files || slices.ContainsFunc(free, func(g *games.Game) bool { return drawn(g) == name }) {
			out = append(out, name)
		}
	}
	return append(out, splitAll), nil
}
