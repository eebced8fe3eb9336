package remote

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"

	"stepgym/agent"
)

// Error is a call that was given up.
type Error struct {
	Status   int // of the last answer, 0 if there was none
	Attempts int
	Err      error
}

// Error says what the endpoint said.
func (e *Error) Error() string {
	text := "remote: "
	if e.Status != 0 {
		text += fmt.Sprintf("the endpoint answered %d: ", e.Status)
	}
	text += e.Err.Error()
	if e.Attempts > 1 {
		text += fmt.Sprintf(" (after %d attempts)", e.Attempts)
	}
	return text
}

// Unwrap returns the reason of the last attempt.
func (e *Error) Unwrap() error { return e.Err }

// Is reports whether the endpoint said that the conversation is too long for the
// model, as errors.Is(err, agent.ErrContext) asks. Endpoints have no common code
// for it, but all of them speak of the context's length, size or window.
func (e *Error) Is(target error) bool {
	if target != agent.ErrContext || e.Status < 400 || e.Status >= 500 {
		return false
	}
	text := strings.ToLower(e.Err.Error())
	return strings.Contains(text, "context") &&
		(strings.Contains(text, "length") || strings.Contains(text, "size") || strings.Contains(text, "window"))
}

// client makes calls. It is safe for concurrent use.
type client struct {
	config *Config
	http   *http.Client
	slots  chan struct{} // one for each call at once
}

func newClient(c *Config) *client {
	transport := c.Transport
	if transport == nil {
		transport = &http.Transport{
			Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true,
			MaxIdleConns: c.Concurrency, MaxIdleConnsPerHost: c.Concurrency,
			IdleConnTimeout: 90 * time.Second, TLSHandshakeTimeout: 10 * time.Second,
		}
	}
	return &client{config: c, http: &http.Client{Transport: transport}, slots: make(chan struct{}, c.Concurrency)}
}

// served says how a call went.
type served struct {
	attempts int
	latency  time.Duration // of the last attempt
}

// attempt is the outcome of one try.
type attempt struct {
	status int
	retry  bool
	wait   time.Duration // that the endpoint asks for, -1 if it does not
	err    error
}

// post sends body to url and gives the answer to read, whose error counts as one
// of the endpoint. What may pass is tried again, after pauses that grow and that
// jitter spreads.
func (c *client) post(ctx context.Context, url string, body []byte, jitter *rand.Rand, read func([]byte) error) (served, error) {
	s := served{}
	for {
		a := c.try(ctx, url, body, read, &s.latency)
		s.attempts++
		if a.err == nil {
			return s, nil
		}
		if err := ctx.Err(); err != nil {
			return s, fmt.Errorf("remote: the call was broken off: %w", err)
		}
		a.err = c.hideKey(a.err)
		if !a.retry || s.attempts > c.config.Retries {
			return s, &Error{a.status, s.attempts, a.err}
		}
		wait := c.pause(s.attempts, jitter)
		if a.wait >= 0 {
			if wait = a.wait; wait > seconds(c.config.MaxWaitS) {
				return s, &Error{a.status, s.attempts, fmt.Errorf("%w; it asks for a pause of %v, longer than max_wait_s", a.err, wait)}
			}
		}
		if err := sleep(ctx, wait); err != nil {
			return s, fmt.Errorf("remote: the call was broken off: %w; before that: %w", err, a.err)
		}
	}
}

// try makes one attempt.
func (c *client) try(ctx context.Context, url string, body []byte, read func([]byte) error, latency *time.Duration) attempt {
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	case <-ctx.Done():
		return attempt{err: ctx.Err()}
	}
	start := time.Now()
	defer func() { *latency = time.Since(start) }()
	ctx, cancel := context.WithTimeout(ctx, seconds(c.config.TimeoutS))
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return attempt{err: err}
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json")
	if c.config.APIKey != "" {
		r.Header.Set("Authorization", "Bearer "+c.config.APIKey)
	}
	answer, err := c.http.Do(r)
	if err != nil {
		_, foreign := errors.AsType[*tls.CertificateVerificationError](err)
		return attempt{retry: !foreign, wait: -1, err: err}
	}
	defer answer.Body.Close()
	if answer.StatusCode/100 != 2 {
		text, _ := io.ReadAll(io.LimitReader(answer.Body, 4<<10)) // what there is of it
		return attempt{answer.StatusCode, passes(answer.StatusCode), retryAfter(answer.Header), errors.New(complaint(text))}
	}
	text, err := io.ReadAll(io.LimitReader(answer.Body, c.config.MaxBytes+1))
	if err != nil {
		return attempt{answer.StatusCode, true, -1, fmt.Errorf("read the answer: %w", err)}
	}
	if int64(len(text)) > c.config.MaxBytes {
		return attempt{answer.StatusCode, false, -1, fmt.Errorf("the answer is longer than %d bytes", c.config.MaxBytes)}
	}
	return attempt{answer.StatusCode, true, -1, read(text)}
}

// passes reports whether a call with that status may succeed when it is made
// again.
func passes(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return true
	case http.StatusNotImplemented, http.StatusHTTPVersionNotSupported:
		return false
	}
	return status >= 500
}

// retryAfter returns the pause that an answer asks for, -1 if it names none.
func retryAfter(h http.Header) time.Duration {
	for _, f := range []struct {
		name string
		unit time.Duration
	}{{"Retry-After-Ms", time.Millisecond}, {"Retry-After", time.Second}} {
		text := strings.TrimSpace(h.Get(f.name))
		if n, err := strconv.ParseFloat(text, 64); err == nil && n >= 0 && n < maxSeconds {
			return time.Duration(n * float64(f.unit))
		}
		if at, err := http.ParseTime(text); err == nil {
			return max(0, time.Until(at))
		}
	}
	return -1
}

// pause returns how long to wait after so many attempts: half a second, doubled
// each time, at most max_wait_s, and of that between the half and all.
func (c *client) pause(attempts int, jitter *rand.Rand) time.Duration {
	s := min(0.5*math.Pow(2, float64(attempts-1)), c.config.MaxWaitS)
	return seconds(s * (0.5 + jitter.Float64()/2))
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// sleep waits for d or the end of ctx.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// complaint returns what an error's body says, in one line.
func complaint(body []byte) string {
	var known struct {
		Error   json.RawMessage `json:"error"`
		Message json.RawMessage `json:"message"`
		Detail  json.RawMessage `json:"detail"`
	}
	text := string(body)
	if json.Unmarshal(body, &known) == nil {
		var inner struct {
			Message string `json:"message"`
		}
		if json.Unmarshal(known.Error, &inner) == nil && inner.Message != "" {
			text = inner.Message
		} else {
			text = cmp.Or(string(known.Error), string(known.Message), string(known.Detail), text)
		}
	}
	const most = 400
	runes := []rune(strings.Join(strings.Fields(strings.ToValidUTF8(text, "\uFFFD")), " "))
	if len(runes) == 0 {
		return "it says nothing"
	}
	if len(runes) > most {
		return string(runes[:most]) + "..."
	}
	return string(runes)
}

// hideKey takes the API key out of a text of the endpoint's, which may end up in
// a run.
func (c *client) hideKey(err error) error {
	if c.config.APIKey == "" || !strings.Contains(err.Error(), c.config.APIKey) {
		return err
	}
	return errors.New(strings.ReplaceAll(err.Error(), c.config.APIKey, "[API key]"))
}

// close lets go of idle connections.
func (c *client) close() { c.http.CloseIdleConnections() }
