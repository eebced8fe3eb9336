package openenv

import (
	"fmt"
	"net/http"
	"strings"
	"sync"

	"stepgym/envs"
	"stepgym/envs/serve"
	"stepgym/envs/serve/internal/jsontext"
)

// Options configures a [Protocol].
type Options struct {
	// MCP returns the handler of requests to /mcp that are the Model Context
	// Protocol's, and not OpenEnv's own JSON-RPC; package mcp has one. Nil
	// answers that there is no such method.
	MCP func(site *serve.Site) http.Handler
}

// Protocol is the OpenEnv protocol; it implements [serve.Protocol].
type Protocol struct {
	options Options
	buffers sync.Pool // of *buffer
}

// New returns the protocol.
func New(o Options) *Protocol {
	return &Protocol{options: o, buffers: sync.Pool{New: func() any { return new(buffer) }}}
}

// Name implements serve.Protocol.
func (*Protocol) Name() string { return "openenv" }

// Prefix implements serve.Protocol.
func (*Protocol) Prefix() string { return "" }

// Mount implements serve.Protocol.
func (p *Protocol) Mount(site *serve.Site) {
	pl := &place{Protocol: p, site: site}
	if env, err := site.Host.Env(site.Env); err == nil {
		pl.spec = env.Spec()
	}
	if p.options.MCP != nil {
		pl.mcp = p.options.MCP(site)
	}
	site.Handle("GET /ws", pl.socket)
	site.Handle("GET /health", fixed(`{"status":"healthy"}`))
	site.Handle("GET /metadata", fixed(metadata(&pl.spec)))
	site.Handle("GET /schema", fixed(schemas))
	site.Handle("GET /openapi.json", fixed(openAPI(&pl.spec)))
	site.Handle("GET /state", pl.state)
	site.Handle("POST /reset", pl.reset)
	site.Handle("POST /step", pl.step)
	site.Handle("/mcp", pl.rpc)
}

// Snippet implements serve.Snippeter.
func (*Protocol) Snippet(base string) string {
	return fmt.Sprintf(snippet, base)
}

const snippet = `from openenv import GenericEnvClient  # pip install openenv

with GenericEnvClient(base_url="%s").sync() as env:
    result = env.reset(split="train", index=0)
    while not result.done:
        print(result.observation["text"], result.observation["available_actions"])
        result = env.step({"action": input("> ")})
`

// place is one environment at one address.
type place struct {
	*Protocol
	site *serve.Site
	spec envs.Spec
	mcp  http.Handler // or nil
}

// fixed answers with a text that never changes.
func fixed(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { writeBody(w, http.StatusOK, body) }
}

// metadata is the answer to /metadata.
func metadata(s *envs.Spec) string {
	b := jsontext.AppendString([]byte(`{"name":`), s.Name)
	b = jsontext.AppendString(append(b, `,"description":`...), fmt.Sprintf("%s environment; splits: %s", s.Name, strings.Join(s.Splits, ", ")))
	b = append(b, `,"readme_content":null,"version":`...)
	b = jsontext.AppendString(b, version(s))
	return string(append(b, `,"author":null,"documentation_url":null}`...))
}

func version(s *envs.Spec) string { return fmt.Sprintf("%d.0.0", s.Version) }
