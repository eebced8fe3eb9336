package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"stepgym/agent"
	prompts "stepgym/agent/prompt"
	"stepgym/agent/remote"
)

// agentOpenAI is the agent behind an endpoint of the OpenAI-compatible protocol.
const agentOpenAI = "openai"

// remoteFlags are the flags that say which endpoint to ask, and how.
type remoteFlags struct {
	c       remote.Config // values of flags; only those that were set count
	keyEnv  string
	noThink bool
	request string
	level   string
}

func (f *remoteFlags) add(cmd *cobra.Command) {
	f.c = remote.DefaultConfig()
	fl, c := cmd.Flags(), &f.c
	fl.StringVar(&c.BaseURL, "base-url", "", "endpoint of agent openai, such as http://127.0.0.1:8000/v1; may have {rollout} in it, the episode's ID")
	fl.StringVar(&c.Model, "model", "", "model to ask the endpoint for")
	fl.StringVar(&c.APIKey, "api-key", "", "key to send; other users of the machine can see flags, so rather:")
	fl.StringVar(&f.keyEnv, "api-key-env", "OPENAI_API_KEY", "environment variable that holds the key")
	fl.StringVar(&c.Prompt.Format, "prompt", c.Prompt.Format, "window (as verl-agent: one message a step), chat (a conversation) or tools (tool calls)")
	fl.IntVar(&c.Prompt.History, "history", c.Prompt.History, "with --prompt window, steps to look back")
	fl.BoolVar(&f.noThink, "no-think", false, "do not ask for <think>...</think>")
	fl.Float64Var(&c.Temperature, "temperature", c.Temperature, "of sampling; other than 1 is for evaluation only")
	fl.IntVar(&c.MaxTokens, "max-tokens", c.MaxTokens, "tokens of an answer at most; 0 leaves it to the endpoint")
	fl.StringArrayVar(&c.Stop, "stop", nil, "text that ends an answer; may be repeated")
	fl.StringVar(&f.request, "request", "", `further fields of every request as JSON, such as {"top_p": 1, "top_k": 0} where the endpoint cuts by itself`)
	fl.BoolVar(&c.NoSeed, "no-seed", false, "send no seed, for endpoints that refuse it")
	fl.StringVar(&f.level, "level", string(c.Level), "what the endpoint tells of tokens: tokens, logprobs, text, or auto to ask it")
	fl.IntVar(&c.Concurrency, "concurrency", c.Concurrency, "requests at once")
	fl.Float64Var(&c.TimeoutS, "timeout", c.TimeoutS, "seconds for one request")
	fl.Float64Var(&c.MaxWaitS, "max-wait", c.MaxWaitS, "seconds between two attempts at most")
	fl.IntVar(&c.Retries, "retries", c.Retries, "attempts after the first one, where a request may succeed later")
	must(cmd.RegisterFlagCompletionFunc("prompt", cobra.FixedCompletions(prompts.Formats(), cobra.ShellCompDirectiveNoFileComp)))
}

// names lists the flags, for who must say which of them can be given.
func (f *remoteFlags) names() []string {
	return []string{
		"base-url", "model", "api-key", "api-key-env", "prompt", "history", "no-think", "temperature", "max-tokens", "stop", "request",
		"no-seed", "level", "concurrency", "timeout", "retries", "max-wait",
	}
}

// overlay sets in c what flags were given for, and the key.
func (f *remoteFlags) overlay(cmd *cobra.Command, c *remote.Config) error {
	set := func(name string, do func()) {
		if cmd.Flags().Changed(name) {
			do()
		}
	}
	var err error
	set("base-url", func() { c.BaseURL = f.c.BaseURL })
	set("model", func() { c.Model = f.c.Model })
	set("prompt", func() { c.Prompt.Format = f.c.Prompt.Format })
	set("history", func() { c.Prompt.History = f.c.Prompt.History })
	set("no-think", func() { c.Prompt.Think = !f.noThink })
	set("temperature", func() { c.Temperature = f.c.Temperature })
	set("max-tokens", func() { c.MaxTokens = f.c.MaxTokens })
	set("stop", func() { c.Stop = f.c.Stop })
	set("level", func() { c.Level = agent.Level(f.level) })
	set("concurrency", func() { c.Concurrency = f.c.Concurrency })
	set("timeout", func() { c.TimeoutS = f.c.TimeoutS })
	set("no-seed", func() { c.NoSeed = f.c.NoSeed })
	set("max-wait", func() { c.MaxWaitS = f.c.MaxWaitS })
	set("retries", func() { c.Retries = f.c.Retries })
	set("request", func() {
		if e := checkObject([]byte(f.request)); e != nil {
			err = fmt.Errorf("--request: %w", e)
			return
		}
		c.Request = map[string]json.RawMessage{}
		err = json.Unmarshal([]byte(f.request), &c.Request)
	})
	if c.APIKey = f.c.APIKey; c.APIKey == "" && f.keyEnv != "" {
		c.APIKey = strings.TrimSpace(os.Getenv(f.keyEnv))
	}
	return err
}

// checkAgent reports flags that ask an endpoint although another agent plays.
func (f *remoteFlags) checkAgent(cmd *cobra.Command, name string) error {
	if name == agentOpenAI {
		return nil
	}
	var errs []error
	for _, n := range f.names() {
		if cmd.Flags().Changed(n) {
			errs = append(errs, fmt.Errorf("--%s goes with --agent openai", n))
		}
	}
	return errors.Join(errs...)
}

// probe asks the endpoint what it can do and says so.
func probe(cmd *cobra.Command, p *remote.Policy) error {
	level, err := p.Probe(cmd.Context())
	if e, ok := errors.AsType[*remote.Error](err); ok && e.Status == http.StatusNotFound {
		return fmt.Errorf("%w; is the base URL right? It often ends in /v1", err)
	}
	if err != nil {
		return err
	}
	text := map[agent.Level]string{
		agent.LevelTokens:   "token ids and log-probabilities",
		agent.LevelLogProbs: "log-probabilities but no token ids, so its rollouts are for evaluation only",
		agent.LevelText:     "text alone, so its rollouts are for evaluation only",
	}[level]
	fmt.Fprintf(cmd.ErrOrStderr(), "The endpoint tells %s.\n", text)
	return nil
}
