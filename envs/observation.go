package envs

import "encoding/json"

// Observation is what the agent sees before it acts.
type Observation struct {
	// Messages are the messages added since the previous observation. The
	// first observation carries the task.
	Messages []Message `json:"messages"`

	// Admissible lists the legal actions that can be written out, in the
	// environment's own order. It is empty after the end of the episode. The
	// choices are shared with other observations and not to be modified.
	Admissible []*Choice `json:"admissible,omitempty"`

	// Forms lists the legal actions with a free slot. If Admissible and Forms
	// are both empty before the end, any action may be tried.
	Forms []Form `json:"forms,omitempty"`

	// Tools replaces the callable tools from here on; nil means "as before",
	// starting from Spec.Tools.
	Tools []ToolSchema `json:"tools,omitempty"`

	// Place is the class of situation the agent is in, one of a few words that
	// the environment uses throughout ("search", "results", "item").
	Place string `json:"place,omitempty"`

	// Focus names the thing that the observation is about (a product, a
	// receptacle), as Choice.Ref does; empty when it is about none. An agent
	// that keeps a memory files what it reads under this name.
	Focus string `json:"focus,omitempty"`

	// Body is the part of the observation that tells of Focus or Place: the
	// messages without goal, navigation and list of actions. For matching and
	// memory; a model that reads text gets it in Messages already.
	Body string `json:"body,omitempty"`

	// Anchor is what the papers on step-level grouping compare: the current
	// observation without its history.
	Anchor string `json:"anchor"`

	// StateKey names the true state without the history that led to it. Two
	// steps of one task with equal StateKeys have the same future for the same
	// actions (but for a turn limit). It may tell apart what looks the same.
	StateKey string `json:"state_key"`
}

// Text returns the contents of the messages, joined by a newline.
func (o Observation) Text() string {
	switch len(o.Messages) {
	case 0:
		return ""
	case 1:
		return o.Messages[0].Content
	}
	text := o.Messages[0].Content
	for _, m := range o.Messages[1:] {
		text += "\n" + m.Content
	}
	return text
}

// Message is one chat message.
type Message struct {
	Role       string     `json:"role"` // "system", "user", "assistant" or "tool"
	Content    string     `json:"content"`
	ToolCallID string     `json:"tool_call_id,omitempty"`
	Calls      []ToolCall `json:"tool_calls,omitempty"`
}

// Choice is an admissible action and what can be said of it. Everything but
// Action is for choosing: Step does not look at it.
type Choice struct {
	Action Action `json:"action"`

	// Kind is the class of action, one of a few words that the environment
	// uses throughout ("open", "option", "buy").
	Kind string `json:"kind,omitempty"`

	// Desc says what the action's text does not: title and price of a result,
	// name and value of an option. Empty when the text says it all.
	Desc string `json:"desc,omitempty"`

	// Ref names the thing that the action leads to or handles; see
	// Observation.Focus.
	Ref string `json:"ref,omitempty"`

	// With names the other thing that the action involves: where something is
	// taken from or put, the tool that is used. Empty when there is none.
	With string `json:"with,omitempty"`

	// Slot is the name of the setting that the action sets (the option
	// "color"): of the choices with the same Slot the last one taken holds.
	Slot string `json:"slot,omitempty"`
}

// Form is a legal action with one free slot.
type Form struct {
	Template string `json:"template"` // the action's text, slot in angle brackets: "search[<query>]"
	Kind     string `json:"kind,omitempty"`

	// Candidates are ways to fill the slot that follow from the task's own
	// words, for an agent that cannot write text. Their order is fixed. They
	// are shared as those of Observation.Admissible are.
	Candidates []*Choice `json:"candidates,omitempty"`
}

// Action is one decision of the agent, already parsed from what it wrote. One
// of its fields is set.
type Action struct {
	Text  string     `json:"text,omitempty"`
	Calls []ToolCall `json:"calls,omitempty"` // in order; several are parallel calls
}

// ToolCall is one call of a tool.
type ToolCall struct {
	ID   string          `json:"id,omitempty"`
	Name string          `json:"name"`
	Args json.RawMessage `json:"args"`
}

// String returns the action as one line of text: Text itself, or the calls as
// JSON. Equal actions give equal strings.
func (a Action) String() string {
	if len(a.Calls) == 0 {
		return a.Text
	}
	b, err := json.Marshal(a.Calls)
	if err != nil { // only invalid bytes in Args, which the caller's JSON cannot hold
		return a.Text
	}
	return a.Text + string(b)
}

// Result is the outcome of one step. What the agent sees next is the episode's
// Observation.
type Result struct {
	Reward     float64 `json:"reward"`
	Terminated bool    `json:"terminated"` // the task ended, well or badly
	Truncated  bool    `json:"truncated"`  // a limit cut it short: value estimates bootstrap here
	Invalid    bool    `json:"invalid"`    // the world refused the action
	Success    bool    `json:"success"`    // the task's own criterion is met; only with Terminated

	// Metrics are named parts of the reward and other measurements. The agent
	// never sees them. Nil when there are none.
	Metrics map[string]float64 `json:"metrics,omitempty"`
}

// Done reports whether the episode has ended.
func (r Result) Done() bool { return r.Terminated || r.Truncated }
