package choice

import (
	"runtime"
	"sync"
)

// A gatherer collects the decisions that concurrent players wait for and has
// them scored together. It scores what waits as soon as nothing more arrives
// without waiting: when all live players wait, or when the others have had the
// processor and did not come. So it never waits for a player that is busy
// elsewhere, and needs no clock.
type gatherer struct {
	mu      sync.Mutex
	wake    sync.Cond
	queue   []*player
	live    int
	closing bool
	ended   chan struct{}

	run func(batch []*player) error
}

// maxBatch bounds the decisions that are scored together.
const maxBatch = 512

// patience is the number of times that the gatherer lets the others go first
// while they keep it waiting.
const patience = 2

// newGatherer starts a gatherer; run fills in scores and value of each player.
func newGatherer(run func(batch []*player) error) *gatherer {
	g := &gatherer{run: run, ended: make(chan struct{})}
	g.wake.L = &g.mu
	go g.loop()
	return g
}

func (g *gatherer) enter() {
	g.mu.Lock()
	g.live++
	g.mu.Unlock()
}

func (g *gatherer) leave() {
	g.mu.Lock()
	g.live--
	g.mu.Unlock()
}

// score has x.row scored and waits for it.
func (g *gatherer) score(x *player) error {
	g.mu.Lock()
	if g.closing {
		g.mu.Unlock()
		return ErrClosed
	}
	g.queue = append(g.queue, x)
	if len(g.queue) == 1 {
		g.wake.Signal()
	}
	g.mu.Unlock()
	return <-x.done
}

// loop scores batch after batch until close.
func (g *gatherer) loop() {
	defer close(g.ended)
	var batch []*player
	for {
		batch = g.next(batch[:0])
		if len(batch) == 0 {
			return
		}
		err := g.run(batch)
		for _, x := range batch {
			x.done <- err
		}
	}
}

// next waits for players and takes a batch of them; none after close.
func (g *gatherer) next(batch []*player) []*player {
	g.mu.Lock()
	defer g.mu.Unlock()
	for len(g.queue) == 0 && !g.closing {
		g.wake.Wait()
	}
	for yields := 0; yields < patience && len(g.queue) < g.live && !g.closing; yields++ {
		before := len(g.queue)
		g.mu.Unlock()
		runtime.Gosched()
		g.mu.Lock()
		if len(g.queue) > before {
			yields = -1
		}
	}
	if g.closing {
		for _, x := range g.queue {
			x.done <- ErrClosed
		}
		g.queue = nil
		return nil
	}
	n := min(len(g.queue), maxBatch)
	batch = append(batch, g.queue[:n]...)
	g.queue = g.queue[:copy(g.queue, g.queue[n:])]
	return batch
}

// close ends the loop and waits for it. Players that wait get ErrClosed.
func (g *gatherer) close() {
	g.mu.Lock()
	g.closing = true
	g.wake.Signal()
	g.mu.Unlock()
	<-g.ended
}
