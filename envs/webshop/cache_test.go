package webshop

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs"
)

// walk plays random offered actions on several goals and returns all that was
// seen, as JSON.
func walk(env *Env, seed uint64, steps int) ([]string, error) {
	ctx := context.Background()
	rng := rand.New(rand.NewPCG(seed, 3))
	var seen []string
	var ep envs.Episode
	for range steps {
		if ep == nil {
			var err error
			goal := rng.IntN(min(7, env.Catalog().NumGoals()))
			if ep, err = env.Reset(ctx, envs.Task{ID: fmt.Sprintf("goal:%d", goal)}, seed); err != nil {
				return nil, err
			}
		}
		o := ep.Observation()
		b, err := json.Marshal(o)
		if err != nil {
			return nil, err
		}
		r, err := ep.Step(ctx, randomAction(o, rng))
		if err != nil {
			return nil, err
		}
		seen = append(seen, fmt.Sprintf("%s %+v", b, r))
		if r.Done() {
			ep = nil
		}
	}
	return seen, nil
}

func randomAction(o envs.Observation, rng *rand.Rand) envs.Action {
	n := len(o.Admissible)
	var queries []*envs.Choice
	if len(o.Forms) > 0 {
		queries = o.Forms[0].Candidates
	}
	i := rng.IntN(n + len(queries))
	if i < n {
		return o.Admissible[i].Action
	}
	return queries[i-n].Action
}

// TestTables plays on shared tables of one slot, where everything throws
// everything else out, on the standard ones, and on some goroutines at once.
func TestTables(t *testing.T) {
	for _, mode := range []string{ModeText, ModeRich, ModeHTML, ModeURL} {
		c := DefaultConfig()
		c.Data, c.Observation = "testdata/mini", mode
		tiny, standard := openShop(t, c), openShop(t, c)
		tiny.world.caches = caches{
			items: newTable[page](1, 1), links: newTable[link](1, 1), results: newTable[page](1, 1),
			hits: newTable[hits](1, 1), starts: newTable[start](1, 1),
		}
		want := make([][]string, 3)
		for seed := range want {
			var err error
			if want[seed], err = walk(tiny, uint64(seed), 300); err != nil {
				t.Fatal(err)
			}
		}
		var wg sync.WaitGroup
		for i := range 6 {
			wg.Go(func() {
				got, err := walk(standard, uint64(i%3), 300)
				if err != nil {
					t.Error(err)
				}
				if diff := cmp.Diff(got, want[i%3]); diff != "" {
					t.Errorf("mode %s, seed %d (-shared +alone):\n%s", mode, i%3, diff)
				}
			})
		}
		wg.Wait()
	}
}

// TestEngine compares the search engine with its formula, written out.
func TestEngine(t *testing.T) {
	c := DefaultConfig()
	c.Data = "testdata/mini"
	env := openShop(t, c)
	twin := newSlowEngine(env.Catalog())
	for i := range env.Catalog().NumGoals() {
		for _, q := range Queries(env.Catalog().Goal(i).Instruction) {
			got, err := env.world.engine.Find(q, 10)
			if err != nil {
				t.Fatal(err)
			}
			want, err := twin.Find(q, 10)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(got, want); diff != "" {
				t.Fatalf("%q (-got +want):\n%s", q, diff)
			}
		}
	}
}
