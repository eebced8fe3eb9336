package viewer

import (
	"context"
	"errors"
	"sync"
	"time"

	"stepgym/envs"
	"stepgym/traces"
	"stepgym/traces/index"
)

// run is one run folder that is shown.
type run struct {
	name, dir string
	worlds    Worlds

	mu      sync.Mutex // guards what follows
	x       *index.Index
	err     error     // why the folder cannot be opened
	tried   time.Time // when it was opened or read last
	gone    bool
	sums    sums
	metrics checked

	worldMu sync.Mutex // guards open
	open    map[string]envs.Env

	forkMu sync.Mutex // held while a fork gets its ID and is stored
}

// Reading the folder again costs little, but not nothing.
const (
	refreshEvery = 300 * time.Millisecond
	retryEvery   = 2 * time.Second
)

// index returns the run's index, which it opens or brings up to date.
func (r *run) index() (*index.Index, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.gone {
		return nil, errors.New("viewer: closed")
	}
	age := time.Since(r.tried)
	switch {
	case r.x == nil && (r.err == nil || age > retryEvery):
		r.x, r.err = r.openIndex()
		r.tried = time.Now()
	case r.x != nil && age > refreshEvery:
		r.err = r.x.Refresh(context.Background())
		r.tried = time.Now()
	}
	if r.x == nil {
		return nil, notAble("%v", r.err)
	}
	return r.x, nil
}

func (r *run) openIndex() (*index.Index, error) {
	return index.Open(r.dir, index.Options{Classifier: r.worlds.Classifier})
}

// refresh reads what was added at once.
func (r *run) refresh(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.x == nil {
		return r.err
	}
	r.tried = time.Now()
	return r.x.Refresh(ctx)
}

// view returns what the index holds now.
func (r *run) view() (*index.View, error) {
	x, err := r.index()
	if err != nil {
		return nil, err
	}
	return x.View(), nil
}

// world returns the environment called env, opened once.
func (r *run) world(ctx context.Context, m traces.Manifest, env string) (envs.Env, error) {
	if r.worlds.Open == nil {
		return nil, notAble("this viewer opens no environments")
	}
	r.worldMu.Lock()
	defer r.worldMu.Unlock()
	if e, ok := r.open[env]; ok {
		return e, nil
	}
	e, err := r.worlds.Open(ctx, m, env)
	if err != nil {
		return nil, notAble("the environment %s cannot be opened as it was in this run: %v", env, err)
	}
	if r.open == nil {
		r.open = map[string]envs.Env{}
	}
	r.open[env] = e
	return e, nil
}

func (r *run) close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.gone = true
	var errs []error
	if r.x != nil {
		errs = append(errs, r.x.Close())
		r.x = nil
	}
	r.worldMu.Lock()
	defer r.worldMu.Unlock()
	for _, e := range r.open {
		errs = append(errs, e.Close())
	}
	r.open = nil
	return errors.Join(errs...)
}
