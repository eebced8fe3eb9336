package nn

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"stepgym/agent/internal/optim"
	"stepgym/agent/internal/pytest"
)

// BenchmarkDecoder times a training step of a decoder (gradients, clipping,
// AdamW) with GYM_BENCH_THREADS threads, 2 if unset. With GYM_BENCH_TORCH=1 it
// also runs PyTorch's and reports the ratios of wall time and of CPU time.
// Compare only what one run on a quiet machine printed; with one thread the CPU
// ratio also means something on a busy one.
func BenchmarkDecoder(b *testing.B) {
	rt := runtimeOf(b)
	if n, err := strconv.Atoi(os.Getenv("GYM_BENCH_THREADS")); err == nil {
		rt.Threads = n
	}
	sizes := decoderSizes()
	for _, name := range []string{"1M", "10M", "135M"} {
		b.Run(name, func(b *testing.B) {
			if name == "135M" && os.Getenv("GYM_BENCH_LARGE") == "" {
				b.Skip("needs 10 GB of memory: set GYM_BENCH_LARGE=1")
			}
			m := newDecoder(sizes[name])
			w := must(NewWeights(rt, &m.params, 3))(b)
			defer w.Close()
			cfg := optim.DefaultConfig()
			cfg.Decay = 0.01
			opt := must(NewOptimizer(w, cfg))(b)
			defer opt.Close()
			l := must(NewLoss(opt, m.ppo))(b)
			defer l.Close()
			f := NewFeeds(rt)
			defer f.Close()
			m.fill(f, 1)
			var update time.Duration
			step := func() {
				must(l.Run(b.Context(), f))(b)
				at := time.Now()
				must(opt.Step(1e-4))(b)
				update += time.Since(at)
			}
			step()
			update = 0
			b.ReportAllocs()
			cpu := cpuSeconds()
			for b.Loop() {
				step()
			}
			n := float64(b.N)
			cpu = (cpuSeconds() - cpu) / n
			b.ReportMetric(float64(m.params.Size()), "weights")
			b.ReportMetric(update.Seconds()*1e3/n, "update-ms")
			if os.Getenv("GYM_BENCH_TORCH") != "" {
				torch, torchCPU := torchSeconds(b, m.decoderSize, rt.Threads, 5)
				b.ReportMetric(torch*1e3, "torch-ms")
				b.ReportMetric(b.Elapsed().Seconds()/n/torch, "of-torch")
				b.ReportMetric(cpu/torchCPU, "cpu-of-torch")
			}
		})
	}
}

// torchSeconds returns the median wall time and CPU time of n steps in PyTorch.
func torchSeconds(b *testing.B, s decoderSize, threads, n int) (wall, cpu float64) {
	py := pytest.Find(b, "torch")
	script, err := os.ReadFile("testdata/torch_decoder.py")
	if err != nil {
		b.Fatal(err)
	}
	size, err := json.Marshal(s)
	if err != nil {
		b.Fatal(err)
	}
	var walls, cpus []float64
	for line := range strings.Lines(py.Run(b, string(script), "bench", string(size), strconv.Itoa(n), strconv.Itoa(threads))) {
		var w, c float64
		if _, err := fmt.Sscan(line, &w, &c); err != nil {
			b.Fatal(err)
		}
		walls, cpus = append(walls, w), append(cpus, c)
	}
	slices.Sort(walls)
	slices.Sort(cpus)
	return walls[len(walls)/2], cpus[len(cpus)/2]
}

// BenchmarkScore times scoring 128 situations of 20 choices.
func BenchmarkScore(b *testing.B) {
	r := newRig(b, runtimeOf(b), optim.DefaultConfig(), false)
	r.fill(128, 20, 1, 1)
	b.ReportAllocs()
	for b.Loop() {
		must(r.score.Run(b.Context(), r.feeds))(b)
	}
}
