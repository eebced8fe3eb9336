package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"stepgym/envs/alfworld/games"
	"stepgym/envs/alfworld/house"
)

func newDataAlfworld() *cobra.Command {
	config := house.Default()
	var out string
	c := &cobra.Command{
		Use:   "alfworld",
		Short: "Generate ALFWorld games in the original's format",
		Long: `Generate games: one-room houses with tasks in them, in folders as the original has them
(<split>/<task>/<trial> with game.tw-pddl, traj_data.json and initial_state.pddl), which the
original engine plays, too. Equal flags give equal files. Each game is proven solvable,
and its shortest solution is in its game file as the walkthrough.

The splits are train, valid_train, valid_seen and valid_unseen, of which the last one
has floor plans of its own; no task is in two splits. The folder must be new or empty,
and appears when all is written.`,
		Example: `  gym data alfworld --games 1000 --seed 1 --out houses
  gym data alfworld --games 200 --rooms kitchen --size 1.5 --clutter 2 --out kitchens
  gym data alfworld --games 500 --copies 1 --hidden 1 --closed 1 --surprise 0.5 --out hard
  gym play --env alfworld --config '{"data": "houses"}'`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return writeHouses(c, config, out) },
	}
	fl := c.Flags()
	fl.IntVar(&config.Games, "games", config.Games, "number of games in all splits")
	fl.Uint64Var(&config.Seed, "seed", config.Seed, "seed of the games")
	fl.StringVar(&out, "out", "", "folder to write into")
	fl.StringSliceVar(&config.Types, "types", nil, "types of tasks (default all): "+strings.Join(games.Types(), ", "))
	fl.StringSliceVar(&config.Rooms, "rooms", nil, "kinds of rooms (default all): "+strings.Join(house.Rooms(), ", "))
	fl.IntVar(&config.Layouts, "layouts", config.Layouts, "floor plans of each kind of room")
	fl.IntVar(&config.Unseen, "unseen", config.Unseen, "floor plans of each kind of room that only valid_unseen has")
	fl.Float64Var(&config.Size, "size", config.Size, "scales how many receptacles a room has, 0.2 to 3")
	fl.Float64Var(&config.Clutter, "clutter", config.Clutter, "scales how many things lie about, 0 to 3")
	fl.IntVar(&config.Copies, "copies", config.Copies, "things of the class that the task is about, 1 to 6; 0 for 1 to 4")
	fl.Float64Var(&config.Closed, "closed", config.Closed, "share of drawers, cabinets and safes that are closed, 0 to 1")
	fl.Float64Var(&config.Hidden, "hidden", config.Hidden, "share of the task's things that are in something closed on purpose, 0 to 1")
	fl.Float64Var(&config.Surprise, "surprise", config.Surprise, "share of the task's things that are where one would not look first, 0 to 1")
	c.AddCommand(newDataAlfworldPack(), newDataAlfworldInfo())
	return c
}

func writeHouses(c *cobra.Command, config house.Config, out string) error {
	if out == "" {
		return misused(errors.New("give --out"))
	}
	if err := config.Validate(); err != nil {
		return misused(err)
	}
	g, err := house.New(config)
	if err != nil {
		return err
	}
	total := 0
	var parts []string
	for _, split := range games.Splits() {
		total += g.Count(split)
		parts = append(parts, fmt.Sprintf("%d %s", g.Count(split), split))
	}
	bar := newProgress(c.ErrOrStderr(), "games", total)
	defer bar.Done()
	if err := house.Write(c.Context(), out, g, bar.Set); err != nil {
		return err
	}
	fmt.Fprintf(c.OutOrStdout(), "%d games are in %s: %s.\n", total, out, strings.Join(parts, ", "))
	return nil
}
