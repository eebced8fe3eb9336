package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"stepgym/envs"
	"stepgym/envs/alfworld"
	"stepgym/envs/toolcall/bfcl"
	"stepgym/envs/toolcall/tau"
	"stepgym/envs/webshop"
)

// openers are the environments that the program knows, by name. A repeated
// name does not compile.
func openers() map[string]envs.Opener {
	return map[string]envs.Opener{
		"alfworld": alfworld.Open,
		"bfcl":     bfcl.Open,
		"tau":      tau.Open,
		"webshop":  webshop.Open,
	}
}

// envNames lists the environments in alphabetical order.
func envNames() []string { return slices.Sorted(maps.Keys(openers())) }

// bareEnvs lists the environments that need no data of the user's, the default
// first.
func bareEnvs() []string { return []string{"webshop", "alfworld"} }

// openEnv opens an environment by name. A wrong name or configuration is the
// caller's misuse, whereas data that cannot be read is a failure.
func openEnv(c *cobra.Command, name string, config json.RawMessage) (envs.Env, error) {
	ctx := c.Context()
	open, ok := openers()[name]
	if !ok {
		return nil, misused(fmt.Errorf("no environment %q; there are %s", name, strings.Join(envNames(), ", ")))
	}
	type opened struct {
		env envs.Env
		err error
	}
	done := make(chan opened, 1)
	go func() {
		env, err := open(ctx, config)
		done <- opened{env, err}
	}()
	var o opened
	select {
	case o = <-done:
	case <-ctx.Done(): // what is half loaded is not worth waiting for: the process ends
		return nil, ctx.Err()
	}
	if _, ok := errors.AsType[*envs.ConfigError](o.err); ok {
		return nil, misused(o.err)
	}
	if shop, ok := o.env.(*webshop.Env); ok && o.err == nil {
		sayNouns(c, shop)
	}
	return o.env, o.err
}

// sayNouns warns of a catalogue without nouns: a heuristic took their place,
// and rewards may differ from the original's.
func sayNouns(c *cobra.Command, shop *webshop.Env) {
	if !shop.Catalog().NounsAreData() {
		fmt.Fprintln(c.ErrOrStderr(), "note: nouns.json is missing or incomplete, so nouns of titles are guessed: the type part of the reward may differ from the original's")
	}
}

// envFlags are the flags that choose an environment.
type envFlags struct {
	name   string
	config string
}

func (f *envFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.name, "env", "webshop", "environment: "+strings.Join(envNames(), ", "))
	c.Flags().StringVar(&f.config, "config", "", "its configuration: a JSON object, a file, or - for standard input")
	must(c.RegisterFlagCompletionFunc("env", cobra.FixedCompletions(envNames(), cobra.ShellCompDirectiveNoFileComp)))
}

func (f *envFlags) open(c *cobra.Command) (envs.Env, error) {
	config, err := readConfig(f.config, c.InOrStdin())
	if err != nil {
		return nil, err
	}
	return openEnv(c, f.name, config)
}

// must panics on an error that only a mistake in this package can cause.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// findTask returns the task with the given ID, or the first task of the split
// if id is empty. Environments accept IDs that no split lists.
func findTask(env envs.Env, split, id string) (envs.Task, error) {
	if id != "" {
		return envs.Task{ID: id}, nil
	}
	for t, err := range env.Tasks(split) {
		return t, splitError(err)
	}
	return envs.Task{}, fmt.Errorf("split %q has no tasks", split)
}

// splitError marks the name of a split that there is not as the caller's
// mistake. Other errors of Tasks are of the data.
func splitError(err error) error {
	if errors.Is(err, envs.ErrNoSplit) {
		return misused(err)
	}
	return err
}
