package mcp

import (
	"fmt"

	"stepgym/envs/serve"
)

// Protocol is MCP in the list of what a server speaks. It has no route of its
// own: OpenEnv's JSON-RPC is at the same address and hands over to [Handler] what
// is not addressed to it (openenv.Options.MCP).
type Protocol struct{}

// New returns the entry of the list.
func New() *Protocol { return &Protocol{} }

// Name implements serve.Protocol.
func (*Protocol) Name() string { return "mcp" }

// Prefix implements serve.Protocol.
func (*Protocol) Prefix() string { return "" }

// Mount implements serve.Protocol.
func (*Protocol) Mount(*serve.Site) {}

// Snippet implements serve.Snippeter.
func (*Protocol) Snippet(base string) string {
	return fmt.Sprintf(snippet, base)
}

const snippet = `import asyncio  # pip install mcp
from mcp import ClientSession
from mcp.client.streamable_http import streamablehttp_client

async def main():
    async with streamablehttp_client("%s/mcp?split=train&index=0") as (read, write, _), ClientSession(read, write) as session:
        print((await session.initialize()).instructions, [t.name for t in (await session.list_tools()).tools])

asyncio.run(main())
`
