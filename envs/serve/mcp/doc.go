// Package mcp serves environments by the Model Context Protocol, over its
// Streamable HTTP transport: the tools of an environment are the server's tools,
// and a session of the protocol is a session that plays one episode.
//
// The official SDK speaks the protocol; this package gives it a server for each
// session, whose tools step the episode, and keeps the two sessions alive and
// dead together. Mcp-Session-Id is the ID of the session.
//
// The routes are OpenEnv's: its /mcp passes on what is not its own JSON-RPC, see
// openenv.Options and [Handler].
package mcp
