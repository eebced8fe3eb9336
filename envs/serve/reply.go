package serve

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"net/http"
	"strconv"
	"time"

	"stepgym/envs/serve/session"
)

// Status returns the HTTP status for an error of package session.
func Status(err error) int {
	switch session.AsError(err).Code {
	case session.CodeInvalid:
		return http.StatusBadRequest
	case session.CodeNoEnv, session.CodeNoTask, session.CodeNoSplit, session.CodeNotFound:
		return http.StatusNotFound
	case session.CodeGone:
		return http.StatusGone
	case session.CodeNotReset, session.CodeDone, session.CodeLost, session.CodeStepID:
		return http.StatusConflict
	case session.CodeTooLarge:
		return http.StatusRequestEntityTooLarge
	case session.CodeUnsupported:
		return http.StatusNotImplemented
	case session.CodeCapacity, session.CodeQuota, session.CodeBusy:
		return http.StatusTooManyRequests
	case session.CodeDraining, session.CodeCanceled: // nothing was done
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// SetRetry sets the headers that tell a client when to try again, if err is an
// error that may go away: Retry-After in seconds, and X-Backend-State.
func SetRetry(h http.Header, err error) {
	e := session.AsError(err)
	if e == nil || !e.Retryable() {
		return
	}
	after := max(e.After, time.Second)
	h.Set("Retry-After", strconv.Itoa(int(math.Ceil(after.Seconds()))))
	switch e.Code {
	case session.CodeDraining:
		h.Set("X-Backend-State", "draining")
	case session.CodeCapacity, session.CodeQuota, session.CodeBusy:
		h.Set("X-Backend-State", "busy")
	}
}

// ErrorBody is how the native protocol writes an error.
type ErrorBody struct {
	Code      session.Code `json:"code"`
	Message   string       `json:"message"`
	Retryable bool         `json:"retryable"`
	Active    int          `json:"active,omitempty"`
	Max       int          `json:"max,omitempty"`
	After     float64      `json:"retry_after_s,omitempty"`
}

// NewErrorBody returns the body for an error.
func NewErrorBody(err error) ErrorBody {
	e := session.AsError(err)
	return ErrorBody{
		Code: e.Code, Message: e.Message, Retryable: e.Retryable(), Active: e.Active, Max: e.Max, After: e.After.Seconds(),
	}
}

// WriteError answers with an error: {"error": {code, message, retryable, ...}},
// the status of [Status] and the headers of [SetRetry].
func WriteError(w http.ResponseWriter, err error) {
	SetRetry(w.Header(), err)
	WriteJSON(w, Status(err), map[string]ErrorBody{"error": NewErrorBody(err)})
}

// WriteJSON answers with v as JSON.
func WriteJSON(w http.ResponseWriter, status int, v any) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		status = http.StatusInternalServerError
		b.Reset()
		b.WriteString(`{"error":{"code":"internal","message":"the answer cannot be written as JSON","retryable":false}}` + "\n")
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	w.WriteHeader(status)
	w.Write(b.Bytes()) //nolint:errcheck // the client has left
}

// ReadBody returns the body of a request: ErrTooLarge if it is beyond the
// limit, ErrCanceled if the client left.
func ReadBody(r *http.Request) ([]byte, error) {
	var b bytes.Buffer
	if n := r.ContentLength; n > 0 && n < 1<<20 {
		b.Grow(int(n) + bytes.MinRead)
	}
	_, err := b.ReadFrom(r.Body)
	var limit *http.MaxBytesError
	switch {
	case errors.As(err, &limit):
		return nil, &session.Error{Code: session.CodeTooLarge, Message: "the body is larger than " + strconv.FormatInt(limit.Limit, 10) + " bytes", Err: err}
	case err != nil:
		return nil, &session.Error{Code: session.CodeCanceled, Message: "the body ended early", Err: err}
	}
	return b.Bytes(), nil
}

// ReadJSON reads the body of a request into v: the errors of [ReadBody], and
// ErrInvalid for what is not one JSON value of that shape. An empty body leaves
// v as it is. Unknown keys are ignored.
func ReadJSON(r *http.Request, v any) error {
	b, err := ReadBody(r)
	if err != nil || len(bytes.TrimSpace(b)) == 0 {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	err = dec.Decode(v)
	if err == nil {
		if _, more := dec.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("more text after the value")
		}
	}
	if err != nil {
		return &session.Error{Code: session.CodeInvalid, Message: "the body is not the JSON that is wanted: " + err.Error(), Err: err}
	}
	return nil
}
