package main

import "github.com/spf13/cobra"

func newData() *cobra.Command {
	c := &cobra.Command{Use: "data", Short: "Make and examine data", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() }}
	return c
}
