package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"stepgym/envs/serve"
	"stepgym/traces/viewer"
)

// replayAddr is where pages are served if nothing else is said.
const replayAddr = "127.0.0.1:8090"

// watcher serves the pages of a run while a command writes it. The zero value
// serves nothing.
type watcher struct {
	addr string
	l    net.Listener
	stop context.CancelFunc // nil before show
	done chan error
}

// add adds the flag --view.
func (w *watcher) add(fl *pflag.FlagSet) {
	fl.StringVar(&w.addr, "view", "", "serve pages that show the run as it goes, as gym replay does; by --view=HOST:PORT elsewhere than at "+replayAddr)
	fl.Lookup("view").NoOptDefVal = replayAddr
}

// listen takes the address, so that its faults show before anything is done.
func (w *watcher) listen(c *cobra.Command) error {
	if w.addr == "" {
		return nil
	}
	if err := serve.CheckAddr(w.addr, nil); err != nil {
		return misused(fmt.Errorf("--view: others can reach %s: give an address of this machine, such as %s; gym replay has --public", w.addr, replayAddr))
	}
	l, err := new(net.ListenConfig).Listen(c.Context(), "tcp", w.addr)
	if err != nil {
		return fmt.Errorf("--view: %w", err)
	}
	w.l = l
	return nil
}

// show serves the run folder dir from here on.
func (w *watcher) show(c *cobra.Command, dir string) error {
	if w.l == nil {
		return nil
	}
	v, err := newViewer(c, []string{dir}, false)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(c.Context())) // Close ends it
	w.stop, w.done = stop, make(chan error, 1)
	go func() { w.done <- errors.Join(servePages(ctx, w.l, onlyLocal(v)), v.Close()) }()
	_, err = fmt.Fprintf(c.ErrOrStderr(), "Watch it at http://%s/\n", w.l.Addr())
	return err
}

// close ends the service. It may be called in any state.
func (w *watcher) close() error {
	switch {
	case w.l == nil:
		return nil
	case w.stop == nil:
		return w.l.Close()
	}
	w.stop()
	return <-w.done
}

// viewProtocol mounts the viewer in "gym serve": the pages of the run that its
// episodes are recorded in.
type viewProtocol struct{ v *viewer.Viewer }

// viewPath is where the pages are.
const viewPath = "/view"

// Name implements serve.Protocol.
func (viewProtocol) Name() string { return "viewer" }

// Prefix implements serve.Protocol.
func (viewProtocol) Prefix() string { return viewPath }

// Mount implements serve.Protocol.
func (p viewProtocol) Mount(s *serve.Site) {
	pages := http.StripPrefix(s.Base, p.v)
	s.Handle("/", pages.ServeHTTP)
	s.Handle("", func(w http.ResponseWriter, q *http.Request) { // links in the pages are relative to the folder
		http.Redirect(w, q, s.Base+"/", http.StatusMovedPermanently)
	})
}

// Snippet implements serve.Snippeter.
func (viewProtocol) Snippet(base string) string {
	return "see every episode, step by step: " + strings.TrimRight(base, "/") + "/\n"
}
