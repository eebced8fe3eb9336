package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"stepgym/agent/setup"
)

func newSetup() *cobra.Command {
	var cuda, asJSON bool
	var o setup.Options
	c := &cobra.Command{
		Use:   "setup",
		Short: "Find or fetch the ONNX Runtime library",
		Long: `Find the ONNX Runtime library that training needs, or fetch it with your own
package manager (pip or uv, with the mirrors and proxies that you configured),
check it, and keep it in your cache folder. Once it is there no network is needed.

The library is looked for at --lib, in $GYM_ORT_LIB, in the cache ($GYM_CACHE, or the
folder stepgym in your cache folder), and among the system's libraries.`,
		Example: `  gym setup
  gym setup --cuda
  gym setup --wheel onnxruntime-1.32.0-cp311-cp311-manylinux_2_28_x86_64.whl
  GYM_ORT_LIB=/opt/onnxruntime/lib gym setup`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if cuda {
				o.Device = "cuda"
			}
			return runSetup(c, o, asJSON)
		},
	}
	fl := c.Flags()
	fl.BoolVar(&cuda, "cuda", false, "the library for NVIDIA GPUs (about 1.5 GB)")
	fl.StringVar(&o.Lib, "lib", "", "path of a library to use instead")
	fl.StringVar(&o.Version, "version", "", "version to fetch (default "+setup.DefaultVersion+", with --cuda "+setup.DefaultCUDAVersion+")")
	fl.StringArrayVar(&o.Wheels, "wheel", nil, "wheel file that is here already; may be repeated")
	fl.BoolVar(&asJSON, "json", false, "print the result as JSON")
	return c
}

func runSetup(c *cobra.Command, o setup.Options, asJSON bool) error {
	if err := o.Validate(); err != nil {
		return misused(err)
	}
	o.Report = func(step string) { fmt.Fprintln(c.ErrOrStderr(), step) }
	info, err := setup.Ensure(c.Context(), o)
	if err != nil {
		return err
	}
	report, err := setup.Check(info)
	if err != nil {
		return err
	}
	if asJSON {
		return printJSON(c.OutOrStdout(), struct {
			setup.Info
			Report setup.Report `json:"report"`
		}{info, report})
	}
	fmt.Fprintf(c.OutOrStdout(), "ONNX Runtime %s is ready (%s).\n", report.Version, info.Source)
	return nil
}
