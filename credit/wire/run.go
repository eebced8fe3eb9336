package wire

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"sync"

	"stepgym/credit"
	"stepgym/traces"
)

// Options configures [Run].
type Options struct {
	Method credit.Method

	// Batch says that the input is one batch, whose statistics may run over all
	// of its groups. A batchwise method needs it.
	Batch bool

	// Transforms change the rewards of every group before the method sees them.
	Transforms credit.Transforms

	Tokens  bool // add token advantages, by n_tokens
	Workers int  // goroutines that compute; 0 means one a processor

	used  json.RawMessage
	gamma float64
}

// Totals counts what [Run] has answered.
type Totals struct {
	Groups, Steps, ZeroSteps int
}

// ErrBatchwise is wrapped by the error for a batchwise method without
// [Options.Batch].
var ErrBatchwise = errors.New("wire: the method takes statistics over the whole batch")

// Run answers every record of in, writes the answers to out in the order of
// the records, and closes out. The bytes written do not depend on Workers. The
// first fault in the order of the input ends it: the answers before it are
// written, none after it; a table is not completed then. Records are read ahead of the answers by a few a
// worker; when Run ends early, the goroutine that reads ends with its current
// read.
func Run(ctx context.Context, in iter.Seq2[Record, error], out Sink, o Options) (Totals, error) {
	if o.Method.Batchwise() && !o.Batch {
		return Totals{}, fmt.Errorf("%w: %s needs to know that the input is one batch", ErrBatchwise, o.Method.Name())
	}
	var err error
	if o.used, err = used(&o); err != nil {
		return Totals{}, fmt.Errorf("wire: describe %s: %w", o.Method.Name(), err)
	}
	o.gamma = gammaOf(o.Method)
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	var n Totals
	if o.Batch {
		n, err = runBatch(ctx, in, out, &o)
	} else {
		n, err = runGroups(ctx, in, out, &o)
	}
	if err != nil {
		_ = out.stop() // the first error is the one that matters
		return n, err
	}
	return n, out.close()
}

// count adds an answer to the totals.
func (n *Totals) count(a *Answer) {
	n.Groups++
	n.Steps += a.Stats.Steps
	n.ZeroSteps += a.Stats.ZeroSteps
}

// job is one record on its way through a pipeline.
type job struct {
	record Record
	err    error
	done   chan struct{} // closed when the rest is set

	group *Group
	graph *traces.Graph
	reply *Answer
	text  []byte
}

// pipeline hands every record of in to do, on o.Workers goroutines, and then to
// take, in the order of the input and on the caller's goroutine. idle tells
// take that no further record is waiting.
func pipeline(ctx context.Context, in iter.Seq2[Record, error], workers int, do func(*job), take func(j *job, idle bool) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	todo, order := make(chan *job), make(chan *job, 2*workers)
	go func() { // ends with its read after cancel; see Run
		defer close(order)
		defer close(todo)
		for r, err := range in {
			j := &job{record: r, err: err, done: make(chan struct{})}
			select {
			case order <- j:
			case <-ctx.Done():
				return
			}
			if err != nil {
				close(j.done)
				return
			}
			select {
			case todo <- j:
			case <-ctx.Done():
				return
			}
		}
	}()
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	for range workers {
		wg.Go(func() {
			for {
				select {
				case j, ok := <-todo:
					if !ok {
						return
					}
					do(j)
					close(j.done)
				case <-ctx.Done():
					return
				}
			}
		})
	}
	for {
		j, ok := next(ctx, order)
		if !ok {
			return ctx.Err()
		}
		if j.err != nil {
			return j.err
		}
		if err := take(j, len(order) == 0); err != nil {
			return err
		}
	}
}

// next returns the next job when it is done, false when there is none or ctx
// has ended: the reader may be waiting for an input that never comes.
func next(ctx context.Context, order <-chan *job) (*job, bool) {
	select {
	case j, ok := <-order:
		if !ok {
			return nil, false
		}
		select {
		case <-j.done:
			return j, true
		case <-ctx.Done():
		}
	case <-ctx.Done():
	}
	return nil, false
}

// decode turns the record of j into a graph.
func (j *job) decode(o *Options) {
	g, err := j.record.Group()
	if err == nil && o.Tokens {
		err = g.checkTokens()
	}
	if err == nil {
		j.graph, err = traces.FromInputs(g.Inputs)
	}
	if err == nil {
		j.graph, err = credit.Prepare(j.graph, o.Transforms...)
	}
	j.group = g
	j.fail(err)
}

// fail marks j as faulty if err is an error.
func (j *job) fail(err error) {
	if err != nil {
		j.err = &InputError{j.record.Where, err}
	}
}

// runGroups answers groups one by one.
func runGroups(ctx context.Context, in iter.Seq2[Record, error], out Sink, o *Options) (Totals, error) {
	var n Totals
	do := func(j *job) {
		if j.decode(o); j.err != nil {
			return
		}
		adv, err := o.Method.Advantages(j.graph)
		if err != nil {
			j.fail(fmt.Errorf("group %q: %w", j.graph.ID, err))
			return
		}
		if j.reply, err = newAnswer(j.group, j.graph, adv, o); err == nil {
			j.text, err = out.encode(j.reply)
		}
		j.fail(err)
	}
	err := pipeline(ctx, in, o.Workers, do, func(j *job, idle bool) error {
		n.count(j.reply)
		return out.write(j.reply, j.text, idle)
	})
	return n, err
}

// runBatch decodes all groups before it answers the first.
func runBatch(ctx context.Context, in iter.Seq2[Record, error], out Sink, o *Options) (Totals, error) {
	var n Totals
	var groups []*Group
	var graphs []*traces.Graph
	var where []string
	err := pipeline(ctx, in, o.Workers, func(j *job) { j.decode(o) }, func(j *job, _ bool) error {
		groups, graphs, where = append(groups, j.group), append(graphs, j.graph), append(where, j.record.Where)
		return nil
	})
	if err != nil {
		return n, err
	}
	adv, err := credit.All(graphs, o.Method, o.Workers)
	if err != nil {
		return n, err
	}
	for i := range groups {
		if ctx.Err() != nil {
			return n, ctx.Err()
		}
		a, err := newAnswer(groups[i], graphs[i], adv[i], o)
		if err != nil {
			return n, &InputError{where[i], err}
		}
		text, err := out.encode(a)
		if err == nil {
			err = out.write(a, text, false)
		}
		if err != nil {
			return n, err
		}
		n.count(a)
	}
	return n, nil
}
