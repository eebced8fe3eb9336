package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"stepgym/runner"
	"stepgym/traces"
)

// rolloutSummary is what gym rollout prints.
type rolloutSummary struct {
	Run         string  `json:"run"`
	Policy      string  `json:"policy"`
	Episodes    int     `json:"episodes"` // that came to their end
	Lost        int     `json:"lost"`
	EvalOnly    int     `json:"eval_only"` // episodes that must not be trained on
	Why         string  `json:"eval_only_because,omitempty"`
	SuccessRate float64 `json:"success_rate"`
	MeanScore   float64 `json:"mean_score"`
	MeanReturn  float64 `json:"mean_return"`
	MeanTurns   float64 `json:"mean_turns"`
	Invalid     float64 `json:"invalid_share"` // of steps

	Calls            int     `json:"calls"`
	Repeated         int     `json:"repeated_calls"`
	PromptTokens     int     `json:"prompt_tokens"`
	CompletionTokens int     `json:"completion_tokens"`
	SecondsACall     float64 `json:"seconds_a_call"`
}

// summary sums up what the run holds of specs, now and from before.
func (f *rolloutFlags) summary(cmd *cobra.Command, run *traces.Run, specs []runner.Spec) error {
	var t runner.Tally
	for _, s := range specs {
		tr, err := run.Load(s.ID)
		if err != nil {
			return err
		}
		t.Add(tr)
	}
	if t.Episodes == 0 {
		return fmt.Errorf("%w; the first: %s\nThey are in %s; try again with: gym rollout --resume %s", runner.ErrAllLost, t.FirstLost, run.Dir(), run.Dir())
	}
	n := float64(t.Episodes)
	s := rolloutSummary{
		Run: run.Dir(), Policy: run.Manifest().Policy, Episodes: t.Episodes, Lost: t.Lost, EvalOnly: t.EvalOnly, Why: t.FirstEval,
		SuccessRate: float64(t.Successes) / n, MeanScore: t.Score / n, MeanReturn: t.Return / n, MeanTurns: float64(t.Turns) / n,
		Invalid: float64(t.Invalid) / float64(max(1, t.Turns)),
		Calls:   t.Calls, Repeated: t.Repeated, PromptTokens: t.PromptTokens, CompletionTokens: t.CompletionTokens,
		SecondsACall: t.LatencyMS / 1000 / float64(max(1, t.Calls)),
	}
	w := cmd.OutOrStdout()
	if f.json {
		return printJSON(w, s)
	}
	fmt.Fprintf(w, "%s: %d episodes, %.1f %% succeeded, mean score %.1f, %.1f turns, %.1f %% of steps invalid, %d lost\n",
		s.Policy, s.Episodes, 100*s.SuccessRate, 100*s.MeanScore, s.MeanTurns, 100*s.Invalid, s.Lost)
	if s.Calls > 0 {
		fmt.Fprintf(w, "%d calls (%d attempts repeated), %d tokens read and %d written, %.2f s a call\n",
			s.Calls, s.Repeated, s.PromptTokens, s.CompletionTokens, s.SecondsACall)
	}
	if s.Lost > 0 {
		fmt.Fprintf(w, "lost, the first: %s\nplay them again: gym rollout --resume %s\n", t.FirstLost, s.Run)
	}
	if s.EvalOnly > 0 {
		fmt.Fprintf(w, "%d episodes are for evaluation only: %s\n", s.EvalOnly, s.Why)
	}
	fmt.Fprintf(w, "run: %s\n", s.Run)
	return nil
}
