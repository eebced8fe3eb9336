package loss

import (
	"errors"
	"fmt"
	"math"
)

// check refuses what is no rectangle of numbers.
func (b Batch) check() error {
	if len(b.Mask) == 0 {
		return errors.New("loss: the batch has no rows")
	}
	width := len(b.Mask[0])
	for _, c := range []struct {
		name string
		rows [][]float64
	}{{"mask", b.Mask}, {"old", b.Old}, {"new", b.New}, {"advantage", b.Advantage}} {
		if len(c.rows) != len(b.Mask) {
			return fmt.Errorf("loss: %d rows of %s, but %d of mask", len(c.rows), c.name, len(b.Mask))
		}
		for i, row := range c.rows {
			if len(row) != width {
				return fmt.Errorf("loss: row %d of %s has %d tokens, but row 0 of mask has %d", i, c.name, len(row), width)
			}
			for t, x := range row {
				if math.IsNaN(x) || math.IsInf(x, 0) {
					return fmt.Errorf("loss: row %d, token %d: %s is %v, want a finite number", i, t, c.name, x)
				}
				if c.name == "mask" && x != 0 && x != 1 {
					return fmt.Errorf("loss: row %d, token %d: mask is %v, want 0 or 1", i, t, x)
				}
			}
		}
	}
	return nil
}

// weights returns the weight of a token of each row in the loss.
func (b Batch) weights(p Params) []float64 {
	counts := make([]float64, len(b.Mask))
	tokens, rows := 0.0, 0.0
	for i, row := range b.Mask {
		for _, m := range row {
			counts[i] += m
		}
		tokens += counts[i]
		if counts[i] > 0 {
			rows++
		}
	}
	length := float64(p.Length)
	if length == 0 {
		length = float64(len(b.Mask[0]))
	}
	for i, n := range counts {
		switch p.Agg {
		case TokenMean:
			counts[i] = 1 / max(tokens, 1)
		case SeqMeanTokenMean:
			counts[i] = 1 / (max(n, 1) * max(rows, 1))
		case SeqMeanTokenSum:
			counts[i] = 1 / max(rows, 1)
		case SeqMeanTokenSumNorm:
			counts[i] = 1 / max(length, 1)
		case SeqMeanTokenSumLength:
			counts[i] = 1 / (max(length, 1) * max(rows, 1))
		}
	}
	return counts
}
