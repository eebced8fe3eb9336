package runner

import (
	"errors"
	"fmt"

	"stepgym/agent"
	"stepgym/envs"
)

// Report says how well a policy does on a split.
//
// The headline figures are means over families, each the mean over its
// episodes: a family with many tasks weighs as much as one with few, and the
// intervals come from resampling families, because tasks of one family succeed
// and fail together.
type Report struct {
	Env      string `json:"env"`
	Split    string `json:"split"`
	Policy   string `json:"policy"`
	Version  int    `json:"version"`
	Greedy   bool   `json:"greedy"`
	Informed bool   `json:"informed,omitempty"` // the policy knows what an agent may not see
	Seed     uint64 `json:"seed"`

	Tasks       int `json:"tasks"`    // different tasks played
	NumFamilies int `json:"families"` // families with an episode that was not lost
	Episodes    int `json:"episodes"` // episodes that were not lost
	Lost        int `json:"lost"`     // counted nowhere else

	Success Interval `json:"success"` // mean over families, bootstrap over families; Wilson over families if all fail or all succeed
	Score   Interval `json:"score"`   // mean over families, bootstrap over families

	EpisodeSuccess Interval `json:"episode_success"` // mean over episodes, Wilson interval
	EpisodeScore   float64  `json:"episode_score"`   // mean over episodes
	Turns          float64  `json:"turns"`           // mean over episodes
	Return         float64  `json:"return"`          // mean over episodes
	Invalid        float64  `json:"invalid"`         // share of all steps that were refused

	Failures Failures `json:"failures"`

	// ByFamily has one entry for each family, in the order of the tasks.
	ByFamily []FamilyResult `json:"by_family,omitempty"`
}

// Failures counts the episodes that were no success.
type Failures struct {
	Truncated int `json:"truncated"` // out of turns
	Partial   int `json:"partial"`   // ended with a score above 0
	Zero      int `json:"zero"`      // ended with score 0
}

// FamilyResult is what the episodes of one family came to.
type FamilyResult struct {
	Family    string  `json:"family"`
	Episodes  int     `json:"episodes"`
	Successes int     `json:"successes"`
	Success   float64 `json:"success"` // means over the episodes
	Score     float64 `json:"score"`
	Return    float64 `json:"return"`
	Turns     float64 `json:"turns"`
	Steps     int     `json:"steps"`
	Refused   int     `json:"refused"` // steps that were invalid
}

// newReport sums up the outcomes of an evaluation.
func newReport(env envs.Env, policy agent.Policy, c EvalConfig, outcomes []Outcome) *Report {
	r := &Report{
		Env: env.Spec().ID(), Split: c.Split, Policy: policy.Name(), Version: policy.Version(),
		Greedy: c.Greedy, Seed: c.Seed,
	}
	if k, ok := policy.(agent.Informed); ok {
		r.Informed = k.Informed()
	}
	tasks := make(map[string]bool)
	index := make(map[string]int)
	for _, o := range outcomes {
		t := o.Trajectory
		tasks[t.TaskID] = true
		if o.Err != nil {
			r.Lost++
			continue
		}
		name := t.Family
		if name == "" {
			name = t.TaskID
		}
		i, ok := index[name]
		if !ok {
			i = len(r.ByFamily)
			index[name] = i
			r.ByFamily = append(r.ByFamily, FamilyResult{Family: name})
		}
		r.ByFamily[i].add(o)
		r.Failures.add(o)
	}
	r.Tasks = len(tasks)
	for i := range r.ByFamily {
		r.ByFamily[i].average()
	}
	r.summarise()
	return r
}

// add counts one episode; Success, Score and Turns are sums until average.
func (f *FamilyResult) add(o Outcome) {
	t := o.Trajectory
	f.Episodes++
	if t.Success {
		f.Successes++
	}
	f.Score += t.Score
	f.Return += t.Return
	f.Turns += float64(t.Turns)
	f.Steps += t.Turns
	f.Refused += t.Invalid
}

// average turns sums into means.
func (f *FamilyResult) average() {
	n := float64(f.Episodes)
	f.Success = float64(f.Successes) / n
	f.Score /= n
	f.Return /= n
	f.Turns /= n
}

// add classifies one episode.
func (f *Failures) add(o Outcome) {
	switch t := o.Trajectory; {
	case t.Success:
	case t.Truncated:
		f.Truncated++
	case t.Score > 0:
		f.Partial++
	default:
		f.Zero++
	}
}

// summarise computes the figures that follow from ByFamily.
func (r *Report) summarise() {
	var success, score []float64
	var successes, steps, refused int
	r.Episodes, r.EpisodeScore, r.Return = 0, 0, 0
	for _, f := range r.ByFamily {
		success, score = append(success, f.Success), append(score, f.Score)
		n := float64(f.Episodes)
		r.Episodes += f.Episodes
		r.EpisodeScore += f.Score * n
		r.Return += f.Return * n
		successes += f.Successes
		steps += f.Steps
		refused += f.Refused
	}
	r.NumFamilies = len(r.ByFamily)
	r.Success = Bootstrap(success, newRand(r.Seed, streamBoot, 0))
	if m := r.Success.Mean; m == 0 || m == 1 { // resampling equal values tells nothing
		r.Success = Wilson(int(m)*len(success), len(success))
	}
	r.Score = Bootstrap(score, newRand(r.Seed, streamBoot, 1))
	r.EpisodeSuccess = Wilson(successes, r.Episodes)
	n := float64(max(1, r.Episodes))
	r.EpisodeScore /= n
	r.Return /= n
	r.Turns = float64(steps) / n
	r.Invalid = float64(refused) / float64(max(1, steps))
}

// Better reports whether r is a better result than o on the same tasks: by
// success, then by score. Every result is better than nil.
func (r *Report) Better(o *Report) bool {
	if o == nil || r.Success.Mean != o.Success.Mean {
		return o == nil || r.Success.Mean > o.Success.Mean
	}
	return r.Score.Mean > o.Score.Mean
}

// Merge pools the families of reports into one report: of the test splits of a
// cross-validation's folds, and of several seeds. The results of a family that
// is in more than one report are averaged over its episodes. Name, version and
// seed are those of the first report.
func Merge(reports ...*Report) (*Report, error) {
	if len(reports) == 0 {
		return nil, errors.New("runner: merge: no reports")
	}
	out := *reports[0]
	out.ByFamily, out.Tasks, out.Lost, out.Failures = nil, 0, 0, Failures{}
	at := make(map[string]int)
	for i, r := range reports {
		if r.Env != out.Env || r.Greedy != out.Greedy || r.Informed != out.Informed {
			return nil, fmt.Errorf("runner: merge: report %d is of another environment or way of acting than the first", i)
		}
		for _, f := range r.ByFamily {
			k, ok := at[f.Family]
			if !ok {
				at[f.Family] = len(out.ByFamily)
				out.ByFamily = append(out.ByFamily, f)
				continue
			}
			out.ByFamily[k].pool(f)
		}
		out.Tasks += r.Tasks
		out.Lost += r.Lost
		out.Failures.Truncated += r.Failures.Truncated
		out.Failures.Partial += r.Failures.Partial
		out.Failures.Zero += r.Failures.Zero
	}
	out.summarise()
	return &out, nil
}

// pool adds the episodes of g, of the same family, to f.
func (f *FamilyResult) pool(g FamilyResult) {
	n, m := float64(f.Episodes), float64(g.Episodes)
	mean := func(a, b float64) float64 { return (a*n + b*m) / (n + m) }
	f.Success, f.Score = mean(f.Success, g.Success), mean(f.Score, g.Score)
	f.Return, f.Turns = mean(f.Return, g.Return), mean(f.Turns, g.Turns)
	f.Episodes += g.Episodes
	f.Successes += g.Successes
	f.Steps += g.Steps
	f.Refused += g.Refused
}
