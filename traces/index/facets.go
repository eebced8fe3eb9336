package index

import (
	"cmp"
	"context"
	"slices"
)

// Count is how many episodes have a value.
type Count struct {
	Value string
	N     int
	Open  bool // not known yet; Value is ""
}

// Bin counts the episodes of some iterations.
type Bin struct{ From, To, N, Success int }

// Facets are counts of the episodes that pass a filter. Each list disregards
// the filter's own field, and has the most frequent values first.
type Facets struct {
	Total                               int
	Outcome, Class, Split, Type, Policy []Count
	Iterations                          []Bin // by iteration, of all that pass but for From and To
}

// maxBins is how many bins of iterations there are at most.
const maxBins = 50

// Facets counts the episodes that pass f.
func (v *View) Facets(ctx context.Context, f Filter) (*Facets, error) {
	has, err := v.having(ctx, f.Text, f.In)
	if err != nil {
		return nil, err
	}
	out := new(Facets)
	pick := func(without string) []int {
		var list []int
		for n := range v.Rows {
			if (has == nil || has[n]) && f.match(v, n, without) {
				list = append(list, n)
			}
		}
		return list
	}
	all := pick("")
	out.Total = len(all)
	for _, facet := range []struct {
		field string
		given bool // the filter has the field, so that the facet is of more rows
		to    *[]Count
		of    func(n int) Count
	}{
		{fieldOutcome, len(f.Outcome) > 0, &out.Outcome, func(n int) Count { return Count{Value: string(v.Rows[n].Outcome())} }},
		{fieldClass, len(f.Class) > 0, &out.Class, v.countClass},
		{fieldSplit, len(f.Split) > 0, &out.Split, func(n int) Count { return Count{Value: v.Rows[n].Split} }},
		{fieldType, len(f.Type) > 0, &out.Type, func(n int) Count { return Count{Value: v.Rows[n].Type} }},
		{fieldPolicy, len(f.Policy) > 0, &out.Policy, func(n int) Count { return Count{Value: v.Rows[n].Policy} }},
	} {
		rows := all
		if facet.given {
			rows = pick(facet.field)
		}
		*facet.to = count(rows, facet.of)
	}
	g := f
	g.From, g.To = nil, nil
	rows := all
	if f.From != nil || f.To != nil {
		f = g
		rows = pick("")
	}
	out.Iterations = v.bins(rows)
	return out, nil
}

func (v *View) countClass(n int) Count {
	class, known := v.Class(n)
	return Count{Value: class, Open: !known}
}

func count(rows []int, of func(n int) Count) []Count {
	at := map[Count]int{}
	var out []Count
	for _, n := range rows {
		c := of(n)
		i, ok := at[c]
		if !ok {
			i = len(out)
			at[c] = i
			out = append(out, c)
		}
		out[i].N++
	}
	slices.SortStableFunc(out, func(a, b Count) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Value, b.Value))
	})
	return out
}

// bins counts by iteration, several to a bin where there are many.
func (v *View) bins(rows []int) []Bin {
	if len(rows) == 0 {
		return nil
	}
	low, high := v.Rows[rows[0]].Iteration, v.Rows[rows[0]].Iteration
	for _, n := range rows {
		low, high = min(low, v.Rows[n].Iteration), max(high, v.Rows[n].Iteration)
	}
	width := (high - low + maxBins) / maxBins
	out := make([]Bin, (high-low)/width+1)
	for i := range out {
		out[i].From = low + i*width
		out[i].To = min(high, out[i].From+width-1)
	}
	for _, n := range rows {
		b := &out[(v.Rows[n].Iteration-low)/width]
		b.N++
		if v.Rows[n].Outcome() == Success {
			b.Success++
		}
	}
	return out
}
