package session

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"stepgym/envs"
)

// numShards is the number of tables that sessions are spread over.
const numShards = 64

// Host is what sessions live in. All its methods are safe for concurrent use.
type Host struct {
	options Options
	names   []string          // of the environments, sorted
	worlds  map[string]*world // by name; never changes
	ids     *ids
	epoch   time.Time // times are nanoseconds since
	numbers atomic.Uint64
	draws   atomic.Uint64

	shards   [numShards]shard
	open     atomic.Int64 // sessions, reserved ones included
	attached atomic.Int64
	waiting  atomic.Int64
	draining atomic.Bool
	empty    chan struct{} // capacity 1: the last session went while draining
	calls    atomic.Pointer[callContext]
	helpers  chan struct{} // a token for each goroutine that may help a batch
	accounts sync.Map      // *account by owner

	created, expired, closed, refused, written, writeErrors atomic.Uint64

	writing sync.Mutex // one retry of writes at a time

	mu        sync.Mutex // guards what follows
	groups    map[string]*Group
	snapshots map[string]*snapshot
	keys      map[string]*keyed // idempotency keys
	unwritten []pending

	reaper reaper
}

// shard is a part of the table of sessions, by number.
type shard struct {
	mu       sync.RWMutex
	sessions map[uint64]*Session
}

// New returns a Host of the environments given by name. They stay the caller's
// to close, after [Host.Close].
func New(environments map[string]envs.Env, o Options) (*Host, error) {
	o, err := o.resolve()
	if err != nil {
		return nil, err
	}
	if len(environments) == 0 {
		return nil, errors.New("session: there is no environment to serve")
	}
	h := &Host{
		options: o, names: slices.Sorted(maps.Keys(environments)), worlds: map[string]*world{},
		ids: newIDs(), epoch: time.Now(), helpers: make(chan struct{}, o.Workers-1), empty: make(chan struct{}, 1),
		groups: map[string]*Group{}, snapshots: map[string]*snapshot{}, keys: map[string]*keyed{},
	}
	for name, env := range environments {
		if name == "" || strings.ContainsAny(name, "/?#%{} ") {
			return nil, fmt.Errorf("session: environment name %q cannot be part of an address", name)
		}
		h.worlds[name] = newWorld(name, env, &h.options)
	}
	if h.options.Default == "" {
		h.options.Default = h.names[0]
	}
	if h.worlds[h.options.Default] == nil {
		return nil, fmt.Errorf("session: default environment %q is not served; there are %s", h.options.Default, strings.Join(h.names, ", "))
	}
	for i := range h.shards {
		h.shards[i].sessions = map[uint64]*Session{}
	}
	h.startReaper()
	return h, nil
}

// Options returns the options with their defaults filled in.
func (h *Host) Options() Options { return h.options }

// Envs lists the names of the environments in alphabetical order.
func (h *Host) Envs() []string { return slices.Clone(h.names) }

// Default names the environment of sessions that do not choose one.
func (h *Host) Default() string { return h.options.Default }

// Env returns the environment with a name; "" is the default. Episodes that
// are started on it directly are not the Host's.
func (h *Host) Env(name string) (envs.Env, error) {
	w, err := h.world(name)
	if err != nil {
		return nil, err
	}
	return w.env, nil
}

// Tasks returns the tasks of a split, for reading only.
func (h *Host) Tasks(env, split string) ([]envs.Task, error) {
	w, err := h.world(env)
	if err != nil {
		return nil, err
	}
	return w.tasks(split)
}

func (h *Host) world(name string) (*world, error) {
	if name == "" {
		name = h.options.Default
	}
	w := h.worlds[name]
	if w == nil {
		return nil, fault(CodeNoEnv, "no environment %q; there are %s", name, strings.Join(h.names, ", "))
	}
	return w, nil
}

// now returns the time since the Host was made, in nanoseconds.
func (h *Host) now() int64 { return int64(time.Since(h.epoch)) }

// draw returns the next seed of the Host's own sequence.
func (h *Host) draw() uint64 { return mix(h.options.Seed + h.draws.Add(1)) }

// account returns the account of an owner.
func (h *Host) account(owner string) *account {
	if a, ok := h.accounts.Load(owner); ok {
		return a.(*account)
	}
	a, _ := h.accounts.LoadOrStore(owner, newAccount(owner, h.options.Quota(owner)))
	return a.(*account)
}

// Charge counts bytes that an owner received or sent. The error is ErrQuota, with
// the time to wait, if that is more than its quota of a second; they are counted
// all the same. 0 bytes ask without counting.
func (h *Host) Charge(owner string, bytes int) error {
	a := h.account(owner)
	err := a.addBytes(h.now(), bytes)
	if err != nil && bytes == 0 {
		a.refused.Add(1)
	}
	return err
}

// Get returns an owner's session. The error is ErrGone for one that is closed,
// ErrNotFound for a name that never was, or is another owner's. It renews
// nothing: what is called on the session does.
func (h *Host) Get(owner, id string) (*Session, error) {
	if n, ok := h.ids.number(id); ok {
		if s := h.lookup(n); s != nil && s.id == id && s.account.owner == owner {
			return s, nil
		}
	}
	return nil, h.missing(id)
}

// GetNumber is Get by [Session.Number], for protocols that name sessions by
// numbers.
func (h *Host) GetNumber(owner string, n uint64) (*Session, error) {
	if s := h.lookup(n); s != nil && s.account.owner == owner {
		return s, nil
	}
	if n < h.numbers.Load() {
		return nil, fault(CodeGone, "there is no session %d any more, or it is not yours", n)
	}
	return nil, fault(CodeNotFound, "there is no session %d", n)
}

func (h *Host) lookup(n uint64) *Session {
	sh := &h.shards[n%numShards]
	sh.mu.RLock()
	s := sh.sessions[n]
	sh.mu.RUnlock()
	return s
}

// missing says why there is nothing with that name.
func (h *Host) missing(id string) error {
	n, _ := h.ids.number(id)
	switch s := h.lookup(n); {
	case s != nil && s.id == id: // another owner's
	case h.draining.Load() && h.ids.made(id):
		return draining()
	case h.ids.made(id):
		return fault(CodeGone, "%s is closed, or its lease ran out", id)
	}
	return fault(CodeNotFound, "there is no session %q", id)
}

func draining() error {
	return &Error{Code: CodeDraining, Message: "the server is shutting down", After: 5 * time.Second}
}

// all returns the sessions in the order of their making.
func (h *Host) all() []*Session {
	var out []*Session
	for i := range h.shards {
		sh := &h.shards[i]
		sh.mu.RLock()
		for _, s := range sh.sessions {
			out = append(out, s)
		}
		sh.mu.RUnlock()
	}
	slices.SortFunc(out, func(a, b *Session) int {
		if a.number < b.number {
			return -1
		}
		return 1
	})
	return out
}
