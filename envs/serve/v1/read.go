package v1

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"stepgym/envs"
	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
)

// newError returns an error with a formatted message.
func newError(code session.Code, format string, args ...any) *session.Error {
	err := fmt.Errorf(format, args...)
	return &session.Error{Code: code, Message: err.Error(), Err: errors.Unwrap(err)}
}

// readJSON reads the body of a request into v. An empty body is an empty
// object. Keys that v does not have are refused.
func readJSON(r *http.Request, v any) error {
	b, err := serve.ReadBody(r)
	if err != nil || len(bytes.TrimSpace(b)) == 0 {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	err = d.Decode(v)
	if err == nil {
		if _, more := d.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("more text after the value")
		}
	}
	if e, ok := errors.AsType[*session.Error](err); ok {
		return e
	}
	if err != nil {
		return newError(session.CodeInvalid, "the body is not the JSON that is wanted: %w", err)
	}
	if bytes.TrimSpace(b)[0] != '{' {
		return invalid("the body is not the JSON that is wanted: want an object")
	}
	return nil
}

// UnmarshalJSON reads a text, or an object with text or calls.
func (a *Action) UnmarshalJSON(b []byte) error {
	got, err := parseAction(gjson.ParseBytes(b))
	if err != nil {
		return err
	}
	a.Action = got
	return nil
}

// parseAction reads the action of a step. It shares no memory with v.
func parseAction(v gjson.Result) (envs.Action, error) {
	switch {
	case v.Type == gjson.String:
		return envs.Action{Text: strings.Clone(v.Str)}, nil
	case !v.IsObject():
		return envs.Action{}, invalid(`action is missing, want a text or {"calls": [...]}`)
	}
	var a envs.Action
	d := json.NewDecoder(strings.NewReader(v.Raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&a); err != nil {
		return envs.Action{}, newError(session.CodeInvalid, "action: %w", err)
	}
	for i := range a.Calls {
		c := &a.Calls[i]
		if c.Name == "" {
			return envs.Action{}, invalid("action: calls[%d] has no name", i)
		}
		if len(c.Args) == 0 {
			c.Args = json.RawMessage("{}")
		}
	}
	return a, nil
}

// seconds returns a time that a request gives in a unit; negative and absurd
// ones are refused.
func duration(name string, x float64, unit time.Duration) (time.Duration, error) {
	if !(x >= 0) || x > 1e9 {
		return 0, invalid("%s is %v, want 0 to 1e9", name, x)
	}
	d := x * float64(unit)
	return time.Duration(min(d, math.MaxInt64/2)), nil
}

// start returns what s says to the Host.
func (s *Start) start() (*session.Start, error) {
	if s.MaxTurns < 0 {
		return nil, invalid("max_turns is %d, want at least 0", s.MaxTurns)
	}
	return &session.Start{
		Env: s.Env, Task: s.Task, Split: s.Split, Index: s.Index, Seed: s.Seed, MaxTurns: s.MaxTurns, Client: s.Client,
	}, nil
}

// request returns what c asks of the Host.
func (c *Create) request(owner string) (session.Request, error) {
	r := session.Request{Env: c.Env, Owner: owner, Protocol: name, Policy: c.Policy, Key: c.Key, Snapshot: c.Snapshot}
	var err error
	if r.Lease, err = duration("lease_s", c.Lease, time.Second); err != nil {
		return r, err
	}
	start, err := c.start()
	if err != nil {
		return r, err
	}
	r.Data = &memory{start: session.Start{Env: c.Env, MaxTurns: c.MaxTurns, Client: c.Client}}
	if c.Snapshot == "" {
		r.Start = start
		return r, nil
	}
	if c.Start != (Start{}) {
		return r, invalid("snapshot_id goes with no env, task, split, index, seed, max_turns or client_id: it goes on with its own")
	}
	return r, nil
}
