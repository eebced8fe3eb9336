package viewer

import (
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"

	"stepgym/traces"
)

// stepRow is one row of a table of steps. The first columns, and others of these
// names, are what "gym credit" reads: see package credit/wire.
type stepRow struct {
	Group      string `parquet:"uid,dict"`
	Trajectory string `parquet:"traj_uid,dict"`
	Step       int32  `parquet:"step"`

	Obs      string   `parquet:"obs"` // what the papers group by
	Action   string   `parquet:"action"`
	Reward   float64  `parquet:"reward"`
	FinalObs *string  `parquet:"final_obs,optional"` // of the last step
	Tokens   int32    `parquet:"n_tokens"`
	Value    float64  `parquet:"value"`
	LogProb  float64  `parquet:"logprob"`
	Entropy  float64  `parquet:"entropy"`
	Invalid  bool     `parquet:"invalid"`
	Boot     *float64 `parquet:"bootstrap,optional"`
	Success  bool     `parquet:"success"`
	Error    *string  `parquet:"error,optional"`

	Text  string `parquet:"text"` // what was seen
	State string `parquet:"state"`
	Place string `parquet:"place,dict"`
	Focus string `parquet:"focus,dict"`
	Raw   string `parquet:"raw"`

	Terminated bool `parquet:"terminated"`
	Truncated  bool `parquet:"truncated"`

	Task      string `parquet:"task,dict"`
	Family    string `parquet:"family,dict"`
	Env       string `parquet:"env,dict"`
	Split     string `parquet:"split,dict"`
	Policy    string `parquet:"policy,dict"`
	Version   int32  `parquet:"version"`
	Iteration int32  `parquet:"iteration"`
	Index     int32  `parquet:"index"`
	EnvSeed   uint64 `parquet:"env_seed"`

	Return float64 `parquet:"return"` // of the episode
	Score  float64 `parquet:"score"`  // of the episode
	Goal   string  `parquet:"goal,dict"`
	Parent string  `parquet:"parent,dict"`
	ForkAt int32   `parquet:"fork_at"`

	PromptIDs     []int32   `parquet:"prompt_ids,list"`
	CompletionIDs []int32   `parquet:"completion_ids,list"`
	LogProbs      []float64 `parquet:"logprobs,list"`
}

// stepTable writes a table of steps.
type stepTable struct {
	w *parquet.GenericWriter[stepRow]
}

// tableRows is the number of rows that stand together.
const tableRows = 1 << 15

func newStepTable(w io.Writer) *stepTable {
	return &stepTable{parquet.NewGenericWriter[stepRow](w,
		parquet.Compression(&parquet.Zstd), parquet.MaxRowsPerRowGroup(tableRows), parquet.CreatedBy("stepgym", "1", ""))}
}

// add writes the steps of an episode. One without steps has no rows.
func (s *stepTable) add(t *traces.Trajectory) error {
	rows := make([]stepRow, len(t.Steps))
	for i := range t.Steps {
		e := &t.Steps[i]
		o := &e.Observation
		r := &rows[i]
		*r = stepRow{
			Group: t.GroupID, Trajectory: t.ID, Step: int32(i), Obs: o.AnchorText(), Action: e.Action, Reward: e.Reward,
			Tokens: int32(e.Tokens), Value: e.Value, LogProb: e.LogProb, Entropy: e.Entropy, Invalid: e.Invalid, Success: t.Success,
			Text: o.Text, State: o.State, Place: o.Place, Focus: o.Focus, Raw: e.Raw, Terminated: e.Terminated, Truncated: e.Truncated,
			Task: t.TaskID, Family: t.Family, Env: t.Env, Split: t.Split, Policy: t.Policy, Version: int32(t.Version),
			Iteration: int32(t.Iteration), Index: int32(t.Index), EnvSeed: t.EnvSeed, Return: t.Return, Score: t.Score,
			Goal: t.Goal, Parent: t.Parent, ForkAt: int32(t.ForkAt),
		}
		if t.Err != "" {
			r.Error = &t.Err
		}
		if c := e.Call; c != nil {
			r.PromptIDs, r.CompletionIDs, r.LogProbs = c.PromptIDs, c.CompletionIDs, c.LogProbs
		}
		if i == len(t.Steps)-1 {
			r.Boot = &t.Bootstrap
			if t.Final != nil {
				text := t.Final.AnchorText()
				r.FinalObs = &text
			}
		}
	}
	if _, err := s.w.Write(rows); err != nil {
		return fmt.Errorf("viewer: write %s: %w", t.ID, err)
	}
	return nil
}

func (s *stepTable) close() error {
	if err := s.w.Close(); err != nil {
		return fmt.Errorf("viewer: write the table: %w", err)
	}
	return nil
}
