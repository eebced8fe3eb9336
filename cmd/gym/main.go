// Command gym trains, runs, serves and replays language agents in multi-turn
// environments. One file holds one sub-command; this one holds what they share.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// Exit codes of the program.
const (
	exitOK     = 0
	exitFailed = 1
	exitMisuse = 2
)

func main() { os.Exit(run()) }

// run executes the command line and returns the exit code. An interrupt ends
// the command's context once; a second one ends the process.
func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	ctx, gone := context.WithCancel(ctx)
	defer gone()
	// A reader of the output that goes away, as head does, ends the command in
	// order as an interrupt does, so that a training run is left complete. That
	// needs its signal caught, which otherwise ends the process.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	out := &output{File: os.Stdout, gone: gone}
	root := newRoot()
	root.SetOut(out)
	err := root.ExecuteContext(ctx)
	if errors.Is(out.Err(), syscall.EPIPE) {
		return exitFailed // nobody is there to read why
	}
	if err == nil && out.Err() != nil {
		err = fmt.Errorf("write the output: %w", out.Err())
	}
	return report(ctx, err)
}

// report says what went wrong and returns the exit code for it.
func report(ctx context.Context, err error) int {
	var misuse misuseError
	switch {
	case err == nil:
		return exitOK
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		fmt.Fprintln(os.Stderr, "gym: interrupted")
		return exitFailed
	}
	fmt.Fprintln(os.Stderr, "gym: "+err.Error())
	if errors.As(err, &misuse) {
		return exitMisuse
	}
	return exitFailed
}

// misuseError marks an error in how the program was called.
type misuseError struct{ error }

func (e misuseError) Unwrap() error { return e.error }

// misused marks err, if there is one, as the caller's.
func misused(err error) error {
	if err == nil {
		return nil
	}
	return misuseError{err}
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "gym",
		Short: "Language agents learn multi-turn tasks",
		Long: `gym trains language agents on multi-turn tasks: exact and fast environments,
step-level credit assignment over trajectory graphs, and a policy that is updated
with ONNX Runtime on CPU or GPU.

Start with:
  gym setup                    fetch the ONNX Runtime library, once
  gym play --env webshop       play an episode yourself
  gym train --env webshop      train a policy
  gym eval --run runs/NAME     measure it on tasks it has never seen
  gym replay runs              see why it failed`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return misused(fmt.Errorf("%w; see '%s --help'", err, c.CommandPath()))
	})
	root.AddCommand(
		newSetup(), newPlay(), newTrain(), newEval(), newRollout(), newServe(), newReplay(), newData(), newCredit(), newScore(), newBench(), newVersion(),
	)
	markArgErrors(root)
	return root
}

// markArgErrors makes every command's wrong number of arguments, and flags that
// exclude each other, a misuse.
func markArgErrors(c *cobra.Command) {
	c.PreRunE = func(c *cobra.Command, _ []string) error { return misused(c.ValidateFlagGroups()) }
	if check := c.Args; check != nil {
		c.Args = func(c *cobra.Command, args []string) error {
			if err := check(c, args); err != nil {
				return misused(fmt.Errorf("%w; see '%s --help'", err, c.CommandPath()))
			}
			return nil
		}
	}
	for _, sub := range c.Commands() {
		markArgErrors(sub)
	}
}
