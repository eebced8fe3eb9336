package wire

import (
	"fmt"
	"io"
	"strconv"

	"github.com/parquet-go/parquet-go"
)

// creditRow is one row of an answer table: a step.
type creditRow struct {
	Group      string `parquet:"uid,dict"`
	Trajectory string `parquet:"traj_uid,dict"`
	Step       int32  `parquet:"step"`

	// Advantage and Return are null for a trajectory that was lost. Return is
	// the discounted sum of rewards from the step on, with the method's gamma,
	// undiscounted if it has none; transforms come first.
	Advantage *float64 `parquet:"advantage,optional"`
	Return    *float64 `parquet:"return,optional"`
}

// tokenRow is a creditRow with the advantage of each token.
type tokenRow struct {
	creditRow
	TokenAdvantages []float64 `parquet:"token_advantages,list"`
}

// tableRows is the number of rows that stand together in an answer table.
const tableRows = 1 << 17

// NewTable returns a sink that writes a Parquet table with one row a step: uid
// (the group), traj_uid, step, advantage and return, and with tokens a column
// token_advantages of lists. A trajectory without a name of its own is called
// by its place in the group, from 0. The rows of an answer to a [Table] come in
// the order of its rows; the keys are there to join by. The metadata key
// "stepgym.credit" holds a [Used] as JSON.
func NewTable(w io.Writer, tokens bool) Sink {
	options := []parquet.WriterOption{
		parquet.Compression(&parquet.Zstd), parquet.MaxRowsPerRowGroup(tableRows), parquet.CreatedBy("stepgym", "1", ""),
	}
	if tokens {
		return &tableSink[tokenRow]{w: parquet.NewGenericWriter[tokenRow](w, options...), wrap: func(r creditRow, tokens []float64) tokenRow {
			return tokenRow{r, tokens}
		}}
	}
	return &tableSink[creditRow]{w: parquet.NewGenericWriter[creditRow](w, options...), wrap: func(r creditRow, _ []float64) creditRow { return r }}
}

type tableSink[R any] struct {
	w    *parquet.GenericWriter[R]
	wrap func(r creditRow, tokens []float64) R
	rows []R
	said bool // the metadata are set
}

func (s *tableSink[R]) encode(*Answer) ([]byte, error) { return nil, nil }

func (s *tableSink[R]) write(a *Answer, _ []byte, _ bool) error {
	if !s.said {
		s.w.SetKeyValueMetadata("stepgym.credit", string(a.Stats.Used))
		s.said = true
	}
	b := newBlock(a)
	s.rows = s.rows[:0]
	for _, at := range b.order() {
		row, tokens := b.row(at)
		s.rows = append(s.rows, s.wrap(row, tokens))
	}
	if _, err := s.w.Write(s.rows); err != nil {
		return fmt.Errorf("write the answers: %w", err)
	}
	return nil
}

func (s *tableSink[R]) stop() error { return nil }

func (s *tableSink[R]) close() error {
	if err := s.w.Close(); err != nil {
		return fmt.Errorf("write the answers: %w", err)
	}
	return nil
}

// block is an answer seen as rows.
type block struct {
	*Answer
	names   []string
	returns [][]float64
	starts  [][]int // place of each step's first token
}

func newBlock(a *Answer) *block {
	b := &block{Answer: a, returns: a.graph.Rows(a.graph.Returns(a.gamma))}
	for i := range a.group.Trajectories {
		name := a.group.Trajectories[i].ID
		if name == "" {
			name = strconv.Itoa(i)
		}
		b.names = append(b.names, name)
	}
	if a.TokenAdvantages != nil {
		b.starts = make([][]int, len(b.names))
		for _, r := range a.graph.Rollouts {
			starts := make([]int, 1, r.Steps+1)
			for t, n := range a.graph.Tokens[r.First : r.First+r.Steps] {
				starts = append(starts, starts[t]+int(n))
			}
			b.starts[r.Source] = starts
		}
	}
	return b
}

// order returns the steps in the order of the question.
func (b *block) order() []rowPlace {
	if b.group.order != nil {
		return b.group.order
	}
	var out []rowPlace
	for i := range b.group.Trajectories {
		for t := range b.group.Trajectories[i].Actions {
			out = append(out, rowPlace{int32(i), int32(t)})
		}
	}
	return out
}

// row returns the row of a step and the advantages of its tokens.
func (b *block) row(at rowPlace) (creditRow, []float64) {
	i, t := at.trajectory, at.step
	r := creditRow{Group: b.ID, Trajectory: b.names[i], Step: t}
	if b.Advantages[i] == nil {
		return r, nil
	}
	r.Advantage, r.Return = &b.Advantages[i][t], &b.returns[i][t]
	if b.starts == nil {
		return r, nil
	}
	return r, b.TokenAdvantages[i][b.starts[i][t]:b.starts[i][t+1]]
}
