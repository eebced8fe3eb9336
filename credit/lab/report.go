package lab

import (
	"context"
	"fmt"
	"math"

	"stepgym/credit"
)

// Verdict says what became of a claim.
type Verdict string

const (
	// Reproduces says that the numbers show what is claimed.
	Reproduces Verdict = "reproduces"
	// Fails says that they do not.
	Fails Verdict = "does not reproduce"
)

// Result is one experiment: numbers, and a claim held against them.
type Result struct {
	Name    string   `json:"experiment"`
	Setting string   `json:"setting"`
	Claim   string   `json:"claim"`
	Verdict Verdict  `json:"verdict"` // computed from the numbers
	Because string   `json:"because"`
	Columns []string `json:"columns"`
	Rows    []Row    `json:"rows"`
}

// Row is one line of a result: a value a column.
type Row struct {
	Name   string    `json:"name"`
	Values []float64 `json:"values"`
}

// Config configures [Run].
type Config struct {
	Seeds int // of the sampled experiments, at least 2
}

// DefaultConfig returns the size of the published runs.
func DefaultConfig() Config { return Config{Seeds: 100} }

// firstSeed is that of the sampled experiments.
const firstSeed = 1000

// Run does all experiments, in the order D1 … D4, and hands each result to
// report as it comes. The numbers do not depend on the machine, up to the last
// bits of its exponential function.
func Run(ctx context.Context, c Config, report func(Result) error) error {
	if c.Seeds < 2 {
		return fmt.Errorf("lab: %d seeds, want at least 2", c.Seeds)
	}
	experiments := []func() (Result, error){
		func() (Result, error) { return sharedParameter(), nil },
		func() (Result, error) { return sparseGames(), nil },
		func() (Result, error) { return trapGames(), nil },
		func() (Result, error) { return sampled(ctx, c, 3, 3) },
		func() (Result, error) { return sampled(ctx, c, 2, 6) },
		func() (Result, error) { return expectedJoint(ctx) },
		func() (Result, error) { return expectedMonotone(ctx, false) },
		func() (Result, error) { return expectedMonotone(ctx, true) },
	}
	for _, do := range experiments {
		r, err := do()
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = report(r)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// judge sets the verdict.
func (r *Result) judge(holds bool, because string, args ...any) {
	if r.Verdict = Fails; holds {
		r.Verdict = Reproduces
	}
	r.Because = fmt.Sprintf(because, args...)
}

func end(xs []float64) float64 { return xs[len(xs)-1] }

// fall returns by how much xs falls at most from one number to the next.
func fall(xs []float64) float64 {
	most := 0.0
	for i := range len(xs) - 1 {
		most = max(most, xs[i]-xs[i+1])
	}
	return most
}

func sharedParameter() Result {
	r := Result{
		Name: "D1", Setting: "one parameter shared by three prompts, exact gradients, 400 steps; best 0.333, worst 0.133",
		Claim:   "dividing by the deviation of the group, as GRPO does, can lead to the worst policy; the batch's cannot",
		Columns: []string{"payment at first", "in the end"},
	}
	ends := map[Norm]float64{}
	for _, n := range []Norm{NoNorm, BatchNorm, GroupNorm} {
		j := SharedParameter(n, 400)
		ends[n] = end(j)
		r.Rows = append(r.Rows, Row{"divided by: " + string(n), []float64{j[0], end(j)}})
	}
	r.judge(ends[GroupNorm] < 0.14 && ends[BatchNorm] > 0.32, "the group's ends at %.3f, the batch's at %.3f", ends[GroupNorm], ends[BatchNorm])
	return r
}

// orders are those of D2.
func orders() []Order { return []Order{Reverse, Random, Forward, Simultaneous} }

func sparseGames() Result {
	const games = 200
	r := Result{
		Name: "D2", Setting: "exact best responses, 200 random sparse games of 3 turns and 3 actions",
		Claim:   "updating the last turn first is backward induction and finds the best policy; other orders get stuck",
		Columns: []string{"games solved", "of"},
	}
	solved, rng := map[Order]int{}, NewGenerator(0)
	for i := range games {
		g := Sparse(rng, 3, 3)
		for _, o := range orders() {
			if math.Abs(end(BestResponse(g, o, 8, NewGenerator(uint64(i))))-g.Max()) < 1e-9 {
				solved[o]++
			}
		}
	}
	for _, o := range orders() {
		r.Rows = append(r.Rows, Row{string(o), []float64{float64(solved[o]), games}})
	}
	r.judge(solved[Reverse] == games && max(solved[Forward], solved[Simultaneous], solved[Random]) < games,
		"%d against %d at random, %d forward, %d at once", solved[Reverse], solved[Random], solved[Forward], solved[Simultaneous])
	return r
}

func trapGames() Result {
	r := Result{
		Name: "D2", Setting: "exact best responses, trap games: a safe 0.5 at once, or 1 for one path among all",
		Claim:   "the last turn first solves a trap in one sweep; the first turn first, and all at once, take what is safe",
		Columns: []string{"payment at first", "after one sweep", "after eight"},
	}
	holds := true
	for _, size := range [][2]int{{2, 4}, {3, 3}, {4, 3}} {
		for _, o := range []Order{Reverse, Forward, Simultaneous} {
			j := BestResponse(Trap(size[0], size[1], 0.5), o, 8, nil)
			r.Rows = append(r.Rows, Row{fmt.Sprintf("%d turns, %d actions, %s", size[0], size[1], o), []float64{j[0], j[1], end(j)}})
			holds = holds && (j[1] == 1) == (o == Reverse) && (o == Reverse || end(j) == 0.5)
		}
	}
	r.judge(holds, "in games of 2, 3 and 4 turns")
	return r
}

// sampledRow is one way to learn in D3.
type sampledRow struct {
	name, method string
	noProduct    bool
}

func sampled(ctx context.Context, c Config, turns, actions int) (Result, error) {
	r := Result{
		Name: "D3", Setting: fmt.Sprintf("sampled, 16 rollouts an iteration, 60 iterations, clip 0.2; trap of %d turns and %d actions, %d seeds", turns, actions, c.Seeds),
		Claim:   "SeeUPO learns where methods that update all turns at once get stuck",
		Columns: []string{"share solved", "standard error", "mean payment"},
	}
	share, errs := map[string]float64{}, map[string]float64{}
	for _, row := range []sampledRow{
		{"seeupo", "seeupo", false},
		{"seeupo without the product", "seeupo", true},
		{"grpo", "grpo", false},
		{"grpo without deviation", "grpo/dr", false},
		{"rloo", "rloo", false},
		{"gigpo", "gigpo", false},
		{"salt", "salt", false},
	} {
		m, err := credit.Parse(row.method)
		if err != nil {
			return r, err
		}
		t := DefaultTrain(m)
		t.NoProduct = row.noProduct
		n, mean := 0.0, 0.0
		for seed := range c.Seeds {
			if ctx.Err() != nil {
				return r, ctx.Err()
			}
			j, err := Train(Trap(turns, actions, 0.5), t, NewGenerator(firstSeed+uint64(seed)))
			if err != nil {
				return r, err
			}
			mean += end(j) / float64(c.Seeds)
			if end(j) > 0.9 {
				n++
			}
		}
		p := n / float64(c.Seeds)
		share[row.name], errs[row.name] = p, math.Sqrt(p*(1-p)/float64(c.Seeds))
		r.Rows = append(r.Rows, Row{row.name, []float64{p, errs[row.name], mean}})
	}
	ahead := share["seeupo"] - share["grpo"]
	se := math.Hypot(errs["seeupo"], errs["grpo"])
	r.judge(ahead > 2*se, "seeupo is ahead of grpo by %+.2f, with a standard error of %.2f", ahead, se)
	return r, nil
}
