package main

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"stepgym/envs"
	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
	"stepgym/traces"
)

// noRecord as the run folder records nothing.
const noRecord = "none"

// serveConfig is how "gym serve" was called. It is written into run.json.
type serveConfig struct {
	Envs        []servedEnv   `json:"envs"` // the first is the default
	Addr        string        `json:"addr"`
	Out         string        `json:"out"`
	MaxEpisodes int           `json:"max_episodes"`
	MaxTurns    int           `json:"max_turns,omitempty"`
	ActionBytes int           `json:"action_bytes"`
	BodyBytes   int64         `json:"body_bytes"`
	Lease       time.Duration `json:"lease_ns"`
	Grace       time.Duration `json:"grace_ns"`
	StepTimeout time.Duration `json:"step_timeout_ns"`
	Drain       time.Duration `json:"drain_ns"`
	Sync        time.Duration `json:"sync_ns"`
	Seed        uint64        `json:"seed"`
}

// servedEnv is an environment and its configuration.
type servedEnv struct {
	Name   string          `json:"name"`
	Config json.RawMessage `json:"config,omitempty"`
}

type serveFlags struct {
	serveConfig
	envs             []string
	tokens           string
	tlsCert, tlsKey  string
	access, json     bool
	logJSON, verbose bool
}

func newServe() *cobra.Command {
	var f serveFlags
	c := &cobra.Command{
		Use:   "serve",
		Short: "Let other trainers and agents use the environments over the network",
		Long: `Serve environments to other programs: trainers, agents and their clients, each by the
protocol that it speaks. What is served, and how to use it, is printed at the start.

Every episode that is played becomes a trajectory in a run folder, by default a new one
below runs/, before the client gets the answer to its last step.

Without --tokens the server listens on this machine alone. A file of tokens has one a
line: a name, the token, and what it may use:

  ann   2f6b1d0c9e8a7f6e  episodes=512 groups=64 steps=20000 bytes=1e8
  prom  0a1b2c3d4e5f6a7b  metrics

An interrupt, or SIGTERM, ends the service in order: calls that run are finished, all
trajectories are written, connections are closed.`,
		Example: `  gym serve
  gym serve --env webshop --addr 127.0.0.1:9000 --out runs/mine
  gym serve --env 'webshop={"data": "catalogue"}' --env alfworld
  gym serve --addr 0.0.0.0:8443 --tokens tokens.txt --tls-cert cert.pem --tls-key key.pem`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return f.run(c) },
	}
	fl := c.Flags()
	fl.StringArrayVar(&f.envs, "env", nil, "environment to serve: a name, or NAME=CONFIG with a JSON object or a file; may be repeated, the first is the default (default: those that need no data, webshop first)")
	fl.StringVar(&f.Addr, "addr", "127.0.0.1:8080", "address to listen on; port 0 takes a free one")
	fl.StringVar(&f.Out, "out", "", "run folder for the trajectories; one that exists is continued; none records nothing")
	fl.StringVar(&f.tokens, "tokens", "", "file of tokens; without it everybody who reaches the server may use it")
	fl.StringVar(&f.tlsCert, "tls-cert", "", "certificate file (PEM), for TLS")
	fl.StringVar(&f.tlsKey, "tls-key", "", "key file (PEM), for TLS")
	fl.IntVar(&f.MaxEpisodes, "max-episodes", 10_000, "sessions open at once")
	fl.IntVar(&f.MaxTurns, "max-turns", 0, "truncate episodes after so many steps; 0 leaves it to the environment")
	fl.IntVar(&f.ActionBytes, "max-action-bytes", 64<<10, "size of one action")
	fl.Int64Var(&f.BodyBytes, "max-body-bytes", 16<<20, "size of one request or message")
	fl.DurationVar(&f.Lease, "lease", 300*time.Second, "end sessions that nobody has called for so long")
	fl.DurationVar(&f.Grace, "grace", 30*time.Second, "time to attach again after a connection is lost")
	fl.DurationVar(&f.StepTimeout, "step-timeout", time.Minute, "least time that an environment has for a step")
	fl.DurationVar(&f.Drain, "drain", 20*time.Second, "time to end the service in order")
	fl.DurationVar(&f.Sync, "sync", 5*time.Second, "force trajectories to disk so often")
	fl.Uint64Var(&f.Seed, "seed", 0, "seed for tasks that clients leave open")
	fl.BoolVar(&f.access, "access-log", false, "log every request")
	fl.BoolVar(&f.logJSON, "log-json", false, "log in JSON")
	fl.BoolVar(&f.verbose, "verbose", false, "log more")
	fl.BoolVar(&f.json, "json", false, "print what is served as JSON")
	c.MarkFlagsRequiredTogether("tls-cert", "tls-key")
	return c
}

func (f *serveFlags) run(c *cobra.Command) (err error) {
	tokens, listener, err := f.listen(c)
	if err != nil {
		return err
	}
	defer listener.Close() // Serve closes it first
	worlds, err := f.open(c)
	defer func() {
		for _, env := range worlds {
			err = errors.Join(err, env.Close())
		}
	}()
	if err != nil {
		return err
	}
	run, err := f.record()
	if err != nil {
		return err
	}
	o := session.Options{
		Default: f.Envs[0].Name, MaxEpisodes: f.MaxEpisodes, MaxTurns: f.MaxTurns, ActionBytes: f.ActionBytes,
		Lease: f.Lease, Grace: f.Grace, StepTimeout: f.StepTimeout, Sync: f.Sync, Seed: f.Seed, Quota: tokens.Quota, Logger: f.logger(c),
	}
	if run != nil {
		o.Recorder = run
		defer func() { err = errors.Join(err, run.Close()) }()
	}
	host, err := session.New(worlds, o)
	if err != nil {
		return misused(err)
	}
	defer func() { err = errors.Join(err, host.Close()) }()
	protocols := servedProtocols()
	if run != nil && tokens == nil { // with tokens one owner would see another's episodes, and a browser sends none
		v, opening := newViewer(c, []string{run.Dir()}, false)
		if opening != nil {
			return opening
		}
		defer func() { err = errors.Join(err, v.Close()) }()
		protocols = append(protocols, viewProtocol{v})
	}
	server, err := serve.New(host, serve.Config{
		Tokens: tokens, BodyBytes: f.BodyBytes, DrainTimeout: f.Drain, Access: f.access, Logger: f.logger(c),
	}, protocols...)
	if err != nil {
		return err
	}
	s := f.served(listener.Addr(), host, run)
	if err := s.print(c, f.json, protocols); err != nil {
		return err
	}
	return server.Serve(c.Context(), listener)
}

// listen checks who may use the server, and takes the address.
func (f *serveFlags) listen(c *cobra.Command) (tokens *serve.Tokens, l net.Listener, err error) {
	if f.tokens != "" {
		if tokens, err = serve.LoadTokens(f.tokens); err != nil {
			return nil, nil, misused(err)
		}
	}
	if err := serve.CheckAddr(f.Addr, tokens); err != nil {
		return nil, nil, misused(err)
	}
	if l, err = new(net.ListenConfig).Listen(c.Context(), "tcp", f.Addr); err != nil {
		return nil, nil, err
	}
	if f.tlsCert == "" {
		return tokens, l, nil
	}
	pair, err := tls.LoadX509KeyPair(f.tlsCert, f.tlsKey)
	if err != nil {
		return nil, nil, errors.Join(misused(fmt.Errorf("--tls-cert: %w", err)), l.Close())
	}
	return tokens, tls.NewListener(l, &tls.Config{
		Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"},
	}), nil
}

// open opens the environments that are asked for, all at once.
func (f *serveFlags) open(c *cobra.Command) (map[string]envs.Env, error) {
	asked := f.envs
	if len(asked) == 0 {
		asked = bareEnvs()
	}
	seen := map[string]bool{}
	for _, text := range asked {
		name, value, _ := strings.Cut(text, "=")
		config, err := readConfig(value, c.InOrStdin())
		if err != nil {
			return nil, err
		}
		if seen[name] {
			return nil, misused(fmt.Errorf("environment %q is given twice", name))
		}
		seen[name] = true
		f.Envs = append(f.Envs, servedEnv{Name: name, Config: config})
	}
	opened := make([]envs.Env, len(f.Envs))
	errs := make([]error, len(f.Envs))
	var wg sync.WaitGroup
	for i, e := range f.Envs {
		wg.Go(func() { opened[i], errs[i] = openEnv(c, e.Name, e.Config) })
	}
	wg.Wait()
	worlds := map[string]envs.Env{}
	for i, e := range f.Envs {
		if errs[i] == nil {
			worlds[e.Name] = opened[i]
		}
	}
	return worlds, errors.Join(errs...)
}

// record opens the run folder, or returns nil.
func (f *serveFlags) record() (*traces.Run, error) {
	if f.Out == noRecord {
		return nil, nil
	}
	now := time.Now().UTC()
	if f.Out == "" {
		f.Out = "runs/serve-" + now.Format("20060102-150405.000")
	}
	run, err := traces.OpenForAppend(f.Out, traces.Options{SealAside: true})
	if err == nil && run.Manifest().Command != "serve" {
		return nil, errors.Join(misused(fmt.Errorf("--out: %s holds a run of gym %s: name another folder", f.Out, run.Manifest().Command)), run.Close())
	}
	if !errors.Is(err, traces.ErrNoRun) {
		return run, err
	}
	config, err := json.Marshal(f.serveConfig)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range f.Envs {
		names = append(names, e.Name)
	}
	return traces.Create(f.Out, traces.Manifest{
		Command: "serve", Version: thisBuild().Version, Env: strings.Join(names, ","), Policy: "clients", Seed: f.Seed, Created: now, Config: config,
	}, traces.Options{SealAside: true})
}

// logger writes what happens to standard error.
func (f *serveFlags) logger(c *cobra.Command) *slog.Logger {
	o := &slog.HandlerOptions{Level: slog.LevelInfo}
	if f.verbose {
		o.Level = slog.LevelDebug
	}
	if f.logJSON {
		return slog.New(slog.NewJSONHandler(c.ErrOrStderr(), o))
	}
	return slog.New(slog.NewTextHandler(c.ErrOrStderr(), o))
}

// served is what the command prints when it is ready.
type served struct {
	URL     string            `json:"url"`
	Envs    map[string]string `json:"envs"` // base address by name
	Default string            `json:"default"`
	Out     string            `json:"out,omitempty"`
	Metrics string            `json:"metrics"`
}

func (f *serveFlags) served(addr net.Addr, h *session.Host, run *traces.Run) served {
	scheme := "http://"
	if f.tlsCert != "" {
		scheme = "https://"
	}
	s := served{URL: scheme + addr.String(), Envs: map[string]string{}, Default: h.Default()}
	s.Metrics = s.URL + "/metrics"
	for _, name := range h.Envs() {
		s.Envs[name] = s.URL + "/envs/" + name
	}
	if run != nil {
		s.Out = run.Dir()
	}
	return s
}

func (s *served) print(c *cobra.Command, asJSON bool, protocols []serve.Protocol) error {
	w := c.OutOrStdout()
	if asJSON {
		return printJSON(w, s)
	}
	fmt.Fprintf(w, "serving at %s\n", s.URL)
	for _, name := range envNames() {
		if url, ok := s.Envs[name]; ok {
			note := ""
			if name == s.Default {
				note = "  (the default: also at " + s.URL + ")"
			}
			fmt.Fprintf(w, "  %-10s %s%s\n", name, url, note)
		}
	}
	fmt.Fprintf(w, "  %-10s %s\n", "metrics", s.Metrics)
	if s.Out != "" {
		fmt.Fprintf(w, "  %-10s %s\n", "record", s.Out)
	}
	for _, p := range protocols {
		s.snippet(w, p)
	}
	_, err := fmt.Fprintln(w)
	return err
}

// snippet prints how to use a protocol.
func (s *served) snippet(w io.Writer, p serve.Protocol) {
	sn, ok := p.(serve.Snippeter)
	if !ok {
		return
	}
	base := s.URL + strings.ReplaceAll(p.Prefix(), "{env}", s.Default)
	if p.Prefix() == "" {
		base = s.Envs[s.Default]
	}
	fmt.Fprintf(w, "\n%s\n", p.Name())
	for line := range strings.Lines(sn.Snippet(base)) {
		if line != "\n" {
			line = "  " + line
		}
		fmt.Fprint(w, line)
	}
}
