package engine

import (
	"math/rand/v2"
	"runtime"
	"testing"
)

// TestCacheBounds measures what an entry of each cache takes, on published games
// played at random, and checks what the documentation says the caches hold at
// most.
func TestCacheBounds(t *testing.T) {
	rules := published(t)
	var games []*Game
	packed(t, "valid_unseen", func(p packedGame) {
		if len(games) < 40 {
			games = append(games, load(t, rules, p.ID, p.Problem, p.Task))
		}
	})
	bytes := func() int {
		runtime.GC()
		runtime.GC() // the first one leaves what finalizers held
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int(m.HeapAlloc)
	}
	rng := rand.New(rand.NewPCG(7, 8))
	before := bytes()
	for range 1500 {
		s := games[rng.IntN(len(games))].Start()
		for range 40 {
			list := s.Choices()
			if _, ok := s.Step(list[rng.IntN(len(list))].Action.Text); !ok {
				t.Fatal("a listed command is refused")
			}
		}
	}
	all := bytes() - before
	readings, lists, texts, said := 0, map[*list]bool{}, 0, 0
	for i := range rules.lists.readings {
		if rules.lists.readings[i].Load() != nil {
			readings++
		}
	}
	for i := range rules.lists.lists {
		if l := rules.lists.lists[i].Load(); l != nil {
			lists[l] = true
		}
	}
	for i := range rules.said {
		if m := rules.said[i].Load(); m != nil {
			texts++
			said += 96 + len(m.text()) + 8 // size classes round up
		}
	}
	runtime.KeepAlive(games)
	if readings < 5000 || len(lists) < 2000 || texts < 3000 {
		t.Fatalf("%d readings, %d lists, %d texts: want more to measure", readings, len(lists), texts)
	}
	perText := float64(said) / float64(texts)
	perList := (float64(all-said) - 48*float64(readings)) / float64(len(lists))
	worst := cachedTexts*perText + cachedReadings*48 + (cachedReadings+cachedLists)*perList
	t.Logf("%d readings, %d lists of %.0f bytes, %d texts of %.0f bytes: at most %.0f MB", readings, len(lists), perList, texts, perText, worst/1e6)
	if perList > 350 || perText > 200 || worst > 200e6 {
		t.Error("the caches may take more than the documentation says")
	}
}
