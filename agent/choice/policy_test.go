package choice

import (
	"errors"
	"math/rand/v2"
	"testing"

	"stepgym/agent/setup"
	"stepgym/internal/testdata"
)

// open makes a policy, or skips the test where there is no library.
func open(t testing.TB, change func(c *Config)) *Policy {
	t.Helper()
	c := DefaultConfig()
	c.Seed = 1
	c.MinFamilies = 2
	if change != nil {
		change(&c)
	}
	p, err := New(c)
	if errors.Is(err, setup.ErrNotFound) {
		testdata.Missing(t, "onnx", err.Error())
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// shake gives all weights random values, so that every path matters.
func shake(t testing.TB, p *Policy, seed uint64) {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 0))
	for _, name := range p.params.Names() {
		w, err := p.weights.Get(name)
		if err != nil {
			t.Fatal(err)
		}
		for i := range w {
			w[i] += float32(rng.NormFloat64() * 0.1)
		}
		if err := p.weights.Set(name, w); err != nil {
			t.Fatal(err)
		}
	}
}

// TestRowsScoreAlone checks that the scores of a row have the same bits alone,
// with all others, and anywhere in between.
func TestRowsScoreAlone(t *testing.T) {
	for _, threads := range []int{1, 2} {
		p := open(t, func(c *Config) { c.Threads = threads; c.Value = 1 })
		shake(t, p, 3)
		rows := testRows(150)
		for i, r := range rows {
			p.learnSymbols(r)
			r.owner = p
			_ = i
		}
		type result struct {
			scores []float32
			value  float32
		}
		var alone []result
		for _, r := range rows {
			s, v, err := p.scorer.run([]*row{r})
			if err != nil {
				t.Fatal(err)
			}
			alone = append(alone, result{append([]float32(nil), s[:r.size()]...), v[0]})
		}
		rng := rand.New(rand.NewPCG(1, 1))
		bad := 0
		for range 60 {
			pick := rng.Perm(len(rows))[:1+rng.IntN(len(rows))]
			var part []*row
			for _, i := range pick {
				part = append(part, rows[i])
			}
			s, v, err := p.scorer.run(part)
			if err != nil {
				t.Fatal(err)
			}
			for k, i := range pick {
				own := s[p.scorer.batch.first[k]:][:part[k].size()]
				for j, x := range own {
					if x != alone[i].scores[j] {
						bad++
						if bad < 5 {
							t.Errorf("%d threads, batch of %d: score %d of row %d is %v, alone %v", threads, len(pick), j, i, x, alone[i].scores[j])
						}
					}
				}
				if v[k] != alone[i].value {
					t.Errorf("%d threads: value of row %d is %v, alone %v", threads, i, v[k], alone[i].value)
				}
			}
		}
	}
}

// BenchmarkScore measures the scoring of 128 situations of 5 choices.
func BenchmarkScore(b *testing.B) {
	p := open(b, nil)
	rows := testRows(128)
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := p.scorer.run(rows); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/128, "ns/decision")
}
