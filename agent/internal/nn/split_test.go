package nn

import (
	"errors"
	"math"
	"slices"
	"testing"

	"stepgym/agent/internal/optim"
)

// TestSplit computes 12 situations in one part and in three at the same time.
func TestSplit(t *testing.T) {
	rt := runtimeOf(t)
	rt.Threads = 3
	m := newBandit()
	whole := newRig(t, rt, optim.DefaultConfig(), false)
	opt := must(NewOptimizer(whole.w, optim.DefaultConfig()))(t)
	split := must(NewSplit(opt, 3, m.imitate))(t)
	feeds := []*Feeds{NewFeeds(rt), NewFeeds(rt), NewFeeds(rt)}
	t.Cleanup(func() {
		for _, f := range feeds {
			f.Close()
		}
		split.Close()
		opt.Close()
	})
	if split.Parts() != 3 {
		t.Fatalf("%d parts, want 3", split.Parts())
	}
	whole.fill(12, 4, 1, 12)
	x, good := whole.feeds.F32("x", 12, 4, 3), whole.feeds.I64("good", 12)
	want := must(whole.loss.Run(t.Context(), whole.feeds))(t).Scalar(LossName)
	cuts := []int{0, 3, 8, 12}
	fill := func(i int) (*Feeds, error) {
		f, n := feeds[i], cuts[i+1]-cuts[i]
		copy(f.F32("x", n, 4, 3), x[cuts[i]*12:])
		copy(f.I64("good", n), good[cuts[i]:])
		f.Scalar("scale", 1.0/12)
		return f, nil
	}
	var first [][]float32
	for range 3 {
		got := 0.0
		for _, out := range must(split.Run(t.Context(), 3, fill))(t) {
			got += out.Scalar(LossName)
		}
		if math.Abs(got-want) > 1e-6 {
			t.Errorf("loss %v in parts, %v whole", got, want)
		}
		var grads [][]float32
		for _, name := range whole.w.params.Names() {
			a, b := must(opt.Grad(name))(t), must(whole.opt.Grad(name))(t)
			grads = append(grads, a)
			for i := range a {
				if math.Abs(float64(a[i]-b[i])) > 1e-6 {
					t.Errorf("%s[%d]: %v in parts, %v whole", name, i, a[i], b[i])
				}
			}
		}
		if first == nil {
			first = grads
		}
		if !slices.EqualFunc(first, grads, slices.Equal) {
			t.Error("equal parts give other bits")
		}
		opt.Drop()
	}
	stop := errors.New("stop")
	if _, err := split.Run(t.Context(), 2, func(i int) (*Feeds, error) {
		if i == 1 {
			return nil, stop
		}
		return fill(i)
	}); !errors.Is(err, stop) {
		t.Errorf("a part that cannot be fed: %v", err)
	}
	if _, err := split.Run(t.Context(), 4, fill); err == nil {
		t.Error("more parts than sessions: no error")
	}
	if g := must(opt.Grad("body.0.w"))(t); g != nil {
		t.Errorf("after errors there are gradients %v", g)
	}
}
