package openenv

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"stepgym/envs"
	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
	"stepgym/envs/webshop"
)

// BenchmarkAnswer is a step from the text of its frame to the text of the
// answer: everything but the socket.
func BenchmarkAnswer(b *testing.B) {
	shop, err := webshop.Open(b.Context(), nil)
	if err != nil {
		b.Fatal(err)
	}
	defer shop.Close()
	h, err := session.New(map[string]envs.Env{"webshop": shop}, session.Options{MaxTurns: 1 << 30})
	if err != nil {
		b.Fatal(err)
	}
	defer h.Close()
	s, err := h.Create(b.Context(), session.Request{Start: &session.Start{}})
	if err != nil {
		b.Fatal(err)
	}
	k := &socket{place: &place{Protocol: New(Options{}), site: &serve.Site{Host: h}}, session: s, link: new(link), ctx: b.Context()}
	k.answer(nil, `{"type": "step", "data": {"action": "search[red shirt]"}}`)
	frames := []string{`{"type": "step", "data": {"action": "click[next >]"}}`, `{"type": "step", "data": {"action": "click[< prev]"}}`}
	var out []byte
	n, size := 0, 0
	b.ReportAllocs()
	for b.Loop() {
		out, _ = k.answer(out[:0], frames[n&1])
		n++
		size += len(out)
		if out[9] != 'o' { // {"type":"observation"
			b.Fatalf("%s", out)
		}
		if n%10 == 0 { // before the limit of turns
			k.answer(nil, `{"type":"reset"}`)
			k.answer(nil, `{"type": "step", "data": {"action": "search[red shirt]"}}`)
		}
	}
	b.ReportMetric(float64(size)/float64(n), "bytes/step")
}

// BenchmarkSockets plays with many sockets at once over loopback; the clients'
// own work is in the figure. The percentiles are of a step's time at a client.
func BenchmarkSockets(b *testing.B) {
	for _, n := range []int{1, 16, 64} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			h := newHost(b, session.Options{MaxTurns: 1 << 30})
			url := listen(b, newServer(b, h, serve.Config{}, Options{}))
			clients := make([]*client, n)
			for i := range clients {
				clients[i] = dial(b, url+"/envs/toy/ws", nil)
				clients[i].say(begin)
			}
			b.ReportAllocs()
			b.ResetTimer()
			times := make([][]time.Duration, n)
			var wg sync.WaitGroup
			for i, c := range clients {
				wg.Go(func() {
					for range (b.N + n - 1) / n {
						began := time.Now()
						got := c.say(`{"type": "step", "data": {"action": "say[hello]"}}`)
						times[i] = append(times[i], time.Since(began))
						if strings.Contains(got, `"done":true`) {
							c.say(begin)
						}
					}
				})
			}
			wg.Wait()
			b.StopTimer()
			all := slices.Concat(times...)
			slices.Sort(all)
			b.ReportMetric(float64(all[len(all)/2].Microseconds()), "p50-µs")
			b.ReportMetric(float64(all[len(all)*99/100].Microseconds()), "p99-µs")
		})
	}
}
