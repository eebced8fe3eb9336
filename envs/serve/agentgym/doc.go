// Package agentgym serves environments to AgentGym's clients, by the routes and
// shapes of its environment servers.
//
//	POST /create              makes an environment and returns its number
//	POST /reset, /step        play
//	POST /close               gives the environment back
//	GET  /observation, ...    look
//
// AgentGym has a server for each environment, and each has a dialect of its own.
// Two are spoken here: that of the WebShop server for environments with the name
// "webshop", and that of the ALFWorld server, which says the least about its
// world, for all others. The routes are below /agentgym/NAME.
//
// Differs from the servers: numbers are never used twice, so that nobody gets
// another's environment; environments are freed by /close and by a lease; a step
// after the end is refused. The clients send a failed call again without saying
// so, hence an answer of 503 here means that nothing was done.
package agentgym
