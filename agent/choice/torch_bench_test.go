package choice

import (
	"context"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"stepgym/agent/internal/nn"
	"stepgym/agent/internal/pytest"
)

// BenchmarkTrainStep times a training step (loss, gradients, clipping, AdamW) on
// a minibatch of 256 decisions of WebShop with GYM_BENCH_THREADS threads, 1 if
// unset, here and in PyTorch, whose tensors lie ready. Medians: step-ms compares
// with torch's, of which the fastest layout counts; build-ms, making the batch from
// rows, comes on top and has no counterpart there. Compare only what one run on a
// quiet machine printed: with several threads either side waits for its slowest
// one, and the runtime's do not spin.
func BenchmarkTrainStep(b *testing.B) {
	if os.Getenv("GYM_BENCH_TORCH") == "" {
		b.Skip("compares with PyTorch: set GYM_BENCH_TORCH=1")
	}
	threads := 1
	if n, err := strconv.Atoi(os.Getenv("GYM_BENCH_THREADS")); err == nil {
		threads = n
	}
	py := pytest.Find(b, "torch", "safetensors")
	r := newTorchRig(b, DefaultConfig().Minibatch, func(c *Config) { c.Threads = threads })
	dir := b.TempDir()
	config := r.save(b, dir)
	var build, step float64
	b.Run("go", func(b *testing.B) { build, step = r.bench(b) })
	b.Run("torch", func(b *testing.B) {
		walls := map[string][]float64{}
		for line := range strings.Lines(py.Run(b, torchScript(b), "bench", config, dir, "100", strconv.Itoa(threads))) {
			var layout string
			var wall, cpu float64
			if _, err := fmt.Sscan(line, &layout, &wall, &cpu); err != nil {
				b.Fatal(err)
			}
			walls[layout] = append(walls[layout], wall)
		}
		best := math.Inf(1)
		for _, layout := range torchLayouts {
			m := median(walls[layout])
			b.ReportMetric(m*1e3, layout+"-ms")
			best = min(best, m)
		}
		b.ReportMetric(0, "ns/op") // of starting Python: of no interest
		b.ReportMetric(best*1e3, "step-ms")
		if step > 0 {
			b.ReportMetric(step/best, "go/torch")
			b.ReportMetric((build+step)/best, "go-with-build/torch")
		}
	})
}

// bench measures steps, at least 30 after as many to warm up, and returns the
// medians in seconds of making the batch and of the rest.
func (r *torchRig) bench(b *testing.B) (build, step float64) {
	l, pl, total := r.p.learner, r.plan(), r.weight()
	var builds, steps []float64
	var parts [][]sample
	one := func() {
		at := time.Now()
		parts = divide(r.part, len(l.workers))
		var wg sync.WaitGroup
		for i := range parts {
			wg.Go(func() { l.workers[i].fill(pl, parts[i], total) })
		}
		wg.Wait()
		mid := time.Now()
		if _, err := pl.loss.Run(context.Background(), len(parts), func(i int) (*nn.Feeds, error) { return l.workers[i].feeds, nil }); err != nil {
			b.Fatal(err)
		}
		if _, err := l.opt.Step(pl.rate); err != nil {
			b.Fatal(err)
		}
		builds, steps = append(builds, mid.Sub(at).Seconds()), append(steps, time.Since(mid).Seconds())
	}
	for range 30 {
		one()
	}
	builds, steps = nil, nil
	b.ReportAllocs()
	for b.Loop() {
		one()
	}
	for len(steps) < 30 {
		one()
	}
	build, step = median(builds), median(steps)
	choices, rows := 0, 0
	for i, part := range parts {
		rows += l.workers[i].batch.p * chunk
		for j := range part {
			choices += part[j].row.size()
		}
	}
	b.ReportMetric(float64(choices)/float64(len(r.part)), "choices/sample")
	b.ReportMetric(float64(rows)/float64(choices), "rows/choice")
	b.ReportMetric(build*1e3, "build-ms")
	b.ReportMetric(step*1e3, "step-ms")
	return build, step
}

// median of at least one number, which it sorts.
func median(x []float64) float64 {
	slices.Sort(x)
	return x[len(x)/2]
}
