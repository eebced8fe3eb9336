// Package indextest makes run folders for the tests and benchmarks of what reads
// them: as large as asked for, of the shape of real ones, the same for the same
// seed.
package indextest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"stepgym/traces"
)

// Options says what to make. Fields left at 0 have the values in brackets.
type Options struct {
	Episodes     int    // [64]
	GroupSize    int    // [8]
	Turns        int    // of an episode, on average [15]
	Seed         uint64 // of all that is drawn
	SegmentBytes int64  // see traces.Options
	Probs        bool   // with the distribution over actions, which makes lines three times as long
}

// Make writes a run into the folder dir and closes it. The episodes are of two
// environments' shapes, pages of a shop and commands in a house, in groups that
// begin alike; some succeed, some are cut off, lost, or go round in circles.
func Make(dir string, o Options) error {
	if o.Episodes == 0 {
		o.Episodes = 64
	}
	if o.GroupSize == 0 {
		o.GroupSize = 8
	}
	if o.Turns == 0 {
		o.Turns = 15
	}
	run, err := traces.Create(dir, traces.Manifest{
		Command: "train", Version: "test", Env: "webshop-v1", Policy: "choice", Seed: o.Seed,
		Created: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Config: []byte(`{"env":"webshop","train":{"credit":"gigpo","grouping":"state"}}`),
	}, traces.Options{SegmentBytes: o.SegmentBytes})
	if err != nil {
		return err
	}
	for i := range o.Episodes {
		if err := run.Append(Episode(o, i)); err != nil {
			run.Close() // the first error says more
			return err
		}
		if i%(8*o.GroupSize) == 0 {
			m := map[string]any{"kind": "train", "iteration": i / (8 * o.GroupSize), "success": float64(i%97) / 97, "update": map[string]any{"loss": 1 / float64(i+1)}}
			if err := run.AppendMetrics(m); err != nil {
				run.Close() // likewise
				return err
			}
		}
	}
	return run.Close()
}

// tasks is how many tasks there are.
const tasks = 500

// Episode returns episode i of the run that o describes.
func Episode(o Options, i int) *traces.Trajectory {
	size := max(1, o.GroupSize)
	group, index := i/size, i%size
	r := rand.New(rand.NewPCG(o.Seed, uint64(i)))
	shared := rand.New(rand.NewPCG(o.Seed, uint64(group)|1<<62)) // what the siblings have in common
	task := shared.IntN(tasks)
	iteration := group / 8
	t := &traces.Trajectory{
		TaskID: fmt.Sprintf("goal:%d", task), Family: fmt.Sprintf("B%09dX", task/3), Env: "webshop-v1", Split: "train", Policy: "choice",
		Version: iteration, Iteration: iteration, Index: index, EnvSeed: shared.Uint64(), SampleSeed: r.Uint64(),
		Goal: goal(task),
	}
	if task%2 == 1 {
		t.TaskID = fmt.Sprintf("train/pick_%s_then_place_in_recep-%s-None-%s-%d/trial_T%d", []string{"heat", "cool", "clean"}[task%3], title(task), title(task+7), task%30, task)
		t.Family, t.Env = t.TaskID[:strings.LastIndexByte(t.TaskID, '/')], "alfworld-v1"
	}
	t.GroupID = fmt.Sprintf("it%d/%d/%s", iteration, group%8, t.TaskID)
	t.ID = fmt.Sprintf("%s/%d", t.GroupID, index)
	turns := max(1, o.Turns/2+r.IntN(o.Turns+1))
	common := shared.IntN(min(turns, 5) + 1) // steps that begin alike
	loop := r.IntN(10) == 0
	for k := range turns {
		choice := r.IntN(6)
		if k < common {
			choice = shared.IntN(6)
		}
		if loop && k > 3 {
			choice = 1
		}
		t.Steps = append(t.Steps, step(t.Env, task, k, choice, o.Probs, r))
	}
	finish(t, r)
	return t
}

// finish gives the episode its end.
func finish(t *traces.Trajectory, r *rand.Rand) {
	last := &t.Steps[len(t.Steps)-1]
	switch n := r.IntN(100); {
	case n < 45:
		t.Success, t.Terminated, last.Terminated, last.Reward = true, true, true, 1
		t.Metrics = map[string]float64{"score": 1}
	case n < 65:
		t.Terminated, last.Terminated = true, true
		t.Metrics = map[string]float64{"score": .5, "r_type": 1, "r_att": .5, "r_price": 1, "r_option": float64(n % 2), "w_price": .25, "w_att": .5, "w_option": .25}
		last.Reward = .5
	case n < 98:
		t.Truncated, last.Truncated = true, true
		t.Metrics = map[string]float64{"score": 0}
	default:
		t.Err, t.Stage = "connection reset by peer", "env"
	}
	t.Score = t.Metrics["score"]
	if t.Err == "" {
		t.Final = &traces.Observation{Text: "Thank you for shopping with us!", State: "done", Place: "done"}
	}
	t.Turns = len(t.Steps)
	for _, s := range t.Steps {
		t.Return += s.Reward
		if s.Invalid {
			t.Invalid++
		}
	}
}

// step makes a step of the shape of the environment's.
func step(env string, task, k, choice int, probs bool, r *rand.Rand) traces.Step {
	s := traces.Step{LogProb: -r.Float64(), Entropy: r.Float64(), Value: r.Float64(), Tokens: 1, Invalid: r.IntN(25) == 0}
	at := task*31 + k*7 + choice
	if env == "alfworld-v1" {
		name := fmt.Sprintf("%s %d", strings.ToLower(title(at)), at%9+1)
		s.Observation = traces.Observation{
			Text:  fmt.Sprintf("You arrive at %s. On the %s, you see a %s, a %s and a %s.", name, name, thing(at), thing(at+1), thing(at+2)),
			State: fmt.Sprintf("%016x%016x", uint64(at)*0x9e3779b97f4a7c15, uint64(at)), Place: "surface", Focus: name,
		}
		s.Action = "go to " + strings.ToLower(title(at+3)) + " 1"
	} else {
		var b strings.Builder
		fmt.Fprintf(&b, "Instruction: [SEP] %s [SEP] Back to Search [SEP] Page %d (Total results: 50) [SEP] Next >", goal(task), choice)
		for j := range 10 {
			fmt.Fprintf(&b, " [SEP] B%09d [SEP] %s %s for %s [SEP] $%d.99", at+j, title(at+j), title(at+2*j), thing(at+j), 5+(at+j)%90)
		}
		s.Observation = traces.Observation{Text: b.String(), State: fmt.Sprintf("results p%d: %s", choice, goal(task)), Place: "results"}
		s.Action = fmt.Sprintf("click[b%09d]", at)
	}
	if probs {
		for j := range 30 {
			s.Options = append(s.Options, fmt.Sprintf("click[b%09d]", at+j))
			s.Probs = append(s.Probs, 1.0/30)
		}
	}
	return s
}

func goal(task int) string {
	return fmt.Sprintf("Find me %s, %s %s with color: %s, and price lower than %d.00 dollars", thing(task), thing(task+5), title(task), thing(task+9), 20+task%100)
}

// words are what texts are made of.
func words() []string {
	return strings.Fields(`Orquist Boots Leather Cabinet Potato Fridge Lamp Desk Microwave Curtain Window Mug Slipper Trunk Brush Kettle Shelf
Pillow Towel Candle Drawer Blanket Sofa Mirror Basket Jacket Camera Speaker Cable Monitor`)
}

// title returns a name.
func title(n int) string {
	w := words()
	return w[n%len(w)] + w[n/len(w)%len(w)]
}

// thing returns a few small words.
func thing(n int) string {
	w := words()
	return strings.ToLower(w[n*7%len(w)] + " " + w[n*3%len(w)])
}
