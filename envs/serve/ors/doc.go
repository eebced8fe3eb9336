// Package ors serves environments by the Open Reward Standard (ORS), as the SDKs
// openreward and ors-sdk and TRL's OpenRewardSpec speak it.
//
//	POST /create_session /create /ping /delete /delete_session
//	GET  /list_environments /version
//	GET  /{env}/tools /task_tools /prompt /messages /splits
//	POST /{env}/call /num_tasks /tasks /task /task_range /score_group
//
// The header X-Session-ID names a session. A call of a tool is one step; tools
// are those of package tools, and what may be called now is told in a block of
// text of its own. Rewards are those of the steps.
//
// Routes of an environment may be called without its name. They are redirected
// to the environment that the session plays, or else to the one that the header
// X-Deployment names, or else to the default one.
//
// A call's task_id names its step: repeated, it gives the same answer and plays
// nothing. A client may choose the ID, so that a call is safe to repeat even if
// nothing of the first answer arrived.
//
// The reference is the server of openreward 0.1.167. Where this one differs on
// purpose the code says so.
package ors
