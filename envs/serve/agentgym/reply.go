package agentgym

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"

	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
	"stepgym/internal/python"
)

// number is a float as Python writes it: 0.0, not 0.
type number float64

// MarshalJSON implements json.Marshaler.
func (n number) MarshalJSON() ([]byte, error) { return python.AppendRepr(nil, float64(n)), nil }

// write answers with v as JSON, as the servers write it: without a newline.
func write(w http.ResponseWriter, status int, v any) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		status = http.StatusInternalServerError
		b.Reset()
		b.WriteString(`{"detail":"the answer cannot be written as JSON"}` + "\n")
	}
	b.Truncate(b.Len() - 1)
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	w.WriteHeader(status)
	w.Write(b.Bytes()) //nolint:errcheck // the client has left
}

// writeError answers with {"detail": ...}. The WebShop client sends every call
// that failed again, after a pause if the status is 503: that is for calls that
// did nothing and may do better then. The other statuses are of calls that fail
// again in the same way, and change nothing however often they are sent.
func writeError(w http.ResponseWriter, err error) {
	e := session.AsError(err)
	status := serve.Status(err)
	if e.Retryable() {
		status = http.StatusServiceUnavailable
	}
	serve.SetRetry(w.Header(), err)
	write(w, status, map[string]string{"detail": e.Message})
}
