package remote

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"stepgym/agent"
	"stepgym/agent/prompt"
)

// Rollout is the place in a URL that the ID of the episode takes.
const Rollout = "{rollout}"

// LevelAuto has the level found out by a request.
const LevelAuto agent.Level = "auto"

// Config says which endpoint to ask, and how. Start from [DefaultConfig].
type Config struct {
	// BaseURL is what "/chat/completions" is added to, such as
	// "http://127.0.0.1:8000/v1". Where it has {rollout} in it, the ID of the
	// episode takes that place: for gateways that keep episodes apart by URL.
	// It is written into the run, so it must not have a password in it.
	BaseURL string `json:"base_url"`
	Model   string `json:"model"` // as the endpoint calls it

	// APIKey is sent as a bearer token, if it is set. It is never written.
	APIKey string `json:"-"`

	Prompt prompt.Options `json:"prompt"`

	// Sampling. With a temperature other than 1, or with a field of Request that
	// cuts the distribution (top_p, top_k, min_p, ...), rollouts are for
	// evaluation only. A greedy player has temperature 0.
	Temperature float64  `json:"temperature"`
	MaxTokens   int      `json:"max_tokens"` // of a completion; 0 leaves it to the endpoint
	Stop        []string `json:"stop,omitempty"`

	// NoSeed leaves the seed out, for endpoints that refuse it. Equal players
	// then need not decide alike.
	NoSeed bool `json:"no_seed,omitempty"`

	// Request has further fields of every request, such as
	// {"chat_template_kwargs": {"enable_thinking": false}}.
	Request map[string]json.RawMessage `json:"request,omitempty"`

	// Level is what the endpoint is asked for: LevelAuto, or a level that it is
	// known to have.
	Level agent.Level `json:"level"`

	Concurrency int     `json:"concurrency"` // requests at once
	TimeoutS    float64 `json:"timeout_s"`   // of one request, in seconds
	Retries     int     `json:"retries"`     // of a request, after the first attempt
	MaxWaitS    float64 `json:"max_wait_s"`  // longest pause between attempts, in seconds
	MaxBytes    int64   `json:"max_bytes"`   // of an answer

	// RewardURL, if set, is told how each episode ended: see Policy.Report. It
	// may have {rollout} in it.
	RewardURL string `json:"reward_url,omitempty"`

	// Transport carries the requests; nil for one of the policy's own.
	Transport http.RoundTripper `json:"-"`
}

// DefaultConfig returns settings for an endpoint nearby; BaseURL and Model are
// left to be set.
func DefaultConfig() Config {
	return Config{
		Prompt: prompt.DefaultOptions(), Temperature: 1, MaxTokens: 512, Level: LevelAuto,
		Concurrency: 32, TimeoutS: 300, Retries: 5, MaxWaitS: 60, MaxBytes: 64 << 20,
	}
}

// Validate reports every fault of c at once.
func (c Config) Validate() error {
	var errs []error
	fault := func(bad bool, format string, args ...any) {
		if bad {
			errs = append(errs, fmt.Errorf("remote: "+format, args...))
		}
	}
	errs = append(errs, checkURL("base URL", c.BaseURL))
	if c.RewardURL != "" {
		errs = append(errs, checkURL("reward URL", c.RewardURL))
	}
	fault(c.Model == "", "no model: say which one the endpoint is to use")
	fault(strings.ContainsAny(c.APIKey, "\r\n"), "the API key has a line break in it")
	errs = append(errs, c.Prompt.Validate())
	fault(!(c.Temperature >= 0 && c.Temperature <= math.MaxFloat32), "temperature is %v, not a number of at least 0", c.Temperature)
	fault(c.MaxTokens < 0, "max_tokens is %d, below 0", c.MaxTokens)
	for _, key := range slices.Sorted(maps.Keys(c.Request)) {
		fault(slices.Contains(ownFields(), key), "the request's field %q is the program's own", key)
		fault(!json.Valid(c.Request[key]), "the request's field %q is no JSON", key)
	}
	fault(!slices.Contains(levels(), c.Level), "level is %q, not one of %v", c.Level, levels())
	fault(c.Concurrency < 1, "concurrency is %d, below 1", c.Concurrency)
	fault(!(c.TimeoutS > 0 && c.TimeoutS < maxSeconds), "timeout_s is %v, not a number of seconds above 0", c.TimeoutS)
	fault(c.Retries < 0, "retries is %d, below 0", c.Retries)
	fault(!(c.MaxWaitS >= 0 && c.MaxWaitS < maxSeconds), "max_wait_s is %v, not a number of seconds", c.MaxWaitS)
	fault(c.MaxBytes < 1 || c.MaxBytes == math.MaxInt64, "max_bytes is %d, out of range", c.MaxBytes)
	return errors.Join(errs...)
}

// maxSeconds is what a time.Duration surely holds.
const maxSeconds = 1e9

// levels lists what Config.Level may be.
func levels() []agent.Level {
	return []agent.Level{LevelAuto, agent.LevelTokens, agent.LevelLogProbs, agent.LevelText}
}

// checkURL reports what is wrong with a URL that may have {rollout} in it. The
// text of the error does not repeat the URL, which may hold a secret.
func checkURL(what, text string) error {
	u, err := url.Parse(strings.ReplaceAll(text, Rollout, "x"))
	switch {
	case text == "":
		return fmt.Errorf("remote: no %s: give one such as http://127.0.0.1:8000/v1", what)
	case err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "":
		return fmt.Errorf("remote: the %s is not one such as http://127.0.0.1:8000/v1", what)
	case u.User != nil:
		return fmt.Errorf("remote: the %s has a user or password in it, which would be written into the run: give it as the API key", what)
	}
	return nil
}

// address returns the URL of a call: base, with {rollout} replaced and suffix
// added to its path.
func address(base, rollout, suffix string) string {
	path, query, ok := strings.Cut(base, "?")
	path = strings.ReplaceAll(path, Rollout, url.PathEscape(rollout))
	path = strings.TrimRight(path, "/")
	if !strings.HasSuffix(path, suffix) {
		path += suffix
	}
	if !ok {
		return path
	}
	return path + "?" + strings.ReplaceAll(query, Rollout, url.QueryEscape(rollout))
}

// biased says which setting makes the log-probabilities others than those that
// are drawn by; "" if none does.
func (c Config) biased(temperature float64) string {
	if temperature != 1 {
		return fmt.Sprintf("drawn at temperature %v", temperature)
	}
	neutral := map[string][]float64{
		"top_p": {1}, "top_k": {0, -1}, "min_p": {0}, "typical_p": {1}, "top_a": {0}, "tfs_z": {1},
		"repetition_penalty": {1}, "repeat_penalty": {1}, "presence_penalty": {0}, "frequency_penalty": {0},
	}
	for _, key := range slices.Sorted(maps.Keys(c.Request)) {
		values, cuts := neutral[key]
		if !cuts {
			continue
		}
		var v *float64
		if err := json.Unmarshal(c.Request[key], &v); err != nil || (v != nil && !slices.Contains(values, *v)) {
			return fmt.Sprintf("drawn with %s %s", key, c.Request[key])
		}
	}
	for _, key := range []string{"logit_bias", "guided_json", "guided_regex", "guided_choice", "guided_grammar", "structured_outputs", "response_format", "grammar"} {
		if _, ok := c.Request[key]; ok {
			return "drawn with " + key
		}
	}
	return ""
}

// name is what the policy is called in a run.
func (c Config) name() string { return "openai:" + cmp.Or(c.Model, "?") }
