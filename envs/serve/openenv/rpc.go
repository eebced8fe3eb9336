package openenv

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"stepgym/envs/serve"
	"stepgym/envs/serve/internal/jsontext"
	"stepgym/envs/serve/session"
)

// The codes of JSON-RPC.
const (
	rpcParse    = -32700
	rpcRequest  = -32600
	rpcMethod   = -32601
	rpcParams   = -32602
	rpcInternal = -32603
	rpcServer   = -32000
)

// rpcError is why a call has no result.
type rpcError struct {
	code    int
	message string
	data    string // JSON, or empty
}

// rpc serves /mcp: OpenEnv's own JSON-RPC, and for everything else the handler
// of Options.MCP.
func (p *place) rpc(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost && p.mcp == nil {
		w.Header().Set("Allow", http.MethodPost)
		writeBody(w, http.StatusMethodNotAllowed, `{"detail":"Method Not Allowed"}`)
		return
	}
	if p.mcp != nil && spokenTo(r) {
		p.mcp.ServeHTTP(w, r)
		return
	}
	body, err := serve.ReadBody(r)
	if err != nil {
		writeError(w, err)
		return
	}
	in, err := parseJSON(string(body))
	if err != nil {
		writeBody(w, http.StatusOK, string(appendFailure(nil, "null", &rpcError{code: rpcParse, message: "Parse error"})))
		return
	}
	if p.mcp != nil && !ours(in) {
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		p.mcp.ServeHTTP(w, r)
		return
	}
	writeBody(w, http.StatusOK, string(p.callOn(r.Context(), in, nil)))
}

// spokenTo reports whether a request is the Model Context Protocol's by its
// method and headers.
func spokenTo(r *http.Request) bool {
	return r.Method != http.MethodPost || r.Header.Get("Mcp-Session-Id") != "" || r.Header.Get("Mcp-Protocol-Version") != "" ||
		strings.Contains(r.Header.Get("Accept"), "text/event-stream")
}

// ours reports whether a body is a call of OpenEnv's, or no call at all.
func ours(in gjson.Result) bool {
	if in.IsArray() {
		return false
	}
	method := in.Get("method").String()
	switch {
	case method == "tools/list", method == "tools/call", strings.HasPrefix(method, "openenv/"):
		return true
	}
	return method == "" || in.Get("params.session_id").Exists()
}

// callOn answers a JSON-RPC request. s is the session of the socket that it came
// by, nil without one.
func (p *place) callOn(ctx context.Context, in gjson.Result, s *session.Session) []byte {
	id, method, params, fail := parseCall(in)
	if fail != nil {
		return appendFailure(nil, id, fail)
	}
	var result []byte
	switch method {
	case "openenv/session/create":
		result, fail = p.create(ctx, s)
	case "openenv/session/close":
		result, fail = p.close(ctx, params, s)
	case "tools/list":
		result, fail = p.listTools(ctx, params, s)
	case "tools/call":
		result, fail = p.callTool(ctx, params, s)
	default:
		fail = &rpcError{code: rpcMethod, message: "Method not found: " + shortened(method)}
	}
	if fail != nil {
		return appendFailure(nil, id, fail)
	}
	b := append([]byte(`{"jsonrpc":"2.0","id":`), id...)
	return append(append(append(b, `,"result":`...), result...), '}')
}

// parseCall reads a request. id is JSON.
func parseCall(in gjson.Result) (id, method string, params gjson.Result, fail *rpcError) {
	id = "null"
	if !in.IsObject() {
		return id, "", params, &rpcError{code: rpcRequest, message: "Invalid request: want an object"}
	}
	if v := in.Get("id"); v.Type == gjson.String || v.Type == gjson.Number {
		id = v.Raw
	}
	m := in.Get("method")
	params = in.Get("params")
	wrong := ""
	switch {
	case in.Get("jsonrpc").String() != "2.0":
		wrong = `jsonrpc must be "2.0"`
	case m.Type != gjson.String:
		wrong = "method must be a string"
	case params.Exists() && !params.IsObject():
		wrong = "params must be an object"
	}
	if wrong != "" {
		fail = &rpcError{code: rpcRequest, message: "Invalid request: " + wrong}
	}
	return id, m.Str, params, fail
}

// create serves openenv/session/create.
func (p *place) create(ctx context.Context, s *session.Session) ([]byte, *rpcError) {
	if s == nil {
		var err error
		s, err = p.site.Host.Create(ctx, session.Request{
			Env: p.site.Env, Owner: serve.Owner(ctx), Protocol: p.Name(), Data: new(link),
		})
		if err != nil {
			return nil, failure(err, rpcServer)
		}
	}
	return append(jsontext.AppendString([]byte(`{"session_id":`), s.ID()), '}'), nil
}

// close serves openenv/session/close. While a socket has the session it is
// closed when the socket leaves.
func (p *place) close(ctx context.Context, params gjson.Result, s *session.Session) ([]byte, *rpcError) {
	id := params.Get("session_id").String()
	switch {
	case id == "":
		return nil, &rpcError{code: rpcParams, message: "Invalid params - 'session_id' is required"}
	case s != nil && s.ID() == id:
		return nil, &rpcError{code: rpcRequest, message: "Cannot close active WebSocket-managed session via MCP method"}
	}
	target, fail := p.find(ctx, id)
	if fail != nil {
		return nil, fail
	}
	result := jsontext.AppendString([]byte(`{"session_id":`), id)
	if l, ok := target.Data().(*link); ok && l.closeLater() {
		return append(result, `,"closed":false,"closing":true}`...), nil
	}
	if err := target.Close(ctx, session.ReasonClosed); err != nil {
		return nil, failure(err, rpcInternal)
	}
	return append(result, `,"closed":true}`...), nil
}

// find returns the session with an ID.
func (p *place) find(ctx context.Context, id string) (*session.Session, *rpcError) {
	s, err := p.site.Host.Get(serve.Owner(ctx), id)
	if err == nil {
		err = p.belongs(s)
	}
	switch {
	case err == nil:
		return s, nil
	case errors.Is(err, session.ErrNotFound), errors.Is(err, session.ErrGone):
		return nil, &rpcError{code: rpcParams, message: "Unknown session_id: " + shortened(id)}
	}
	return nil, failure(err, rpcInternal)
}

// failure translates an error.
func failure(err error, code int) *rpcError {
	e := session.AsError(err)
	f := &rpcError{code: code, message: e.Message}
	b := jsontext.AppendString([]byte(`{"reason":`), string(e.Code))
	if e.Max > 0 {
		b = strconv.AppendInt(append(b, `,"active_sessions":`...), int64(e.Active), 10)
		b = strconv.AppendInt(append(b, `,"max_sessions":`...), int64(e.Max), 10)
	}
	f.data = string(append(b, '}'))
	return f
}

func appendFailure(b []byte, id string, f *rpcError) []byte {
	b = append(append(append(b, `{"jsonrpc":"2.0","id":`...), id...), `,"error":{"code":`...)
	b = strconv.AppendInt(b, int64(f.code), 10)
	b = jsontext.AppendString(append(b, `,"message":`...), f.message)
	b = append(b, `,"data":`...)
	if f.data == "" {
		b = append(b, "null"...)
	}
	return append(append(b, f.data...), "}}"...)
}
