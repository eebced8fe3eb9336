package wire

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"stepgym/credit"
)

// Request is the body of POST /v1/credit. Its groups are one batch.
type Request struct {
	Method     string            `json:"method"`               // as credit.New takes it: "gigpo", "gigpo/verl-agent"
	Preset     string            `json:"preset,omitempty"`     // "verl-agent", where method does not name one
	Params     json.RawMessage   `json:"params,omitempty"`     // an object laid over the preset
	Transforms json.RawMessage   `json:"transforms,omitempty"` // a list, see credit.Transforms
	Tokens     bool              `json:"tokens,omitempty"`     // add token advantages
	Groups     []json.RawMessage `json:"groups"`               // each a traces.Inputs
}

// Response is the answer to a [Request].
type Response struct {
	Answers []*Answer `json:"answers"` // one a group, in their order
	Stats   Stats     `json:"stats"`   // over all of them
}

// Handle answers one request, read from r to its end, with the work that l
// allows: it is what a server calls, which needs to map its errors alone.
//
//   - [ErrLimit]: the request is larger than l allows (413);
//   - an [InputError]: it is not right, and Where names the place: "method",
//     "groups[3]", or "body" for the JSON as a whole (400);
//   - the error of ctx: it has ended (503);
//   - anything else: r could not be read.
//
// An unknown key of the request is an error, as it may be a misspelt one; those
// of groups are left alone, see [Lines]. Memory and time are bounded by l.
func Handle(ctx context.Context, r io.Reader, l Limits) (*Response, error) {
	if err := l.Validate(); err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(r, l.Bytes+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("wire: read the request: %w", err)
	case int64(len(body)) > l.Bytes:
		return nil, fmt.Errorf("%w: more than %d bytes", ErrLimit, l.Bytes)
	}
	q, err := parseRequest(body)
	if err != nil {
		return nil, err
	}
	if len(q.Groups) > l.Groups {
		return nil, fmt.Errorf("%w: more than %d groups", ErrLimit, l.Groups)
	}
	o, err := q.options(l)
	if err != nil {
		return nil, err
	}
	var c collector
	if _, err := Run(ctx, q.records(&spent{limits: l, method: o.Method, tokens: q.Tokens}), &c, o); err != nil {
		if limit, ok := errors.AsType[*InputError](err); ok && errors.Is(err, ErrLimit) {
			return nil, limit.Err
		}
		return nil, err
	}
	return c.response(), nil
}

// parseRequest decodes the body, but not the parts that it is made of.
func parseRequest(body []byte) (*Request, error) {
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	var q Request
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	err := d.Decode(&q)
	if err == nil {
		if _, more := d.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("something follows the request")
		}
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		if wrong.Field == "" {
			return nil, &InputError{"body", fmt.Errorf("want a JSON object with method and groups, not: %s", wrong.Value)}
		}
		return nil, &InputError{wrong.Field, fmt.Errorf("got %s, want %s", wrong.Value, wantedOf(wrong.Field))}
	}
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, &InputError{"body", fmt.Errorf("it ends after %d bytes, and the request does not", len(body))}
	case err != nil:
		if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
			err = fmt.Errorf("not JSON at byte %d: %w", syntax.Offset, err)
		}
		return nil, &InputError{"body", err}
	case q.Method == "":
		return nil, &InputError{"method", errors.New("missing, want one of " + strings.Join(credit.Presets(), ", "))}
	case len(q.Groups) == 0:
		return nil, &InputError{"groups", errors.New("missing or empty, want at least one group")}
	}
	return &q, nil
}

// wantedOf says what belongs into a field of a request.
func wantedOf(field string) string {
	switch field {
	case "method", "preset":
		return "a text"
	case "tokens":
		return "true or false"
	}
	return "a list of groups"
}

// options resolves what the request asks for.
func (q *Request) options(l Limits) (Options, error) {
	o := Options{Tokens: q.Tokens, Workers: l.Workers}
	name := q.Method
	if q.Preset != "" {
		if strings.Contains(name, "/") {
			return o, &InputError{"preset", fmt.Errorf("method %q names one already", name)}
		}
		name += "/" + q.Preset
	}
	var err error
	if o.Method, err = credit.New(name, nil); err != nil {
		return o, &InputError{"method", err}
	}
	if o.Method, err = credit.New(name, q.Params); err != nil {
		return o, &InputError{"params", err}
	}
	if o.Transforms, err = credit.ParseTransforms(q.Transforms); err != nil {
		return o, &InputError{"transforms", err}
	}
	o.Batch = o.Method.Batchwise()
	return o, nil
}

// records yields the groups of the request. It decodes them one after the
// other, so that which limit is broken first does not depend on timing.
func (q *Request) records(s *spent) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		for i, text := range q.Groups {
			where := fmt.Sprintf("groups[%d]", i)
			g, err := decodeGroup(text)
			if err == nil {
				err = s.take(g)
			}
			if err != nil {
				yield(Record{}, &InputError{where, err})
				return
			}
			q.Groups[i] = nil // the group has what it needs of it
			if !yield(Record{where, func() (*Group, error) { return g, nil }}, nil) {
				return
			}
		}
	}
}

// collector is a sink that keeps the answers.
type collector struct {
	answers []*Answer
	stats   Stats
}

func (c *collector) encode(*Answer) ([]byte, error) { return nil, nil }

func (c *collector) write(a *Answer, _ []byte, _ bool) error {
	c.stats.Used, a.Stats.Used = a.Stats.Used, nil
	c.stats.Add(a.Stats.Stats)
	a.group, a.graph = nil, nil // they are as large as the request
	c.answers = append(c.answers, a)
	return nil
}

func (c *collector) close() error { return nil }
func (c *collector) stop() error  { return nil }

func (c *collector) response() *Response { return &Response{c.answers, c.stats} }
