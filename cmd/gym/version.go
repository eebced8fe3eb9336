package main

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"stepgym/agent/setup"
)

// build says which program this is.
type build struct {
	Version  string `json:"version"`
	Revision string `json:"revision,omitempty"`
	Modified bool   `json:"modified,omitempty"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

// thisBuild reads what the linker wrote into the program.
func thisBuild() build {
	b := build{Version: "devel", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		b.Version = v
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Revision = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}

// versions is what "gym version" prints: the program, and the runtime library
// with what it can do or the reason why there is none.
type versions struct {
	build
	Library  *setup.Info   `json:"library"`
	Runtime  *setup.Report `json:"runtime"`
	NotReady string        `json:"not_ready,omitempty"`
}

func newVersion() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:     "version",
		Short:   "Print the versions of the program and of the runtime library",
		Example: "  gym version\n  gym version --json",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			v := versions{build: thisBuild()}
			if err := v.look(); err != nil {
				v.NotReady = err.Error()
			}
			if asJSON {
				return printJSON(c.OutOrStdout(), v)
			}
			return v.print(c.OutOrStdout())
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

// look finds the library and asks it what it is.
func (v *versions) look() error {
	info, err := setup.Find(setup.Options{})
	if err != nil {
		return err
	}
	v.Library = &info
	report, err := setup.Check(info)
	if err != nil {
		return err
	}
	v.Runtime = &report
	return nil
}

func (v *versions) print(w io.Writer) error {
	revision := v.Revision
	if v.Modified {
		revision += " (modified)"
	}
	fmt.Fprintf(w, "gym          %s %s\n", v.Version, revision)
	fmt.Fprintf(w, "go           %s %s\n", v.Go, v.Platform)
	if v.Library != nil {
		fmt.Fprintf(w, "library      %s (%s)\n", v.Library.Path, v.Library.Source)
	}
	if v.Runtime != nil {
		fmt.Fprintf(w, "onnxruntime  %s\n", v.Runtime.Version)
		fmt.Fprintf(w, "providers    %s\n", strings.Join(v.Runtime.Providers, ", "))
		cuda := "works"
		if v.Runtime.CUDA != "" {
			cuda = v.Runtime.CUDA
		}
		fmt.Fprintf(w, "cuda         %s\n", cuda)
	}
	if v.NotReady != "" {
		fmt.Fprintf(w, "onnxruntime  %s\n", v.NotReady)
	}
	return nil
}
