package lab

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// family is a set of games of D4.
type family struct {
	name  string
	games []*Game
}

// families returns the games of D4.
func families() []family {
	random := family{name: "60 random sparse games"}
	rng := NewGenerator(1)
	for range 60 {
		if g := Sparse(rng, 3, 3); g.Max() > 0 {
			random.games = append(random.games, g)
		}
	}
	out := []family{}
	for _, size := range [][2]int{{2, 6}, {3, 3}, {4, 3}} {
		out = append(out, family{fmt.Sprintf("trap, %d turns, %d actions", size[0], size[1]), []*Game{Trap(size[0], size[1], 0.5)}})
	}
	return append(out, random)
}

// schemes are those of D4.
func schemes() []Scheme { return []Scheme{Joint, SeeUPO, ForwardM} }

// outcome is how a scheme fared in a family.
type outcome struct {
	solved, fell float64 // shares of the games
	iterations   float64 // median of those solved; 0 for none
	worst        float64 // least share of the best payment
}

func (f family) run(ctx context.Context, c ExactConfig) (outcome, error) {
	o := outcome{worst: math.Inf(1)}
	var lengths []float64
	for _, g := range f.games {
		if ctx.Err() != nil {
			return o, ctx.Err()
		}
		j := Exact(g, c)
		share := 1 / float64(len(f.games))
		if end(j) > 0.99*g.Max() {
			o.solved += share
			lengths = append(lengths, float64(len(j)))
		}
		if fall(j) > 1e-6 {
			o.fell += share
		}
		o.worst = min(o.worst, end(j)/g.Max())
	}
	if n := len(lengths); n > 0 {
		slices.Sort(lengths)
		o.iterations = (lengths[(n-1)/2] + lengths[n/2]) / 2
	}
	return o, nil
}

// expectedColumns are those of D4.
func expectedColumns() []string {
	return []string{"share solved", "share in which the payment ever falls", "iterations, median (0: none solved)"}
}

// expectedJoint asks whether updating all turns at once fails.
func expectedJoint(ctx context.Context) (Result, error) {
	r := Result{
		Name: "D4", Setting: "exact expectations, clip 0.2, a policy that sees its history",
		Claim:   "a trajectory's advantage for all turns at once (PPO with GRPO's advantages) does not reach the best policy over several turns",
		Columns: expectedColumns(),
	}
	solved := map[Scheme]float64{}
	for _, f := range families() {
		for _, s := range schemes() {
			o, err := f.run(ctx, DefaultExact(s))
			if err != nil {
				return r, err
			}
			solved[s] += o.solved / float64(len(families()))
			r.Rows = append(r.Rows, Row{f.name + ", " + string(s), []float64{o.solved, o.fell, o.iterations}})
		}
	}
	r.judge(solved[Joint] < 0.99, "without sampling noise and shared parameters, joint solves %.2f and seeupo %.2f", solved[Joint], solved[SeeUPO])
	return r, nil
}

// expectedMonotone asks for SeeUPO's guarantee, without clipping.
func expectedMonotone(ctx context.Context, blind bool) (Result, error) {
	r := Result{
		Name: "D4", Setting: "exact expectations, no clip, a policy that sees its history",
		Claim:   "SeeUPO never lowers the payment and reaches the best policy",
		Columns: expectedColumns(),
	}
	if blind {
		r.Setting = "exact expectations, no clip, a policy that sees the number of the turn alone"
	}
	var see outcome
	for _, f := range families() {
		for _, s := range schemes() {
			c := DefaultExact(s)
			c.Clip, c.Blind = math.Inf(1), blind
			o, err := f.run(ctx, c)
			if err != nil {
				return r, err
			}
			if s == SeeUPO {
				see.solved += o.solved / float64(len(families()))
				see.fell = max(see.fell, o.fell)
			}
			r.Rows = append(r.Rows, Row{f.name + ", " + string(s), []float64{o.solved, o.fell, o.iterations}})
		}
	}
	r.judge(see.solved > 0.99 && see.fell == 0, "seeupo solves %.2f on average; the payment falls in at most %.2f of the games", see.solved, see.fell)
	return r, nil
}
