package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// path is a place in the JSON of a group.
type path struct {
	stack      []level
	group      string // ids, once they have been read
	trajectory string
}

// level is one open object or array.
type level struct {
	object  bool
	key     string // of the object: the current one
	wantKey bool   // the next text is a key
	index   int    // of the array: the current element
}

// walk reads text, which need not be whole or right, until stop says so or
// nothing more can be read, and returns the place reached. stop is called for
// every value with the offset of its end.
func walk(text []byte, stop func(p *path, token json.Token, end int64) bool) *path {
	p := new(path)
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	for {
		token, err := d.Token()
		if err != nil {
			return p
		}
		if p.key(token) {
			continue
		}
		if stop(p, token, d.InputOffset()) {
			return p
		}
		p.value(token)
	}
}

// top returns the innermost level, nil outside of everything.
func (p *path) top() *level {
	if len(p.stack) == 0 {
		return nil
	}
	return &p.stack[len(p.stack)-1]
}

// key takes token if it is the key of an object.
func (p *path) key(token json.Token) bool {
	t := p.top()
	if t == nil || !t.wantKey {
		return false
	}
	k, ok := token.(string)
	if ok {
		t.key, t.wantKey = k, false
	}
	return ok
}

// value steps into an object or array, out of one, or over a plain value.
func (p *path) value(token json.Token) {
	switch token {
	case json.Delim('{'), json.Delim('['):
		object := token == json.Delim('{')
		p.stack = append(p.stack, level{object: object, wantKey: object})
		if object && len(p.stack) == 3 {
			p.trajectory = ""
		}
		return
	case json.Delim('}'), json.Delim(']'):
		p.stack = p.stack[:len(p.stack)-1]
	}
	t := p.top()
	if t == nil {
		return
	}
	if id, ok := token.(string); ok && t.key == "id" {
		switch {
		case len(p.stack) == 1:
			p.group = id
		case len(p.stack) == 3 && p.stack[0].key == "trajectories":
			p.trajectory = id
		}
	}
	if t.object {
		t.wantKey = true
	} else {
		t.index++
	}
}

// column returns the innermost key that the place lies under, of reward parts
// with what they are.
func (p *path) column() string {
	if p.inParts() {
		return "reward_parts " + p.stack[3].key
	}
	for i := len(p.stack) - 1; i >= 0; i-- {
		if p.stack[i].object {
			return p.stack[i].key
		}
	}
	return ""
}

// String names the group, the trajectory, the step and the column.
func (p *path) String() string {
	var b strings.Builder
	b.WriteString("group")
	if p.group != "" {
		fmt.Fprintf(&b, " %q", p.group)
	}
	if len(p.stack) > 1 && p.stack[0].key == "trajectories" {
		fmt.Fprintf(&b, ", trajectory %d", p.stack[1].index)
		if p.trajectory != "" && len(p.stack) > 2 {
			fmt.Fprintf(&b, " (%q)", p.trajectory)
		}
		if steps := p.steps(); steps != nil {
			fmt.Fprintf(&b, ", step %d", steps.index)
		}
	}
	if c := p.column(); c != "" {
		b.WriteString(", " + c)
	}
	return b.String()
}

// inParts reports whether the place lies in the reward parts of a trajectory.
func (p *path) inParts() bool {
	return len(p.stack) > 3 && p.stack[2].key == "reward_parts" && p.stack[3].object
}

// steps returns the column that the place lies in, nil if it lies in none.
func (p *path) steps() *level {
	at := 3
	if p.inParts() {
		at = 4
	}
	if len(p.stack) <= at || p.stack[at].object {
		return nil
	}
	return &p.stack[at]
}
