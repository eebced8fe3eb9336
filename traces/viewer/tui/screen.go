package tui

import (
	"context"
	"fmt"
	"sort"

	"stepgym/traces"
	"stepgym/traces/index"
)

// Options configures a screen. The zero value is ready to use.
type Options struct {
	Name   string       // of the run, for the title
	Filter index.Filter // which episodes are shown
	Start  string       // ID of the episode to begin with; "" for the first failure

	// Color uses bold, dim and reverse text.
	Color bool
}

// Screen is what the terminal shows and how keys change it. It is used by one
// goroutine.
type Screen struct {
	x    *index.Index
	view *index.View
	o    Options

	rows []int32 // the episodes that pass the filter, in the order written
	at   int     // place among them
	t    *traces.Trajectory
	bad  error // why the episode at that place cannot be shown

	step   int // len(t.Steps) is what was seen at the end
	scroll int // lines of the observation that are above the window
	help   bool
	typing *string // a search that is being typed, nil without
	note   string  // what the last key came to, until the next
}

// New makes a screen over an index, which stays the caller's.
func New(ctx context.Context, x *index.Index, o Options) (*Screen, error) {
	s := &Screen{x: x, o: o}
	if err := s.refresh(ctx, o.Start); err != nil {
		return nil, err
	}
	switch {
	case o.Start != "" && (len(s.rows) == 0 || s.row().ID != o.Start):
		return nil, fmt.Errorf("%w: %q", index.ErrNoEpisode, o.Start)
	case o.Start == "" && len(s.rows) > 0 && s.row().Outcome() == index.Success:
		s.seek(1, s.failed)
		s.note = ""
	}
	return s, nil
}

// refresh reads what was added and goes to the episode called id, or to the next
// one after it if the filter has come to leave it out.
func (s *Screen) refresh(ctx context.Context, id string) error {
	if err := s.x.Refresh(ctx); err != nil {
		return err
	}
	s.view = s.x.View()
	rows, err := s.view.Select(ctx, s.o.Filter)
	if err != nil {
		return err
	}
	s.rows = rows
	if n, err := s.view.Find(id); err == nil {
		s.at = sort.Search(len(rows), func(i int) bool { return int(rows[i]) >= n })
	}
	s.at = max(0, min(s.at, len(rows)-1))
	s.open()
	return nil
}

// row returns the row that is shown. There must be one.
func (s *Screen) row() *index.Row { return &s.view.Rows[s.rows[s.at]] }

// open loads the episode at the place shown.
func (s *Screen) open() {
	s.t, s.bad, s.step, s.scroll = nil, nil, 0, 0
	if len(s.rows) > 0 {
		s.t, s.bad = s.view.Load(int(s.rows[s.at]))
	}
}

func (s *Screen) failed(r *index.Row) bool { return r.Outcome() != index.Success }

// seek goes to the next episode, by = 1, or the one before, by = -1, for which
// pick says true.
func (s *Screen) seek(by int, pick func(*index.Row) bool) {
	for i := s.at + by; i >= 0 && i < len(s.rows); i += by {
		if pick(&s.view.Rows[s.rows[i]]) {
			s.at = i
			s.open()
			return
		}
	}
	s.note = "there is no further one"
}

// move goes by some steps within the episode.
func (s *Screen) move(by int) {
	if s.t == nil {
		return
	}
	last := len(s.t.Steps)
	if s.t.Final == nil {
		last--
	}
	s.step, s.scroll = max(0, min(s.step+by, last)), 0
}

// far is more than any episode has steps.
const far = 1 << 30

// Press does what a key asks for. It returns true if that was to leave.
func (s *Screen) Press(ctx context.Context, k Key) (quit bool) {
	s.note = ""
	if k == interrupt || k == endOfText {
		return true
	}
	if s.typing != nil {
		s.typeKey(ctx, k)
		return false
	}
	if s.help {
		s.help = false
		return k == 'q'
	}
	always := func(*index.Row) bool { return true }
	switch k {
	case 'q':
		return true
	case '?':
		s.help = true
	case 'j', Down, ' ':
		s.move(1)
	case 'k', Up:
		s.move(-1)
	case 'g', Home:
		s.move(-far)
	case 'G', End:
		s.move(far)
	case 'l', Right, 'J':
		s.seek(1, always)
	case 'h', Left, 'K':
		s.seek(-1, always)
	case 'n':
		s.seek(1, s.failed)
	case 'N', 'p':
		s.seek(-1, s.failed)
	case 's':
		s.sibling()
	case 'd', PageDown:
		s.scroll += 10 // Frame bounds it
	case 'u', PageUp:
		s.scroll = max(0, s.scroll-10)
	case '/':
		s.typing = new(string)
	case 'r':
		s.reread(ctx)
	}
	return false
}

// sibling goes to the next episode of the group, round and round.
func (s *Screen) sibling() {
	if len(s.rows) == 0 {
		return
	}
	group, at, step := s.row().Group, s.at, s.step
	for i := 1; i < len(s.rows); i++ {
		n := (at + i) % len(s.rows)
		if s.view.Rows[s.rows[n]].Group == group {
			s.at = n
			s.open()
			s.move(step) // the same step, to compare
			return
		}
	}
	s.note = "no other episode of the group is listed"
}

func (s *Screen) reread(ctx context.Context) {
	id, step := "", s.step
	if len(s.rows) > 0 {
		id = s.row().ID
	}
	before := len(s.rows)
	if err := s.refresh(ctx, id); err != nil {
		s.note = line(err.Error())
		return
	}
	s.move(step)
	s.note = fmt.Sprintf("%d episodes, %d new", len(s.rows), len(s.rows)-before)
}

// typeKey takes a key of a search.
func (s *Screen) typeKey(ctx context.Context, k Key) {
	switch {
	case k == escape:
		s.typing = nil
	case k == enter || k == newline:
		s.o.Filter.Text = *s.typing
		s.typing = nil
		id := ""
		if len(s.rows) > 0 {
			id = s.row().ID
		}
		if err := s.refresh(ctx, id); err != nil {
			s.o.Filter.Text = ""
			s.note = line(err.Error())
			return
		}
		s.note = fmt.Sprintf("%d episodes", len(s.rows))
	case (k == backspace || k == deleted) && *s.typing != "":
		r := []rune(*s.typing)
		*s.typing = string(r[:len(r)-1])
	case k >= ' ' && k != deleted && len(*s.typing) < 200:
		*s.typing += string(rune(k))
	}
}
