package wire

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/parquet-go/parquet-go"
)

// column reads one flat column of a table from top to bottom. It knows nothing
// of the other columns, so that those which credit does not need are not read.
type column struct {
	name   string
	pages  parquet.Pages
	values parquet.ValueReader
	buf    []parquet.Value
	at, n  int
	page   parquet.Page

	texts map[string]string // one copy of each text of the group being read
}

// openColumn returns the first column of root that has one of the names, or
// nil.
func openColumn(root *parquet.Column, names []string) (*column, error) {
	for _, name := range names {
		c := root.Column(name)
		if c == nil {
			continue
		}
		if !c.Leaf() || c.MaxRepetitionLevel() > 0 {
			return nil, fmt.Errorf("column %s holds lists or records, want one value a row: one row is one step", name)
		}
		return &column{name: name, pages: c.Pages(), buf: make([]parquet.Value, 256), texts: map[string]string{}}, nil
	}
	return nil, nil
}

// next returns the value of the next row. It is valid until the next call.
func (c *column) next() (parquet.Value, error) {
	for c.at == c.n {
		if c.values == nil {
			if c.page != nil {
				parquet.Release(c.page) // all of its values have been taken
				c.page = nil
			}
			page, err := c.pages.ReadPage()
			if errors.Is(err, io.EOF) {
				return parquet.Value{}, fmt.Errorf("column %s ends before the others: %w", c.name, io.ErrUnexpectedEOF)
			}
			if err != nil {
				return parquet.Value{}, fmt.Errorf("column %s: %w", c.name, err)
			}
			c.page, c.values = page, page.Values()
		}
		n, err := c.values.ReadValues(c.buf)
		c.at, c.n = 0, n
		switch {
		case errors.Is(err, io.EOF):
			c.values = nil
		case err != nil:
			return parquet.Value{}, fmt.Errorf("column %s: %w", c.name, err)
		case n == 0:
			return parquet.Value{}, fmt.Errorf("column %s: %w", c.name, io.ErrNoProgress)
		}
	}
	c.at++
	return c.buf[c.at-1], nil
}

// text returns a text, or a whole number as text.
func (c *column) text(v parquet.Value) (string, error) {
	switch v.Kind() {
	case parquet.ByteArray, parquet.FixedLenByteArray:
		b := v.ByteArray()
		s, ok := c.texts[string(b)]
		if !ok {
			s = string(b)
			c.texts[s] = s
		}
		return s, nil
	case parquet.Int32, parquet.Int64:
		return strconv.FormatInt(integer(v), 10), nil
	}
	return "", c.wrong(v, "a text")
}

// number returns a number of any kind.
func (c *column) number(v parquet.Value) (float64, error) {
	switch v.Kind() {
	case parquet.Double:
		return v.Double(), nil
	case parquet.Float:
		return float64(v.Float()), nil
	case parquet.Int32, parquet.Int64:
		return float64(integer(v)), nil
	}
	return 0, c.wrong(v, "a number")
}

// whole returns a whole number; tables that went through pandas hold some as
// doubles.
func (c *column) whole(v parquet.Value) (int64, error) {
	x, err := c.number(v)
	if err != nil || x != math.Trunc(x) || math.Abs(x) > 1<<53 {
		return 0, c.wrong(v, "a whole number")
	}
	return int64(x), nil
}

// truth returns true or false; 1 and 0 will do.
func (c *column) truth(v parquet.Value) (bool, error) {
	if v.Kind() == parquet.Boolean {
		return v.Boolean(), nil
	}
	x, err := c.number(v)
	if err != nil || x != 0 && x != 1 {
		return false, c.wrong(v, "true or false")
	}
	return x == 1, nil
}

// part returns the next value of a reward part: a number, or true for 1.
func (c *column) part() (float64, error) {
	v, err := c.next()
	switch {
	case err != nil:
		return 0, err
	case v.Kind() != parquet.Boolean:
		return c.number(v)
	case v.Boolean():
		return 1, nil
	}
	return 0, nil
}

func (c *column) wrong(v parquet.Value, want string) error {
	if v.IsNull() {
		return fmt.Errorf("column %s is null, want %s", c.name, want)
	}
	return fmt.Errorf("column %s holds %s of kind %s, want %s", c.name, v, v.Kind(), want)
}

// integer returns the value of a column of either integer kind.
func integer(v parquet.Value) int64 {
	if v.Kind() == parquet.Int32 {
		return int64(v.Int32())
	}
	return v.Int64()
}
