package session_test

import (
	"strconv"
	"testing"

	"stepgym/envs"
	"stepgym/envs/serve/session"
	"stepgym/envs/webshop"
	"stepgym/traces"
)

// discard is a Recorder that forgets.
type discard struct{}

func (discard) Append(*traces.Trajectory) error { return nil }

// benchHost returns a host of webshop and toy with n sessions of env.
func benchHost(b *testing.B, env string, n int, rec session.Recorder) (*session.Host, []*session.Session) {
	shop, err := webshop.Open(b.Context(), nil)
	if err != nil {
		b.Fatal(err)
	}
	h, err := session.New(map[string]envs.Env{"webshop": shop, "loop": loop{}}, session.Options{Recorder: rec, MaxEpisodes: max(n, 10_000), MaxTurns: 1 << 30})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { h.Close() })
	g, err := h.CreateGroup(b.Context(), session.GroupRequest{Request: session.Request{Env: env}, N: n})
	if err != nil {
		b.Fatal(err)
	}
	return h, g.Sessions()
}

// BenchmarkStep measures a step of an environment that does nothing: what the
// Host adds to a step.
func BenchmarkStep(b *testing.B) {
	for _, id := range []bool{false, true} {
		b.Run("id="+strconv.FormatBool(id), func(b *testing.B) {
			_, ss := benchHost(b, "loop", 1, nil)
			a := act("left")
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				step := ""
				if n++; id {
					step = strconv.Itoa(n)
				}
				if _, err := ss[0].Step(b.Context(), a, step); err != nil {
					b.Fatal(err)
				}
				if n%1000 == 0 {
					if _, err := ss[0].Reset(b.Context(), session.Start{Task: "0"}); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}

// BenchmarkBatch measures batches of 1,024 steps, a nanosecond figure a step.
func BenchmarkBatch(b *testing.B) {
	for _, bm := range []struct {
		name, env, action string
		rec               session.Recorder
	}{
		{"loop", "loop", "left", nil},
		{"loop-recorded", "loop", "left", discard{}},
		{"webshop", "webshop", "search[lamp]", nil},
		{"webshop-recorded", "webshop", "search[lamp]", discard{}},
		{"webshop-written", "webshop", "search[lamp]", runFolder(b)},
	} {
		b.Run(bm.name, func(b *testing.B) {
			h, ss := benchHost(b, bm.env, 1024, bm.rec)
			items := make([]session.Item, len(ss))
			for i, s := range ss {
				items[i] = session.Item{Session: s.ID(), Action: act(bm.action)}
			}
			out := make([]session.Stepped, len(items))
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				h.StepBatch(b.Context(), "", items, out)
				if n++; n%10 == 0 { // as an episode ends
					for i, s := range ss {
						if out[i].Err != nil {
							b.Fatal(out[i].Err)
						}
						if _, err := s.Reset(b.Context(), session.Start{Task: first(bm.env)}); err != nil {
							b.Fatal(err)
						}
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(ss)), "ns/step")
		})
	}
}

// runFolder returns a run folder to write to.
func runFolder(b *testing.B) *traces.Run {
	run, err := traces.Create(b.TempDir(), traces.Manifest{}, traces.Options{SealAside: true})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { run.Close() })
	return run
}

func first(env string) string {
	if env == "loop" {
		return "0"
	}
	return "goal:0"
}
