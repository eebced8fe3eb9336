package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"stepgym/traces/index"
	"stepgym/traces/viewer/tui"
)

// show shows a run in the terminal. Where input or output is none, the frames
// are written one after the other, for what is typed on the input.
func (f *replayFlags) show(c *cobra.Command, x *index.Index, filter index.Filter) (err error) {
	if len(f.pick.ids) > 0 {
		return misused(errors.New("--id goes with --export; --start ID begins with an episode"))
	}
	in, isFile := c.InOrStdin().(*os.File)
	live := isFile && isTerminal(in) && isTerminal(c.OutOrStdout())
	s, err := tui.New(c.Context(), x, tui.Options{
		Name: filepath.Base(x.Dir()), Filter: filter, Start: f.start, Color: live && os.Getenv("NO_COLOR") == "",
	})
	if errors.Is(err, index.ErrNoEpisode) {
		return misused(fmt.Errorf("--start: %w", err))
	}
	if err != nil {
		return err
	}
	t := tui.Terminal{In: c.InOrStdin(), Out: c.OutOrStdout(), Live: live}
	if live {
		before, rawErr := term.MakeRaw(int(in.Fd()))
		if rawErr != nil {
			return fmt.Errorf("set up the terminal: %w", rawErr)
		}
		defer func() { err = errors.Join(err, term.Restore(int(in.Fd()), before)) }()
		t.Size = func() (int, int) {
			w, h, err := term.GetSize(int(in.Fd()))
			if err != nil {
				return 80, 24
			}
			return w, h
		}
	}
	done := make(chan error, 1)
	go func() { done <- tui.Run(c.Context(), t, s) }()
	select {
	case err = <-done:
		return err
	case <-c.Context().Done(): // it waits for a key, and nobody can take that from it
		if live {
			fmt.Fprint(c.OutOrStdout(), tui.LeaveScreen)
		}
		return c.Context().Err()
	}
}
