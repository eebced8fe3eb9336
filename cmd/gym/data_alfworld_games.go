package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"stepgym/envs/alfworld/games"
)

func newDataAlfworldPack() *cobra.Command {
	var in, out string
	c := &cobra.Command{
		Use:   "pack",
		Short: "Pack ALFWorld games into one file",
		Long: `Pack the games of a folder, of the original's layout or packed, into one file with a
game a line: *.jsonl, *.jsonl.xz, *.jsonl.gz or *.jsonl.zst (which opens fastest). Their
domain and grammar are put beside it. An existing file is not replaced.`,
		Example: `  gym data alfworld pack --in json_2.1.1/valid_seen --out games/valid_seen.jsonl.xz
  gym play --env alfworld --config '{"data": "games"}' --split valid_seen`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if in == "" || out == "" {
				return misused(errors.New("give --in and --out"))
			}
			return packGames(c, in, out)
		},
	}
	c.Flags().StringVar(&in, "in", "", "folder or file with games")
	c.Flags().StringVar(&out, "out", "", "file to write; its ending says how it is compressed")
	return c
}

func packGames(c *cobra.Command, in, out string) error {
	list, err := allGames(c, in)
	if err != nil {
		return err
	}
	bar := newProgress(c.ErrOrStderr(), "games", len(list))
	defer bar.Done()
	if err := games.Pack(c.Context(), out, list, bar.Set); err != nil {
		return err
	}
	fmt.Fprintf(c.OutOrStdout(), "%d games are packed in %s.\n", len(list), out)
	return nil
}

// allGames reads all games of a folder or a file.
func allGames(c *cobra.Command, data string) ([]*games.Game, error) {
	set, err := games.Open(c.Context(), data, games.Options{})
	if err != nil {
		return nil, err
	}
	var all []*games.Game
	for _, split := range set.Splits() {
		list, err := set.Games(c.Context(), split)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	return all, nil
}

// gamesInfo is what "gym data alfworld info" prints of a split.
type gamesInfo struct {
	Split  string         `json:"split"` // "" for games in none
	Games  int            `json:"games"`
	Tasks  int            `json:"task_folders"`
	Scenes int            `json:"floor_plans"`
	Human  int            `json:"human_sentences"`
	Types  map[string]int `json:"types"`
}

func newDataAlfworldInfo() *cobra.Command {
	var data string
	var asJSON bool
	c := &cobra.Command{
		Use:     "info",
		Short:   "Count the games of a folder or file",
		Example: `  gym data alfworld info --in json_2.1.1 --json`,
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if data == "" {
				return misused(errors.New("give --in"))
			}
			list, err := allGames(c, data)
			if err != nil {
				return err
			}
			info := countGames(list)
			if asJSON {
				return printJSON(c.OutOrStdout(), info)
			}
			return printGames(c.OutOrStdout(), info)
		},
	}
	c.Flags().StringVar(&data, "in", "", "folder or file with games")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

// countGames counts games by split, in the order of the splits.
func countGames(list []*games.Game) []gamesInfo {
	out := []gamesInfo{}
	for i := 0; i < len(list); {
		info := gamesInfo{Split: list[i].Split, Types: map[string]int{}}
		folders, scenes := map[string]bool{}, map[string]bool{}
		for ; i < len(list) && list[i].Split == info.Split; i++ {
			g := list[i]
			info.Games++
			info.Human += len(g.Human)
			info.Types[g.Type]++
			folders[g.Folder()], scenes[g.Scene()] = true, true
		}
		info.Tasks, info.Scenes = len(folders), len(scenes)
		out = append(out, info)
	}
	return out
}

func printGames(w io.Writer, list []gamesInfo) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "split\tgames\ttask folders\tfloor plans\thuman sentences\ttypes")
	for _, i := range list {
		split := i.Split
		if split == "" {
			split = "(none)"
		}
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d\t", split, i.Games, i.Tasks, i.Scenes, i.Human)
		for _, name := range slices.Sorted(maps.Keys(i.Types)) {
			fmt.Fprintf(t, "%s %d  ", name, i.Types[name])
		}
		fmt.Fprintln(t)
	}
	return t.Flush()
}
