package index

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// Filter picks episodes. Of a list any value may match; an empty list picks all.
type Filter struct {
	Outcome                                  []Outcome
	Class                                    []string // "-" for none
	Split, Type, Family, Task, Group, Policy []string

	From, To *int   // iterations, both included
	Forks    string // "only", "none" or "" for both

	Text string // must occur; see Index.Search
	In   Where
}

// Fields that facets leave out of their own count.
const (
	fieldOutcome = "outcome"
	fieldClass   = "class"
	fieldSplit   = "split"
	fieldType    = "type"
	fieldPolicy  = "policy"
)

func among[T comparable](list []T, x T) bool { return len(list) == 0 || slices.Contains(list, x) }

// match reports whether row n passes f, but for the text and the field called
// without.
func (f *Filter) match(v *View, n int, without string) bool {
	r := &v.Rows[n]
	return (without == fieldOutcome || len(f.Outcome) == 0 || slices.Contains(f.Outcome, r.Outcome())) &&
		(without == fieldClass || len(f.Class) == 0 || f.matchClass(v, n)) &&
		(without == fieldSplit || among(f.Split, r.Split)) &&
		(without == fieldType || among(f.Type, r.Type)) &&
		(without == fieldPolicy || among(f.Policy, r.Policy)) &&
		among(f.Family, r.Family) && among(f.Task, r.Task) && among(f.Group, r.Group) &&
		(f.From == nil || r.Iteration >= *f.From) && (f.To == nil || r.Iteration <= *f.To) &&
		(f.Forks == "" || (f.Forks == "only") == r.Fork)
}

func (f *Filter) matchClass(v *View, n int) bool {
	class, known := v.Class(n)
	if !known {
		return false
	}
	if class == "" {
		class = "-"
	}
	return slices.Contains(f.Class, class)
}

// key names the filter, for caches.
func (f *Filter) key() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%q %q %q %q %q %q %q %q", f.Outcome, f.Class, f.Split, f.Type, f.Family, f.Task, f.Group, f.Policy)
	for _, n := range []*int{f.From, f.To} {
		if n == nil {
			b.WriteString(" *")
		} else {
			fmt.Fprintf(&b, " %d", *n)
		}
	}
	fmt.Fprintf(&b, " %q %q %q", f.Forks, f.Text, f.In)
	return b.String()
}

// Select returns the rows that pass f, in the order written.
func (v *View) Select(ctx context.Context, f Filter) ([]int32, error) {
	has, err := v.having(ctx, f.Text, f.In)
	if err != nil {
		return nil, err
	}
	out := make([]int32, 0, len(v.Rows))
	for n := range v.Rows {
		if (has == nil || has[n]) && f.match(v, n, "") {
			out = append(out, int32(n))
		}
	}
	return out, nil
}

// ErrSort is wrapped by the errors for a sort key that there is not.
var ErrSort = errors.New("index: no such sort key")

// Sort keys of episodes.
const (
	SortTime      = "time" // the order written
	SortID        = "id"
	SortTask      = "task"
	SortReturn    = "return"
	SortScore     = "score"
	SortTurns     = "turns"
	SortInvalid   = "invalid"
	SortIteration = "iteration"
	SortClass     = "class"
	SortOutcome   = "outcome"
	SortType      = "type"
)

// keys returns what the rows of a list are sorted by: one number for each. Texts
// are numbered in their order.
func (v *View) keys(list []int32, by string) ([]float64, bool) {
	number := func(of func(r *Row) float64) ([]float64, bool) {
		out := make([]float64, len(list))
		for i, n := range list {
			out[i] = of(&v.Rows[n])
		}
		return out, true
	}
	switch by {
	case "", SortTime:
		return nil, true
	case SortID:
		return v.ranks(list, func(r *Row) string { return r.ID }), true
	case SortTask:
		return v.ranks(list, func(r *Row) string { return r.Task }), true
	case SortType:
		return v.ranks(list, func(r *Row) string { return r.Type }), true
	case SortOutcome:
		return v.ranks(list, func(r *Row) string { return string(r.Outcome()) }), true
	case SortReturn:
		return number(func(r *Row) float64 { return r.Return })
	case SortScore:
		return number(func(r *Row) float64 { return r.Score })
	case SortTurns:
		return number(func(r *Row) float64 { return float64(r.Turns) })
	case SortInvalid:
		return number(func(r *Row) float64 { return float64(r.Invalid) })
	case SortIteration:
		return number(func(r *Row) float64 { return float64(r.Iteration) })
	case SortClass:
		out := make([]float64, len(list))
		for i, n := range list {
			out[i] = float64(v.class[n])
		}
		return out, true
	}
	return nil, false
}

// ranks numbers the texts of the rows of a list in their order.
func (v *View) ranks(list []int32, of func(r *Row) string) []float64 {
	rank := map[string]float64{}
	for _, n := range list {
		rank[of(&v.Rows[n])] = 0
	}
	for i, text := range slices.Sorted(maps.Keys(rank)) {
		rank[text] = float64(i)
	}
	out := make([]float64, len(list))
	for i, n := range list {
		out[i] = rank[of(&v.Rows[n])]
	}
	return out
}

// Ordered returns the rows that pass f by a sort key; equal ones come in the
// order written. The slice is shared: read it, do not write it. What was asked
// for last is kept, so that turning pages costs nothing.
func (v *View) Ordered(ctx context.Context, f Filter, by string, descending bool) ([]int32, error) {
	if _, ok := v.keys(nil, by); !ok {
		return nil, fmt.Errorf("%w: %q of episodes", ErrSort, by)
	}
	known := 0 // which classes are known matters to few
	if by == SortClass || len(f.Class) > 0 {
		known = v.Known
	}
	key := fmt.Sprintf("%d %d %s %t %s", v.Version, known, by, descending, f.key())
	if list, ok := v.x.orders.get(key); ok {
		return list, nil
	}
	list, err := v.Select(ctx, f)
	if err != nil {
		return nil, err
	}
	switch keys, _ := v.keys(list, by); {
	case keys != nil:
		sortBy(list, keys, descending)
	case descending:
		slices.Reverse(list)
	}
	v.x.orders.put(key, list)
	return list, nil
}

// sortBy sorts rows by their keys, and equal ones by their number.
func sortBy(list []int32, keys []float64, descending bool) {
	type keyed struct {
		key float64
		row int32
	}
	all := make([]keyed, len(list))
	for i, n := range list {
		all[i] = keyed{keys[i], n}
		if descending {
			all[i].key = -keys[i]
		}
	}
	slices.SortFunc(all, func(a, b keyed) int {
		switch {
		case a.key < b.key:
			return -1
		case a.key > b.key:
			return 1
		}
		return int(a.row) - int(b.row)
	})
	for i := range all {
		list[i] = all[i].row
	}
}

// orders keeps the lists that were asked for last.
type orders struct {
	mu   sync.Mutex
	kept []order // the last used first
}

type order struct {
	key  string
	list []int32
}

const keptOrders = 8

func (o *orders) get(key string) ([]int32, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i, k := range o.kept {
		if k.key == key {
			copy(o.kept[1:i+1], o.kept[:i])
			o.kept[0] = k
			return k.list, true
		}
	}
	return nil, false
}

func (o *orders) put(key string, list []int32) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.kept = slices.Insert(o.kept[:min(len(o.kept), keptOrders-1)], 0, order{key, list})
}
