package session

import (
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"time"

	"stepgym/traces"
)

// Options configures a [Host]. Fields at zero have the default given.
type Options struct {
	// Default names the environment of sessions that do not choose one; empty
	// means the first in alphabetical order.
	Default string

	MaxEpisodes  int           // sessions open at once; default 10,000
	MaxTurns     int           // steps before an episode is truncated; default the environment's, or 1,000 where it has none
	MaxSnapshots int           // kept at once; default 1,000
	MaxWaiting   int           // calls that wait for one session; default 16
	ActionBytes  int           // size of one action; default 64 KiB
	Lease        time.Duration // of an idle session; default 300 s
	MaxLease     time.Duration // the longest a caller may ask for; default 1 h
	Grace        time.Duration // to attach again after a socket is gone; default 30 s
	StepTimeout  time.Duration // least time that an environment has for a step or reset, twice that at most; default 60 s
	Workers      int           // goroutines of all batches together; default GOMAXPROCS

	// Seed is where the seeds of resets without one are drawn from.
	Seed uint64

	// Quota returns what an owner may use; nil sets no bounds.
	Quota func(owner string) Quota

	// Recorder takes the trajectories; nil records nothing, and then long
	// episodes need little memory.
	Recorder Recorder

	// Sync is how often what was recorded is forced to disk, where the Recorder
	// is a Syncer: a power cut loses no more. Default 5 s; below 0 never.
	Sync time.Duration

	// Logger gets what goes wrong; nil discards it.
	Logger *slog.Logger
}

// Quota bounds what one owner may use. Zero means no bound.
type Quota struct {
	Episodes       int     `json:"episodes,omitempty"` // open at once
	Groups         int     `json:"groups,omitempty"`   // open at once
	StepsPerSecond float64 `json:"steps_per_second,omitempty"`
	BytesPerSecond float64 `json:"bytes_per_second,omitempty"` // received and sent
}

// Recorder takes finished trajectories, [traces.Run] for one. Append is called
// before the last step of an episode is answered, from many goroutines at once,
// and does not keep t after it returns.
type Recorder interface {
	Append(t *traces.Trajectory) error
}

// Loader is implemented by a Recorder that can read back what it took.
type Loader interface {
	Load(id string) (*traces.Trajectory, error)
}

// Syncer is implemented by a Recorder that can force what it took to disk.
type Syncer interface {
	Sync() error
}

// turnLimit ends episodes where neither environment nor caller does.
const turnLimit = 1000

// resolve returns o with its defaults filled in.
func (o Options) resolve() (Options, error) {
	var faults []error
	number := func(name string, p *int, fallback int) {
		if *p == 0 {
			*p = fallback
		}
		if *p < 0 {
			faults = append(faults, fmt.Errorf("session: option %s is %d, want at least 1", name, *p))
		}
	}
	span := func(name string, p *time.Duration, fallback time.Duration) {
		if *p == 0 {
			*p = fallback
		}
		if *p < 0 {
			faults = append(faults, fmt.Errorf("session: option %s is %v, want more than 0", name, *p))
		}
	}
	number("MaxEpisodes", &o.MaxEpisodes, 10_000)
	number("MaxSnapshots", &o.MaxSnapshots, 1000)
	number("MaxWaiting", &o.MaxWaiting, 16)
	number("ActionBytes", &o.ActionBytes, 64<<10)
	number("Workers", &o.Workers, runtime.GOMAXPROCS(0))
	span("Lease", &o.Lease, 300*time.Second)
	span("MaxLease", &o.MaxLease, max(time.Hour, o.Lease))
	span("Grace", &o.Grace, 30*time.Second)
	span("StepTimeout", &o.StepTimeout, time.Minute)
	if o.Sync == 0 {
		o.Sync = 5 * time.Second
	}
	if o.MaxTurns < 0 {
		faults = append(faults, fmt.Errorf("session: option MaxTurns is %d, want at least 0", o.MaxTurns))
	}
	if o.Lease > o.MaxLease {
		faults = append(faults, fmt.Errorf("session: option Lease, %v, is above MaxLease, %v", o.Lease, o.MaxLease))
	}
	if o.Quota == nil {
		o.Quota = func(string) Quota { return Quota{} }
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o, errors.Join(faults...)
}
