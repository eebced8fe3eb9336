// Package prompt puts the facts of an environment to a language model, and reads
// actions out of what it writes. It is pure: equal observations and replies give
// equal bytes.
//
// There are three formats:
//
//	window  one user message a step: the task, the last few observations and
//	        actions, what is seen now, what can be done, and a request for
//	        <think>...</think> and <action>...</action>
//	chat    a conversation that grows: the same tags, but every observation is a
//	        message of its own, and the model's replies stay as they were
//	tools   a conversation of tool calls: the environment's own tools, or one
//	        tool "act" with an argument "action" where it has none
//
// Window has the structure and the tags that WebShop and ALFWorld are trained
// with in verl-agent, in words of our own: a policy trained there understands
// it, but the bytes are not the same.
//
// Differs from verl-agent in what becomes of a reply: the last <action> counts
// and not the first, so that a model may speak of the tag while it thinks; the
// case of the text is kept where it matters; a reply without tags is tried as far
// as its last line, which verl-agent cuts to 20 or 30 characters; Chinese
// characters are no fault. What is without the tags asked for is malformed in
// both, and still tried.
package prompt
