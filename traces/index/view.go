package index

import (
	"fmt"
	"slices"

	"stepgym/envs"
)

// View is the index as it was at one moment. It is immutable.
type View struct {
	x       *Index
	Version int // raised whenever rows were added or dropped
	Rows    []Row
	Faults  []Fault
	Known   int // rows whose class of failure is known
	class   []uint8
	names   []envs.FailureClass // classes by number, less firstClass
	epoch   int
}

// View returns what the index holds now. The slices belong to the index.
func (x *Index) View() *View {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return &View{
		x: x, Version: x.version, Rows: x.rows[:len(x.rows):len(x.rows)], Faults: x.faults,
		Known: x.known, class: slices.Clone(x.class), epoch: x.epoch, names: x.classes[:len(x.classes):len(x.classes)],
	}
}

// Class returns the class of failure of row n; known is false as long as that
// has not been found out.
func (v *View) Class(n int) (class string, known bool) {
	switch c := v.class[n]; c {
	case classUnknown:
		return "", false
	case classNone:
		return "", true
	default:
		return v.names[c-firstClass].Name, true
	}
}

// Find returns the number of the row of the episode called id.
func (v *View) Find(id string) (int, error) {
	v.x.mu.RLock()
	n, ok := v.x.byID[id]
	v.x.mu.RUnlock()
	if ok && int(n) < len(v.Rows) && v.Rows[n].ID == id {
		return int(n), nil
	}
	for i := range v.Rows { // the table is of a later moment
		if ok && v.Rows[i].ID == id {
			return i, nil
		}
	}
	return 0, fmt.Errorf("%w: %q in %s", ErrNoEpisode, id, v.x.dir)
}

// Group returns the rows of a group by their place in it, forks last.
func (v *View) Group(id string) []int {
	return v.table(&v.x.byGroup, id, func(r *Row) string { return r.Group })
}

// Children returns the rows of the episodes that branched off the one called id.
func (v *View) Children(id string) []int {
	return v.table(&v.x.byParent, id, func(r *Row) string { return r.Parent })
}

func (v *View) table(table *map[string][]int32, key string, of func(*Row) string) []int {
	v.x.mu.RLock()
	list := (*table)[key]
	v.x.mu.RUnlock()
	var out []int
	for _, n := range list {
		if int(n) < len(v.Rows) && of(&v.Rows[n]) == key {
			out = append(out, int(n))
		}
	}
	slices.SortStableFunc(out, func(a, b int) int {
		ra, rb := &v.Rows[a], &v.Rows[b]
		switch {
		case ra.Fork != rb.Fork && ra.Fork:
			return 1
		case ra.Fork != rb.Fork:
			return -1
		}
		return ra.Index - rb.Index
	})
	return out
}
