package prompt

import (
	"fmt"
	"slices"
	"strings"

	"stepgym/envs"
)

// The formats.
const (
	Window = "window"
	Chat   = "chat"
	Tools  = "tools"
)

// Formats lists the formats.
func Formats() []string { return []string{Window, Chat, Tools} }

// Options say how to write prompts. Start from [DefaultOptions].
type Options struct {
	Format string `json:"format"` // Window, Chat or Tools

	// History is how many steps back a Window prompt looks; 0 shows none.
	History int `json:"history"`

	// Think asks for <think>...</think> before the action, and makes its absence
	// a fault of form. Without it neither is asked for; Tools never asks.
	Think bool `json:"think"`

	// MaxChars bounds the bytes of a Window prompt: one that is longer is written
	// without its history. 0 means no bound.
	MaxChars int `json:"max_chars"`
}

// DefaultOptions returns the settings of verl-agent: a window of two steps, and
// no history in prompts of more than 13,000 bytes.
func DefaultOptions() Options {
	return Options{Format: Window, History: 2, Think: true, MaxChars: 13_000}
}

// Validate reports the first fault of o.
func (o Options) Validate() error {
	switch {
	case !slices.Contains(Formats(), o.Format):
		return fmt.Errorf("prompt: no format %q: choose one of %s", o.Format, strings.Join(Formats(), ", "))
	case o.History < 0:
		return fmt.Errorf("prompt: history is %d, below 0", o.History)
	case o.MaxChars < 0:
		return fmt.Errorf("prompt: max_chars is %d, below 0", o.MaxChars)
	}
	return nil
}

// A Format writes the prompts of one environment. It is immutable and safe for
// concurrent use.
type Format struct {
	options Options
	env     string // envs.Spec.Name
	tools   []envs.ToolSchema
	talk    bool // envs.Spec.Talk
}

// New returns the format that o describes for the environment of that spec. An
// environment with tools of its own can only be spoken to in the format Tools.
func New(spec envs.Spec, o Options) (*Format, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	if len(spec.Tools) > 0 && o.Format != Tools {
		return nil, fmt.Errorf("prompt: %s is played by calling tools, which format %q cannot do: choose %q", spec.ID(), o.Format, Tools)
	}
	return &Format{options: o, env: spec.Name, tools: spec.Tools, talk: spec.Talk}, nil
}

// Name returns the name of the format.
func (f *Format) Name() string { return f.options.Format }

// Start begins the conversation about one episode of task.
func (f *Format) Start(task envs.Task) *Dialog {
	d := &Dialog{format: f, task: oneLine(task.Goal), tools: f.tools}
	if f.options.Format == Tools && len(d.tools) == 0 {
		d.tools = []envs.ToolSchema{actTool()}
		d.act = true
	}
	return d
}
