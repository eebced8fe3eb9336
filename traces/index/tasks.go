package index

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Task is what the episodes of one task came to. Means run over the episodes
// that were not lost; NaN where there are none.
type Task struct {
	Task, Family, Type, Split, Goal string

	Episodes, Groups, Lost int

	Success, Score, Return, Turns float64

	// Variance is the population variance of the returns within a group, mean
	// over the groups with two or more: where it is 0 no method that compares
	// within groups has anything to teach. NaN without such a group.
	Variance float64

	TopClass  string // the most frequent class of failure, "" for none
	LastGroup string // the group that was written last
}

// Sum is what several tasks came to; see [Task].
type Sum struct {
	Name            string
	Tasks, Episodes int
	Success, Score  float64
	Variance        float64
}

// tally adds up a task.
type tally struct {
	Task
	n       int // episodes that count
	groups  map[string]*moments
	classes map[string]int
}

// moments are the sums behind a variance, of numbers less the first of them.
type moments struct {
	n                  int
	first, sum, square float64
}

func (m *moments) add(x float64) {
	if m.n == 0 {
		m.first = x
	}
	d := x - m.first
	m.n++
	m.sum += d
	m.square += d * d
}

func (m *moments) variance() float64 {
	mean := m.sum / float64(m.n)
	return max(0, m.square/float64(m.n)-mean*mean)
}

// Tasks adds up the episodes that pass f by task, in the order of the tasks'
// first episodes, and by split and task.
func (v *View) Tasks(ctx context.Context, f Filter) ([]Task, error) {
	rows, err := v.Select(ctx, f)
	if err != nil {
		return nil, err
	}
	type key struct{ task, split string }
	at := map[key]*tally{}
	var list []*tally
	for _, n := range rows {
		r := &v.Rows[n]
		k := key{r.Task, r.Split}
		t := at[k]
		if t == nil {
			t = &tally{groups: map[string]*moments{}, classes: map[string]int{}}
			t.Task = Task{Task: r.Task, Family: r.Family, Type: r.Type, Split: r.Split, Goal: r.Goal}
			at[k] = t
			list = append(list, t)
		}
		class, _ := v.Class(int(n))
		t.add(r, class)
	}
	out := make([]Task, len(list))
	for i, t := range list {
		out[i] = t.done()
	}
	return out, nil
}

func (t *tally) add(r *Row, class string) {
	t.Episodes++
	t.LastGroup = r.Group
	if class != "" {
		t.classes[class]++
	}
	g := t.groups[r.Group]
	if g == nil {
		g = new(moments)
		t.groups[r.Group] = g
	}
	if r.Outcome() == Lost {
		t.Lost++
		return
	}
	t.n++
	if r.Success {
		t.Success++
	}
	t.Score += r.Score
	t.Return += r.Return
	t.Turns += float64(r.Turns)
	if !r.Fork {
		g.add(r.Return)
	}
}

func (t *tally) done() Task {
	n := float64(t.n) // 0/0 is NaN
	t.Success, t.Score, t.Return, t.Turns = t.Success/n, t.Score/n, t.Return/n, t.Turns/n
	t.Groups = len(t.groups)
	var all []float64
	for _, g := range t.groups {
		if g.n >= 2 {
			all = append(all, g.variance())
		}
	}
	slices.Sort(all) // so that the sum does not depend on the order of a map
	t.Variance = mean(all)
	for class, n := range t.classes {
		if best := t.classes[t.TopClass]; n > best || n == best && class < t.TopClass {
			t.TopClass = class
		}
	}
	return t.Task
}

// mean is NaN of nothing.
func mean(xs []float64) float64 {
	s := 0.0
	for _, x := range xs {
		s += x
	}
	return s / float64(len(xs))
}

// SortTasks sorts tasks by a key: task, type, split, episodes, groups, success,
// score, return, variance, turns or lost. NaN comes last either way; equal ones
// keep their order.
func SortTasks(list []Task, by string, descending bool) error {
	number := func(of func(t *Task) float64) func(a, b *Task) int {
		return func(a, b *Task) int {
			x, y := of(a), of(b)
			switch {
			case math.IsNaN(x) && math.IsNaN(y):
				return 0
			case math.IsNaN(x):
				return 1
			case math.IsNaN(y):
				return -1
			case descending:
				return cmp.Compare(y, x)
			}
			return cmp.Compare(x, y)
		}
	}
	text := func(of func(t *Task) string) func(a, b *Task) int {
		return func(a, b *Task) int {
			if descending {
				a, b = b, a
			}
			return strings.Compare(of(a), of(b))
		}
	}
	keys := map[string]func(a, b *Task) int{
		"task":     text(func(t *Task) string { return t.Task }),
		"type":     text(func(t *Task) string { return t.Type }),
		"split":    text(func(t *Task) string { return t.Split }),
		"episodes": number(func(t *Task) float64 { return float64(t.Episodes) }),
		"groups":   number(func(t *Task) float64 { return float64(t.Groups) }),
		"success":  number(func(t *Task) float64 { return t.Success }),
		"score":    number(func(t *Task) float64 { return t.Score }),
		"return":   number(func(t *Task) float64 { return t.Return }),
		"variance": number(func(t *Task) float64 { return t.Variance }),
		"turns":    number(func(t *Task) float64 { return t.Turns }),
		"lost":     number(func(t *Task) float64 { return float64(t.Lost) }),
	}
	compare, ok := keys[by]
	if !ok {
		return fmt.Errorf("%w: %q of tasks", ErrSort, by)
	}
	slices.SortStableFunc(list, func(a, b Task) int { return compare(&a, &b) })
	return nil
}

// SumTasks adds up tasks by a name of each, in alphabetical order. Success and
// score are means over episodes, the variance one over tasks.
func SumTasks(list []Task, name func(t *Task) string) []Sum {
	at := map[string]int{}
	var out []Sum
	var counted []int
	var variances [][]float64
	for i := range list {
		t := &list[i]
		n, ok := at[name(t)]
		if !ok {
			n = len(out)
			at[name(t)] = n
			out, counted, variances = append(out, Sum{Name: name(t)}), append(counted, 0), append(variances, nil)
		}
		s, k := &out[n], t.Episodes-t.Lost
		s.Tasks++
		s.Episodes += t.Episodes
		if counted[n] += k; k > 0 {
			s.Success += t.Success * float64(k)
			s.Score += t.Score * float64(k)
		}
		if !math.IsNaN(t.Variance) {
			variances[n] = append(variances[n], t.Variance)
		}
	}
	for n := range out {
		out[n].Success /= float64(counted[n])
		out[n].Score /= float64(counted[n])
		out[n].Variance = mean(variances[n])
	}
	slices.SortFunc(out, func(a, b Sum) int { return strings.Compare(a.Name, b.Name) })
	return out
}
