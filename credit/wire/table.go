package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"

	"github.com/parquet-go/parquet-go"
	"github.com/zeebo/xxh3"
)

// tableColumns are the columns that a table may have, one row a step. All but
// the first few are optional; of columns with two names the second is the one
// that verl-agent gives it.
//
//	uid, traj_uid, step                 text or whole number: group, trajectory, t from 0
//	obs (anchor_obs), action            text: seen before the action, and done
//	reward (rewards)                    number
//	next_obs, final_obs                 text: seen after the action, after the trajectory's last one
//	n_tokens                            whole number: written by the policy for the action
//	tool_calls                          whole number: made by the action
//	value (values), logprob, entropy    number
//	logratio                            number, see traces.Graph.LogRatio
//	invalid, or is_action_valid         truth
//	bootstrap, success, error           of the trajectory: what its last step says
//
// Besides, every reward part that is asked for has a column of its name.
var tableColumns = []struct {
	names    []string
	required bool
	read     func(*tableRow, *column, parquet.Value) error
}{
	{[]string{"uid"}, true, func(r *tableRow, c *column, v parquet.Value) (err error) { r.group, err = c.text(v); return }},
	{[]string{"traj_uid"}, true, func(r *tableRow, c *column, v parquet.Value) (err error) { r.trajectory, err = c.text(v); return }},
	{[]string{"step"}, true, func(r *tableRow, c *column, v parquet.Value) (err error) { r.step, err = c.whole(v); return }},
	{[]string{"obs", "anchor_obs"}, true, func(r *tableRow, c *column, v parquet.Value) (err error) { r.obs, err = c.text(v); return }},
	{[]string{"action"}, true, func(r *tableRow, c *column, v parquet.Value) (err error) { r.action, err = c.text(v); return }},
	{[]string{"reward", "rewards"}, true, func(r *tableRow, c *column, v parquet.Value) (err error) { r.reward, err = c.number(v); return }},
	{[]string{"next_obs"}, false, func(r *tableRow, c *column, v parquet.Value) error { return c.optional(&r.next, v) }},
	{[]string{"final_obs"}, false, func(r *tableRow, c *column, v parquet.Value) error { return c.optional(&r.final, v) }},
	{[]string{"n_tokens"}, false, func(r *tableRow, c *column, v parquet.Value) (err error) { r.tokens, err = c.whole(v); return }},
	{[]string{"tool_calls"}, false, func(r *tableRow, c *column, v parquet.Value) (err error) { r.calls, err = c.whole(v); return }},
	{[]string{"logratio"}, false, func(r *tableRow, c *column, v parquet.Value) (err error) { r.logRatio, err = c.number(v); return }},
	{[]string{"value", "values"}, false, func(r *tableRow, c *column, v parquet.Value) (err error) { r.value, err = c.number(v); return }},
	{[]string{"logprob"}, false, func(r *tableRow, c *column, v parquet.Value) (err error) { r.logProb, err = c.number(v); return }},
	{[]string{"entropy"}, false, func(r *tableRow, c *column, v parquet.Value) (err error) { r.entropy, err = c.number(v); return }},
	{[]string{"invalid"}, false, func(r *tableRow, c *column, v parquet.Value) (err error) { r.invalid, err = c.truth(v); return }},
	{[]string{"is_action_valid"}, false, func(r *tableRow, c *column, v parquet.Value) error {
		ok, err := c.truth(v)
		r.invalid = !ok
		return err
	}},
	{[]string{"bootstrap"}, false, func(r *tableRow, c *column, v parquet.Value) (err error) {
		if !v.IsNull() {
			r.bootstrap, err = c.number(v)
		}
		return err
	}},
	{[]string{"success"}, false, func(r *tableRow, c *column, v parquet.Value) (err error) {
		if !v.IsNull() {
			r.success, err = c.truth(v)
		}
		return err
	}},
	{[]string{"error"}, false, func(r *tableRow, c *column, v parquet.Value) (err error) {
		if !v.IsNull() {
			r.lost, err = c.text(v)
		}
		return err
	}},
}

// tableRow is one row of a table.
type tableRow struct {
	row                         int64 // from 1
	group, trajectory           string
	step                        int64
	obs, action, lost           string
	next, final                 *string
	reward, value               float64
	logProb, entropy, bootstrap float64
	logRatio                    float64
	tokens, calls               int64
	invalid, success            bool
	parts                       []float64 // in the order of table.parts
}

// optional reads a text that may be null.
func (c *column) optional(to **string, v parquet.Value) error {
	if v.IsNull() {
		return nil
	}
	s, err := c.text(v)
	*to = &s
	return err
}

// Table reads a Parquet table of one row a step. The rows of a group stand
// together; within the group they may come in any order, for trajectory and
// step are columns. Columns that it does not know are not read. The columns
// called parts are reward parts, see [credit.Transforms.Parts].
func Table(r io.ReaderAt, size int64, parts ...string) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		t, err := openTable(r, size, parts)
		if err != nil {
			yield(Record{}, fmt.Errorf("read the table: %w", err))
			return
		}
		defer t.close()
		for {
			rows, err := t.group()
			if err != nil {
				yield(Record{}, err)
				return
			}
			if len(rows) == 0 {
				return
			}
			where := fmt.Sprintf("row %d", rows[0].row)
			if !yield(Record{where, func() (*Group, error) { return t.assemble(rows) }}, nil) {
				return
			}
		}
	}
}

// maxRows bounds a group, which has to be held: a damaged table of a few bytes
// may claim any number of equal rows.
const maxRows = 1 << 22

// table is an open one.
type table struct {
	columns []*column // in the order of tableColumns, nil where there is none
	parts   []*column // of the reward parts
	rows    int64
	read    int64
	ahead   *tableRow                 // first row of the next group
	seen    map[xxh3.Uint128]struct{} // groups that are complete
}

func openTable(r io.ReaderAt, size int64, parts []string) (t *table, err error) {
	defer recovered(&err)
	if err := checkFooter(r, size); err != nil {
		return nil, err
	}
	f, err := parquet.OpenFile(r, size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, err
	}
	t = &table{rows: f.NumRows(), seen: map[xxh3.Uint128]struct{}{}}
	var missing []error
	for _, spec := range tableColumns {
		c, err := openColumn(f.Root(), spec.names)
		if err == nil && c == nil && spec.required {
			err = fmt.Errorf("there is no column %s", spec.names[0])
		}
		missing = append(missing, err)
		t.columns = append(t.columns, c)
	}
	for _, name := range parts {
		c, err := openColumn(f.Root(), []string{name})
		if err == nil && c == nil {
			err = fmt.Errorf("there is no column %s, a part of the reward", name)
		}
		missing = append(missing, err)
		t.parts = append(t.parts, c)
	}
	return t, errors.Join(missing...)
}

// checkFooter looks at the length that the last bytes of the file give for what
// describes it: the library would believe any.
func checkFooter(r io.ReaderAt, size int64) error {
	const tail = 8 // the length, and the magic word
	b := make([]byte, tail)
	if size < tail+4 {
		return fmt.Errorf("it has %d bytes: it was cut off", size)
	}
	if _, err := r.ReadAt(b, size-tail); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if string(b[4:]) != "PAR1" {
		return errors.New("it does not end as a Parquet table does: it was cut off")
	}
	if n := int64(binary.LittleEndian.Uint32(b)); n > size-tail-4 {
		return fmt.Errorf("its footer has %d bytes, more than the file: it is damaged", n)
	}
	return nil
}

// close gives the readers of the columns back.
func (t *table) close() {
	for _, c := range slices.Concat(t.columns, t.parts) {
		if c != nil {
			c.pages.Close() // nothing was written
		}
	}
}

// has reports whether the table has a column, by its first name.
func (t *table) has(name string) bool {
	for i, spec := range tableColumns {
		if spec.names[0] == name {
			return t.columns[i] != nil
		}
	}
	return false
}

// group returns the rows of the next group, none at the end.
func (t *table) group() (rows []tableRow, err error) {
	defer recovered(&err)
	for _, c := range t.columns {
		if c != nil {
			clear(c.texts)
		}
	}
	if t.ahead != nil {
		rows = append(rows, *t.ahead)
		t.ahead = nil
	}
	for t.read < t.rows {
		r, err := t.row()
		if err != nil {
			return nil, err
		}
		if len(rows) > 0 && r.group != rows[0].group {
			t.seen[xxh3.HashString128(rows[0].group)] = struct{}{}
			if _, ok := t.seen[xxh3.HashString128(r.group)]; ok {
				return nil, r.fault("its group has rows further up: sort the table by uid")
			}
			t.ahead = &r
			return rows, nil
		}
		if len(rows) == maxRows {
			return nil, r.fault("its group has more than %d rows: uid names the group, which is the rollouts of one task", maxRows)
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// row reads the next row.
func (t *table) row() (tableRow, error) {
	t.read++
	r := tableRow{row: t.read}
	for i, c := range t.columns {
		if c == nil {
			continue
		}
		v, err := c.next()
		if err == nil {
			err = tableColumns[i].read(&r, c, v)
		}
		if err != nil {
			return r, r.fault("%w", err)
		}
	}
	for _, c := range t.parts {
		x, err := c.part()
		if err != nil {
			return r, r.fault("%w", err)
		}
		r.parts = append(r.parts, x)
	}
	return r, nil
}

// fault names the row, and the step as far as it is known.
func (r *tableRow) fault(format string, args ...any) error {
	err := fmt.Errorf("group %q, trajectory %q, step %d: "+format, append([]any{r.group, r.trajectory, r.step}, args...)...)
	return &InputError{fmt.Sprintf("row %d", r.row), err}
}

// recovered turns a panic of the Parquet library, which damaged files cause,
// into an error.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("the table is damaged: %v", p)
	}
}
