package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"stepgym/envs/serve"
	"stepgym/traces"
	"stepgym/traces/viewer"
)

type replayFlags struct {
	addr             string
	public, readOnly bool
	tui, json        bool
	start            string
	export, out      string
	pick             pickFlags
}

func newReplay() *cobra.Command {
	var f replayFlags
	c := &cobra.Command{
		Use:   "replay RUN...",
		Short: "See why episodes failed, in a browser or in the terminal",
		Long: `Show run folders, while they are written or later: curves, tasks, episodes by outcome and
class of failure, each episode step by step with what else could have been done, groups side by
side and as a graph of states with the credit of each step, and branches off any step.

RUN is a run folder, or a folder that holds some. Pages are served on this machine alone, and
nothing is written but the branches that are made, into forks.jsonl of the run folder.

With --tui one run is shown in the terminal: j and k step, h and l go from episode to episode, n
to the next failure, ? tells the rest.

With --export the episodes are written in another form: native, atif, messages, openenv,
inspect (one log with all of them) or parquet, or the metrics as csv. The flags that pick
episodes hold for --export and --tui.`,
		Example: `  gym replay runs/first
  gym replay runs --addr 127.0.0.1:9000
  gym replay runs/first --tui --class loop
  gym replay runs/first --export atif --outcome failure --out failures.jsonl
  gym replay runs/first --export csv > metrics.csv`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return f.run(c, args) },
	}
	fl := c.Flags()
	fl.StringVar(&f.addr, "addr", replayAddr, "address to serve the pages at; port 0 takes a free one")
	fl.BoolVar(&f.public, "public", false, "let everybody who reaches the address see the runs, and nobody write")
	fl.BoolVar(&f.readOnly, "read-only", false, "make no branches")
	fl.BoolVar(&f.json, "json", false, "print the address as JSON")
	fl.BoolVar(&f.tui, "tui", false, "show one run in the terminal")
	fl.StringVar(&f.start, "start", "", "with --tui, ID of the episode to begin with (default the first failure)")
	fl.StringVar(&f.export, "export", "", "write episodes in a format: "+strings.Join(exportFormats(), ", "))
	fl.StringVar(&f.out, "out", "", "with --export, the file to write (default standard output)")
	f.pick.add(c)
	c.MarkFlagsMutuallyExclusive("tui", "export")
	c.MarkFlagsMutuallyExclusive("tui", "addr")
	c.MarkFlagsMutuallyExclusive("export", "addr")
	must(c.RegisterFlagCompletionFunc("export", cobra.FixedCompletions(exportFormats(), cobra.ShellCompDirectiveNoFileComp)))
	return c
}

func (f *replayFlags) run(c *cobra.Command, args []string) error {
	for flag, needs := range map[string]bool{"start": f.tui, "out": f.export != ""} {
		if c.Flags().Changed(flag) && !needs {
			return misused(fmt.Errorf("--%s goes with --%s", flag, map[string]string{"start": "tui", "out": "export"}[flag]))
		}
	}
	if !f.tui && f.export == "" {
		if err := f.pick.unused(c); err != nil {
			return misused(err)
		}
		return f.serve(c, args)
	}
	if len(args) > 1 {
		return misused(errors.New("--tui and --export take one run"))
	}
	x, err := openIndex(args[0])
	if err != nil {
		return err
	}
	defer x.Close() // it was only read
	filter, err := f.pick.filter(c, x)
	if err != nil {
		return err
	}
	if f.tui {
		return f.show(c, x, filter)
	}
	return f.write(c, x, filter)
}

// serve serves the pages until the command's context ends.
func (f *replayFlags) serve(c *cobra.Command, args []string) error {
	if err := serve.CheckAddr(f.addr, nil); err != nil && !f.public {
		return misused(fmt.Errorf("others can reach %s: give --public if they may see the runs, or an address such as %s", f.addr, replayAddr))
	}
	dirs, err := runFolders(args)
	if err != nil {
		return err
	}
	l, err := new(net.ListenConfig).Listen(c.Context(), "tcp", f.addr)
	if err != nil {
		return err
	}
	v, err := newViewer(c, dirs, f.readOnly || f.public)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	url := "http://" + l.Addr().String() + "/"
	if f.json {
		err = printJSON(c.OutOrStdout(), map[string]any{"url": url, "runs": dirs})
	} else {
		_, err = fmt.Fprintf(c.OutOrStdout(), "%d runs at %s\nCtrl-C ends the viewer.\n", len(dirs), url)
	}
	if err != nil {
		return errors.Join(err, l.Close(), v.Close())
	}
	var h http.Handler = v
	if !f.public {
		h = onlyLocal(h)
	}
	return errors.Join(servePages(c.Context(), l, h), v.Close())
}

// newViewer makes a viewer of run folders.
func newViewer(c *cobra.Command, dirs []string, readOnly bool) (*viewer.Viewer, error) {
	b := thisBuild()
	return viewer.New(dirs, viewer.Options{
		Worlds: replayWorlds(), Program: strings.TrimSpace("gym " + b.Version + " " + b.Revision), ReadOnly: readOnly,
		Logger: slog.New(slog.NewTextHandler(c.ErrOrStderr(), &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
}

// Times of the server of the pages.
const (
	headerTime   = 10 * time.Second
	shutdownTime = 3 * time.Second
)

// servePages serves h at l until ctx ends, and then what is under way.
func servePages(ctx context.Context, l net.Listener, h http.Handler) error {
	s := &http.Server{Handler: h, ReadHeaderTimeout: headerTime}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(l) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	last, stop := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer stop()
	err := s.Shutdown(last)
	if err != nil { // a long download
		err = s.Close()
	}
	if served := <-ended; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// onlyLocal refuses requests that were sent to another name than this machine's
// own: a page of another site cannot make the browser read the runs by giving its
// own name our address.
func onlyLocal(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		host := q.Host
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		host = strings.Trim(host, "[]")
		if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			http.Error(w, "this viewer answers at its own address alone; see 'gym replay --help' for --public", http.StatusForbidden)
			return
		}
		h.ServeHTTP(w, q)
	})
}

// runFolders returns the run folders that the arguments name: each itself, or,
// if it holds no run, those in it.
func runFolders(args []string) ([]string, error) {
	var dirs []string
	for _, dir := range args {
		if isRun(dir) {
			dirs = append(dirs, dir)
			continue
		}
		entries, err := os.ReadDir(dir)
		if err != nil {
			return nil, misused(err)
		}
		n := len(dirs)
		for _, e := range entries {
			if sub := filepath.Join(dir, e.Name()); e.IsDir() && isRun(sub) {
				dirs = append(dirs, sub)
			}
		}
		if len(dirs) == n {
			return nil, misused(fmt.Errorf("%w: %s, nor does a folder in it", traces.ErrNoRun, dir))
		}
	}
	return dirs, nil
}

// isRun reports whether dir holds a run, or the episodes of one that has lost its
// run.json.
func isRun(dir string) bool {
	if _, err := os.Stat(filepath.Join(dir, "run.json")); err == nil {
		return true
	}
	segments, err := traces.Segments(dir)
	return err == nil && len(segments) > 0
}
