package tui

import (
	"bufio"
	"errors"
	"io"
)

// Key is a key that was pressed: a character, or one of the constants.
type Key rune

// Keys without a character.
const (
	Up Key = -1 - iota
	Down
	Left
	Right
	Home
	End
	PageUp
	PageDown
	Unknown
)

// Keys with one.
const (
	interrupt Key = 3 // ^C, which raw terminals hand on
	endOfText Key = 4
	backspace Key = 8
	enter     Key = '\r'
	newline   Key = '\n'
	escape    Key = 27
	deleted   Key = 127
)

// readKey reads the next key of a terminal. A lone escape is one if nothing
// follows it at once.
func readKey(r *bufio.Reader) (Key, error) {
	c, _, err := r.ReadRune()
	if err != nil {
		return Unknown, err
	}
	if c != rune(escape) || r.Buffered() == 0 {
		return Key(c), nil
	}
	b, err := r.Peek(1)
	if err != nil || b[0] != '[' && b[0] != 'O' {
		return escape, nil
	}
	return sequence(r)
}

// longestSequence bounds what is read of a sequence that makes no sense.
const longestSequence = 16

// sequence reads the rest of an escape sequence.
func sequence(r *bufio.Reader) (Key, error) {
	var seq []byte
	for range longestSequence {
		if len(seq) > 0 && r.Buffered() == 0 {
			return Unknown, nil
		}
		c, err := r.ReadByte()
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return Unknown, err
		}
		seq = append(seq, c)
		if len(seq) > 1 && c >= 0x40 && c <= 0x7e {
			break
		}
	}
	switch string(seq) {
	case "[A", "OA":
		return Up, nil
	case "[B", "OB":
		return Down, nil
	case "[C", "OC":
		return Right, nil
	case "[D", "OD":
		return Left, nil
	case "[H", "OH", "[1~", "[7~":
		return Home, nil
	case "[F", "OF", "[4~", "[8~":
		return End, nil
	case "[5~":
		return PageUp, nil
	case "[6~":
		return PageDown, nil
	}
	return Unknown, nil
}
