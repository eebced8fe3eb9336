package viewer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"

	"stepgym/envs"
	"stepgym/traces"
	"stepgym/traces/index"
)

// Codes of errors, in the API.
const (
	codeBadRequest = "bad_request"
	codeForbidden  = "forbidden"
	codeNotFound   = "not_found"
	codeNotAble    = "not_able" // it makes sense, but not here
	codeTooLarge   = "too_large"
	codeTimeout    = "timeout"
	codeInternal   = "internal"
)

// apiError is an error for the client.
type apiError struct {
	status  int
	code    string
	message string
}

func (e *apiError) Error() string { return e.message }

func badRequest(format string, args ...any) error {
	return &apiError{http.StatusBadRequest, codeBadRequest, fmt.Sprintf(format, args...)}
}

func notFound(format string, args ...any) error {
	return &apiError{http.StatusNotFound, codeNotFound, fmt.Sprintf(format, args...)}
}

func notAble(format string, args ...any) error {
	return &apiError{http.StatusConflict, codeNotAble, fmt.Sprintf(format, args...)}
}

func tooLarge(format string, args ...any) error {
	return &apiError{http.StatusRequestEntityTooLarge, codeTooLarge, fmt.Sprintf(format, args...)}
}

// apiErrorOf says how an error is answered.
func apiErrorOf(err error) *apiError {
	if e, ok := errors.AsType[*apiError](err); ok {
		return e
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return &apiError{http.StatusRequestEntityTooLarge, codeTooLarge, err.Error()}
	}
	if _, ok := errors.AsType[*traces.LineError](err); ok {
		return &apiError{http.StatusConflict, codeNotAble, "the episode cannot be read: " + err.Error()}
	}
	switch {
	case errors.Is(err, index.ErrNoEpisode), errors.Is(err, envs.ErrNoTask):
		return &apiError{http.StatusNotFound, codeNotFound, err.Error()}
	case errors.Is(err, index.ErrText):
		return &apiError{http.StatusBadRequest, codeBadRequest, err.Error()}
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return &apiError{http.StatusServiceUnavailable, codeTimeout, "it took too long: narrow the filters, or ask again"}
	}
	return &apiError{http.StatusInternalServerError, codeInternal, err.Error()}
}

// api registers a handler that answers with JSON.
func (v *Viewer) api(pattern string, h func(*http.Request) (any, error)) {
	v.mux.HandleFunc(pattern, func(w http.ResponseWriter, q *http.Request) {
		out, err := h(q)
		if err != nil {
			v.fail(w, q, err)
			return
		}
		v.answer(w, q, http.StatusOK, out)
	})
}

func (v *Viewer) answer(w http.ResponseWriter, q *http.Request, status int, out any) {
	body, err := json.Marshal(out)
	if err != nil {
		status = http.StatusInternalServerError
		body = []byte(`{"error":{"code":"internal","message":"the answer cannot be written as JSON"}}`)
		v.options.Logger.ErrorContext(q.Context(), "viewer: encode", slog.String("path", q.URL.Path), slog.Any("error", err))
	}
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n')) // a client that has left needs no answer
}

// failure is the body of an error.
type failure struct {
	Error failureBody `json:"error"`
}

type failureBody struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

func (v *Viewer) fail(w http.ResponseWriter, q *http.Request, err error) {
	e := apiErrorOf(err)
	if e.status >= http.StatusInternalServerError && e.code == codeInternal {
		v.options.Logger.ErrorContext(q.Context(), "viewer", slog.String("path", q.URL.Path), slog.Any("error", err))
	}
	v.answer(w, q, e.status, failure{failureBody{e.code, e.message}})
}

// num is a number that is null in JSON where it is none.
type num float64

// MarshalJSON implements json.Marshaler.
func (n num) MarshalJSON() ([]byte, error) {
	if f := float64(n); !math.IsNaN(f) && !math.IsInf(f, 0) {
		return json.Marshal(f)
	}
	return []byte("null"), nil
}

func nums(xs []float64) []num {
	if xs == nil {
		return nil
	}
	out := make([]num, len(xs))
	for i, x := range xs {
		out[i] = num(x)
	}
	return out
}
