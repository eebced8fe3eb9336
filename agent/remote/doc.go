// Package remote is the policy behind any endpoint of the OpenAI-compatible chat
// completions protocol: for rollouts that are trained on elsewhere, and for
// evaluation.
//
// Every decision is one request, and its record (agent.Generation) has the ids
// of the tokens that the model read and wrote and their log-probabilities, as
// far as the endpoint tells them. What an endpoint can do is asked once, by
// [Policy.Probe]: one that tells ids is at level "tokens"; below that a rollout
// is for evaluation only. No text is ever tokenised a second time: a call goes
// on with the token sequence of the call before it only if the endpoint's own
// ids of its prompt say so.
//
// A request names neither top_k nor top_p nor min_p, for they would make the
// distribution that is drawn from another one than that of the log-probabilities;
// an endpoint that cuts the distribution unasked has to be told not to, by
// [Config.Request].
//
// A call that is refused or fails for good loses the episode that it belongs to
// and no other.
package remote
