// Package nemogym serves environments to NeMo Gym's agents, as a resources
// server of theirs.
//
//	gymnasium_agent:  POST /reset /step /close
//	simple_agent:     POST /seed_session /{tool} /verify, /aggregate_metrics, GET /reverify_mode
//	for data sets:    GET /tools /rows
//
// The routes are below /nemo/NAME. A session is a cookie, which every answer
// sets: agents keep only those of the latest. An action is what the model wrote,
// or the functions that it called.
package nemogym
