package viewer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"sync"
	"time"
)

// Options configures a viewer. The zero value is ready to use.
type Options struct {
	Worlds  Worlds
	Program string       // name and version of the program, for the pages
	Logger  *slog.Logger // of faults of the viewer itself; nil for none

	// ReadOnly offers no branching off, which writes to the run folder.
	ReadOnly bool
}

// Viewer is the handler. It may be mounted below any path, by http.StripPrefix.
// Its methods are safe for concurrent use.
type Viewer struct {
	options Options
	mux     *http.ServeMux
	guard   *http.CrossOriginProtection
	assets  *assets

	mu   sync.Mutex // guards runs
	runs []*run
}

// New makes a viewer of run folders. One that cannot be opened is listed with
// the reason, and tried again now and then: it may be about to be written.
func New(dirs []string, o Options) (*Viewer, error) {
	files, err := loadAssets()
	if err != nil {
		return nil, err
	}
	v := &Viewer{options: o, mux: http.NewServeMux(), guard: http.NewCrossOriginProtection(), assets: files}
	if v.options.Logger == nil {
		v.options.Logger = slog.New(slog.DiscardHandler)
	}
	v.routes()
	for _, dir := range dirs {
		v.add(dir)
	}
	var wg sync.WaitGroup
	for _, r := range v.list() {
		wg.Go(func() { _, _ = r.index() }) // what is wrong is shown
	}
	wg.Wait()
	return v, nil
}

// Add adds a run folder, which need not be there yet, and returns its name.
func (v *Viewer) Add(dir string) string { return v.add(dir).name }

func (v *Viewer) add(dir string) *run {
	v.mu.Lock()
	defer v.mu.Unlock()
	base := filepath.Base(filepath.Clean(dir))
	if abs, err := filepath.Abs(dir); err == nil {
		base = filepath.Base(abs)
	}
	name := base
	for n := 2; v.find(name) != nil; n++ {
		name = fmt.Sprintf("%s-%d", base, n)
	}
	r := &run{name: name, dir: dir, worlds: v.options.Worlds}
	v.runs = append(v.runs, r)
	return r
}

// find returns the run called name or nil. The caller holds mu.
func (v *Viewer) find(name string) *run {
	for _, r := range v.runs {
		if r.name == name {
			return r
		}
	}
	return nil
}

func (v *Viewer) list() []*run {
	v.mu.Lock()
	defer v.mu.Unlock()
	return append([]*run(nil), v.runs...)
}

// Close ends the work of the viewer. Requests must have ended.
func (v *Viewer) Close() error {
	var errs []error
	for _, r := range v.list() {
		errs = append(errs, r.close())
	}
	return errors.Join(errs...)
}

// requestTime bounds the work of a request.
const requestTime = 60 * time.Second

// maxBody bounds the body of a request.
const maxBody = 1 << 20

// ServeHTTP implements http.Handler.
func (v *Viewer) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	if err := v.guard.Check(q); err != nil {
		v.fail(w, q, &apiError{http.StatusForbidden, codeForbidden, "the request comes from another site"})
		return
	}
	ctx, cancel := context.WithTimeout(q.Context(), requestTime)
	defer cancel()
	q.Body = http.MaxBytesReader(w, q.Body, maxBody)
	v.mux.ServeHTTP(w, q.WithContext(ctx))
}

// policy lets the pages load what the viewer serves and nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

func (v *Viewer) routes() {
	v.mux.Handle("GET /{$}", v.assets)
	v.mux.Handle("GET /", v.assets)
	v.api("GET /api/", func(*http.Request) (any, error) { return nil, notFound("there is no such address of the API") })
	v.api("GET /api/runs", v.getRuns)
	v.api("GET /api/compare", v.getCompare)
	for path, h := range map[string]func(*run, *http.Request) (any, error){
		"": v.getRun, "/metrics": v.getMetrics, "/facets": getFacets, "/tasks": getTasks, "/episodes": getEpisodes,
		"/episode": getEpisode, "/options": getOptions, "/credit": getCredit, "/group": getGroup, "/graph": getGraph,
		"/search": getSearch, "/script": getScript,
	} {
		v.api("GET /api/runs/{run}"+path, v.ofRun(h))
	}
	v.api("POST /api/runs/{run}/fork", v.ofRun(v.postFork))
	v.mux.HandleFunc("GET /api/runs/{run}/export", v.download(exportEpisodes))
	v.mux.HandleFunc("GET /api/runs/{run}/metrics.csv", v.download(exportMetrics))
}

// ofRun makes a handler of one that works on the run in the path.
func (v *Viewer) ofRun(h func(*run, *http.Request) (any, error)) func(*http.Request) (any, error) {
	return func(q *http.Request) (any, error) {
		r, err := v.runOf(q)
		if err != nil {
			return nil, err
		}
		return h(r, q)
	}
}

func (v *Viewer) runOf(q *http.Request) (*run, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if r := v.find(q.PathValue("run")); r != nil {
		return r, nil
	}
	return nil, notFound("there is no run %q; api/runs lists them", q.PathValue("run"))
}
