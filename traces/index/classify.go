package index

import (
	"context"
	"slices"
	"strings"
	"unsafe"

	"github.com/tidwall/gjson"

	"stepgym/envs"
	"stepgym/traces"
)

// Numbers of classes.
const (
	classUnknown uint8 = iota
	classNone          // a success, or nothing fits
	firstClass         // the first of Index.classes
)

// maxClasses is how many classes there may be.
const maxClasses = 255 - int(firstClass)

// classOf returns the class of an episode as far as it follows from the row.
func (x *Index) classOf(r *Row) uint8 {
	if r.Success && r.Err == "" {
		return classNone
	}
	return classUnknown
}

// number returns the number of a class. One that the classifier does not list
// counts as none.
func (x *Index) number(class string) uint8 {
	x.mu.RLock()
	defer x.mu.RUnlock()
	i := slices.IndexFunc(x.classes, func(c envs.FailureClass) bool { return c.Name == class })
	if i < 0 {
		return classNone
	}
	return firstClass + uint8(i)
}

// Settle waits until the class of every row that is known now has been found
// out. It returns early when ctx has ended, and where nobody classifies.
func (x *Index) Settle(ctx context.Context) {
	for {
		x.mu.RLock()
		settled, changed := x.idle || x.known >= len(x.rows), x.changed
		x.mu.RUnlock()
		if settled {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

// tell wakes up who waits in Settle. The caller holds mu.
func (x *Index) tell() {
	close(x.changed)
	x.changed = make(chan struct{})
}

// classify finds the classes of new rows until ctx has ended.
func (x *Index) classify(ctx context.Context) {
	for {
		x.classifyAll(ctx)
		select {
		case <-ctx.Done():
			return
		case <-x.wake:
		}
	}
}

// classifyAll finds the classes of the rows that have none, one segment after
// the other: the text of one is in memory at a time.
func (x *Index) classifyAll(ctx context.Context) {
	v := x.View()
	for i := 0; i < len(v.Rows) && ctx.Err() == nil; {
		segment := v.Rows[i].at.segment
		end := i
		var open []int
		for ; end < len(v.Rows) && v.Rows[end].at.segment == segment; end++ {
			if v.class[end] == classUnknown {
				open = append(open, end)
			}
		}
		if len(open) > 0 {
			x.classifySegment(ctx, v, segment, open)
		}
		i = end
	}
}

// classifySegment finds the classes of some rows of one segment. What cannot be
// read has none.
func (x *Index) classifySegment(ctx context.Context, v *View, segment int32, rows []int) {
	text, _ := text(x.dir, segment) // what is damaged is told by the faults, or when it is opened
	class := make([]uint8, len(rows))
	for i, n := range rows {
		if ctx.Err() != nil {
			return
		}
		class[i] = classNone
		if line, err := cut(text, v.Rows[n].at); err == nil {
			class[i] = x.number(envs.Classify(x.of(v.Rows[n].Env), attempt(line, &v.Rows[n])))
		}
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	for i, n := range rows {
		at, ok := x.byID[v.Rows[n].ID]
		if !ok || x.class[at] != classUnknown || x.rows[at].at != v.Rows[n].at {
			continue
		}
		x.class[at] = class[i]
		x.known++
	}
	x.tell()
}

// attempt returns what a classifier is to know of a stored episode. Its strings
// may share memory with line.
func attempt(line []byte, r *Row) *envs.Attempt {
	s := unsafe.String(unsafe.SliceData(line), len(line)) // nobody modifies stored lines
	a := &envs.Attempt{
		Task:       envs.Task{ID: r.Task, Family: r.Family, Goal: r.Goal},
		Terminated: r.Terminated, Truncated: r.Truncated, Err: r.Err,
		Steps: make([]envs.AttemptStep, 0, max(0, min(r.Turns, 1<<16))),
	}
	head := s
	if i := strings.Index(s, `"steps":`); i >= 0 {
		head = s[:i]
	}
	gjson.Get(head, "metrics").ForEach(func(k, v gjson.Result) bool {
		if a.Metrics == nil {
			a.Metrics = map[string]float64{}
		}
		a.Metrics[k.String()] = v.Float()
		return true
	})
	walk(s, func(_ int, t *told) bool {
		a.Steps = append(a.Steps, envs.AttemptStep{
			Text: t.Text, State: t.State, Place: t.Place, Focus: t.Focus, Action: t.Action, Reward: t.Reward, Invalid: t.Invalid,
		})
		return true
	})
	var f told
	f.observation(gjson.Get(s, "final"))
	a.Final = envs.AttemptStep{Text: f.Text, State: f.State, Place: f.Place, Focus: f.Focus}
	return a
}

// AttemptOf returns what a classifier is to know of a trajectory.
func AttemptOf(t *traces.Trajectory) *envs.Attempt {
	a := &envs.Attempt{
		Task:       envs.Task{ID: t.TaskID, Family: t.Family, Goal: t.Goal},
		Terminated: t.Terminated, Truncated: t.Truncated, Err: t.Err, Metrics: t.Metrics,
	}
	for i := range t.Steps {
		s := &t.Steps[i]
		o := attemptStep(&s.Observation)
		o.Action, o.Reward, o.Invalid = s.Action, s.Reward, s.Invalid
		a.Steps = append(a.Steps, o)
	}
	if t.Final != nil {
		a.Final = attemptStep(t.Final)
	}
	return a
}

func attemptStep(o *traces.Observation) envs.AttemptStep {
	return envs.AttemptStep{Text: o.Text, State: o.State, Place: o.Place, Focus: o.Focus}
}
