package runner

import (
	"time"

	"stepgym/agent"
)

// Metrics is one line of metrics.jsonl: what an iteration or a round of
// imitation came to. Means run over episodes that were not lost, shares lie in
// [0, 1]. Seconds and rates depend on the machine; all else on the seed.
type Metrics struct {
	Kind      string `json:"kind"`      // "train", "imitate" or "eval"
	Iteration int    `json:"iteration"` // from 0; of imitation the round
	Version   int    `json:"version"`   // of the policy after the update

	Success  float64 `json:"success"`
	Score    float64 `json:"score"`
	Return   float64 `json:"return"`
	Turns    float64 `json:"turns"`
	Episodes int     `json:"episodes"`
	Lost     int     `json:"lost"`
	Steps    int     `json:"steps"`

	Entropy  float64 `json:"entropy"`  // of the acting policy, mean over steps, nats
	Invalid  float64 `json:"invalid"`  // share of steps that were refused
	Truncate float64 `json:"truncate"` // share of episodes cut by a limit

	ZeroGroups float64 `json:"zero_groups"`   // share of groups without any advantage
	ZeroSteps  float64 `json:"zero_steps"`    // share of steps without advantage
	Singletons float64 `json:"singletons"`    // share of steps whose state no other shares
	Merged     float64 `json:"merged_edges"`  // share of transitions that occur more than once
	AdvStd     float64 `json:"advantage_std"` // that Config.Normalize divided by; 0 without it

	Samples int                `json:"samples"` // in the update; 0 means that there was none
	Update  *agent.UpdateStats `json:"update,omitempty"`
	// Resampled is there with Config.Resample. What says "groups" or "steps"
	// of credit above is then about the groups that were kept.
	Resampled *Resampled `json:"resampled,omitempty"`
	// Sequence is there where updates go turn after turn: Update has then the
	// means over all of them, and the sum of their minibatches.
	Sequence *Sequence `json:"sequence,omitempty"`

	Progress       float64 `json:"progress"` // share of the budget spent before the iteration
	TotalSteps     int     `json:"total_steps"`
	TotalEpisodes  int     `json:"total_episodes"`
	RolloutSeconds float64 `json:"rollout_s"`
	CreditSeconds  float64 `json:"credit_s"`
	UpdateSeconds  float64 `json:"update_s"`    // with the rating between updates, where there is any
	StepsPerSecond float64 `json:"steps_per_s"` // over rollout, credit and update
	Elapsed        float64 `json:"elapsed_s"`   // since the run began, pauses left out

	// Labelled is the number of demonstrated decisions, Missed of those the
	// expert's action was not among the learner's options. Only for imitation.
	Labelled int `json:"labelled,omitempty"`
	Missed   int `json:"missed,omitempty"`
}

// EvalLine is the line of metrics.jsonl for an evaluation.
type EvalLine struct {
	Kind      string  `json:"kind"` // "eval"
	Iteration int     `json:"iteration"`
	Best      bool    `json:"best"`
	Elapsed   float64 `json:"elapsed_s"`
	Steps     int     `json:"total_steps"`
	Report    *Report `json:"report"` // without ByFamily
}

// addOutcomes fills in what follows from the episodes.
func (m *Metrics) addOutcomes(outcomes []Outcome) {
	var entropy float64
	invalid, truncated := 0, 0
	for _, o := range outcomes {
		if o.Err != nil {
			m.Lost++
			continue
		}
		t := o.Trajectory
		m.Episodes++
		m.Steps += t.Turns
		m.Score += t.Score
		m.Return += t.Return
		if t.Success {
			m.Success++
		}
		if t.Truncated {
			truncated++
		}
		invalid += t.Invalid
		for _, s := range t.Steps {
			entropy += s.Entropy
		}
	}
	n, steps := float64(max(1, m.Episodes)), float64(max(1, m.Steps))
	m.Success /= n
	m.Score /= n
	m.Return /= n
	m.Turns = float64(m.Steps) / n
	m.Truncate = float64(truncated) / n
	m.Entropy = entropy / steps
	m.Invalid = float64(invalid) / steps
}

// addCredit fills in what follows from the credit.
func (m *Metrics) addCredit(c credits) {
	m.ZeroGroups, m.ZeroSteps = c.stats.ZeroGroupShare(), c.stats.ZeroStepShare()
	m.Singletons, m.Merged = c.stats.SingletonShare(), c.stats.MergedEdgeShare()
	m.AdvStd, m.Samples = c.std, len(c.samples)
}

// addTimes fills in seconds and rates.
func (m *Metrics) addTimes(rollout, credit, update time.Duration) {
	m.RolloutSeconds, m.CreditSeconds, m.UpdateSeconds = rollout.Seconds(), credit.Seconds(), update.Seconds()
	if all := (rollout + credit + update).Seconds(); all > 0 {
		m.StepsPerSecond = float64(m.Steps) / all
	}
}
