package tui

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Terminal is where a screen is shown.
type Terminal struct {
	In  io.Reader // what is typed
	Out io.Writer

	// Size returns the columns and lines that there are; nil means 80 and 24.
	Size func() (width, height int)

	// Live says that Out is a terminal in raw mode: it is painted over, and left
	// as it was. Otherwise frames follow one another.
	Live bool
}

// LeaveScreen gives a terminal back that [Run] was stopped on.
const LeaveScreen = "\x1b[?25h\x1b[?1049l"

// Sequences of terminals.
const (
	enterScreen = "\x1b[?1049h\x1b[?25l"
	home        = "\x1b[H"
	endOfLine   = "\x1b[K"
	endOfScreen = "\x1b[J"
)

// Run shows s and does what is typed until that is to leave, In ends, or ctx
// does. A read of In is not interrupted by the end of ctx: a caller that does not
// wait for it writes [LeaveScreen] itself.
func Run(ctx context.Context, t Terminal, s *Screen) (err error) {
	if t.Live {
		if _, err := io.WriteString(t.Out, enterScreen); err != nil {
			return fmt.Errorf("tui: %w", err)
		}
		defer func() {
			_, werr := io.WriteString(t.Out, LeaveScreen)
			err = errors.Join(err, werr)
		}()
	}
	in := bufio.NewReader(t.In)
	for {
		if err := t.show(s); err != nil {
			return fmt.Errorf("tui: %w", err)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		k, err := readKey(in)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("tui: read keys: %w", err)
		}
		if !t.Live && k == newline && s.typing == nil { // a script may have its keys on lines
			continue
		}
		if s.Press(ctx, k) {
			return nil
		}
	}
}

// show writes a frame by one write.
func (t *Terminal) show(s *Screen) error {
	w, h := 80, 24
	if t.Size != nil {
		w, h = t.Size()
	}
	lines := s.Frame(w, h)
	var b strings.Builder
	if t.Live {
		b.WriteString(home)
		b.WriteString(strings.Join(lines, endOfLine+"\r\n"))
		b.WriteString(endOfLine + endOfScreen)
	} else {
		b.WriteString(strings.TrimRight(strings.Join(lines, "\n"), "\n"))
		b.WriteString("\n\n")
	}
	_, err := io.WriteString(t.Out, b.String())
	return err
}
