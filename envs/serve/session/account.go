package session

import (
	"math"
	"sync/atomic"
	"time"
)

// account is what one owner uses.
type account struct {
	owner string
	quota Quota

	episodes, groups atomic.Int64
	steps, bytes     rate

	stepsTotal, bytesTotal, refused atomic.Uint64
}

// Usage is how much of its quotas an owner uses.
type Usage struct {
	Owner            string
	Quota            Quota
	Episodes, Groups int
	Steps, Bytes     uint64 // since the start
	Refused          uint64 // calls refused for a quota
}

func newAccount(owner string, q Quota) *account {
	a := &account{owner: owner, quota: q}
	a.steps.set(q.StepsPerSecond)
	a.bytes.set(q.BytesPerSecond)
	return a
}

func (a *account) usage() Usage {
	return Usage{
		Owner: a.owner, Quota: a.quota, Episodes: int(a.episodes.Load()), Groups: int(a.groups.Load()),
		Steps: a.stepsTotal.Load(), Bytes: a.bytesTotal.Load(), Refused: a.refused.Load(),
	}
}

// takeEpisodes reserves n episodes.
func (a *account) takeEpisodes(n int) error {
	if have, ok := reserve(&a.episodes, n, a.quota.Episodes); !ok {
		a.refused.Add(1)
		return &Error{Code: CodeQuota, Message: "the quota of open episodes is used up", Active: have, Max: a.quota.Episodes}
	}
	return nil
}

// takeGroup reserves a group.
func (a *account) takeGroup() error {
	if have, ok := reserve(&a.groups, 1, a.quota.Groups); !ok {
		a.refused.Add(1)
		return &Error{Code: CodeQuota, Message: "the quota of open groups is used up", Active: have, Max: a.quota.Groups}
	}
	return nil
}

// takeStep counts a step at the time now.
func (a *account) takeStep(now int64) error {
	if wait := a.steps.take(now, 1); wait > 0 {
		a.refused.Add(1)
		return &Error{Code: CodeQuota, Message: "the quota of steps per second is used up", After: wait}
	}
	a.stepsTotal.Add(1)
	return nil
}

// addBytes counts bytes that were received or sent at the time now, and reports
// whether the owner has had more than its share.
func (a *account) addBytes(now int64, n int) error {
	a.bytesTotal.Add(uint64(n))
	if wait := a.bytes.add(now, float64(n)); wait > 0 {
		return &Error{Code: CodeQuota, Message: "the quota of bytes per second is used up", After: wait}
	}
	return nil
}

// reserve adds n to c unless that exceeds limit, 0 meaning none. It returns
// what c held before.
func reserve(c *atomic.Int64, n, limit int) (int, bool) {
	for {
		have := c.Load()
		if limit > 0 && have+int64(n) > int64(limit) {
			return int(have), false
		}
		if c.CompareAndSwap(have, have+int64(n)) {
			return int(have), true
		}
	}
}

// add counts n units at the time now, come what may, and returns how long there
// should be no more: 0 while what is due is due within a second.
func (r *rate) add(now int64, n float64) time.Duration {
	if r.each == 0 {
		return 0
	}
	for {
		due := r.due.Load()
		next := max(due, now) + int64(math.Ceil(min(n*r.each, math.MaxInt64/4)))
		if n == 0 || r.due.CompareAndSwap(due, next) {
			return time.Duration(max(0, next-now-int64(time.Second)))
		}
	}
}

// rate is a bound on how often something happens: the generic cell rate
// algorithm with a burst of one second. It is one number: when the next unit is
// due.
type rate struct {
	each float64 // nanoseconds a unit; 0 for no bound
	due  atomic.Int64
}

func (r *rate) set(perSecond float64) {
	if perSecond > 0 {
		r.each = float64(time.Second) / perSecond
	}
}

// take counts n units at the time now, in nanoseconds, and returns 0, or counts
// nothing and returns how long to wait. More units than a second allows are
// counted if nothing was due, for otherwise they never could be.
func (r *rate) take(now int64, n float64) time.Duration {
	if r.each == 0 {
		return 0
	}
	for {
		due := r.due.Load()
		from := max(due, now)
		next := from + int64(math.Ceil(n*r.each))
		if wait := next - now - int64(time.Second); wait > 0 && due > now {
			return time.Duration(min(wait, due-now))
		}
		if r.due.CompareAndSwap(due, next) {
			return 0
		}
	}
}
