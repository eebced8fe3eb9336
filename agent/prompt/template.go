package prompt

import (
	"encoding/json"
	"fmt"
	"strings"

	"stepgym/envs"
)

// role says who the model is, by environment.
func role(env string) string {
	switch env {
	case shop:
		return "You are an expert agent that shops on its own in the online shop WebShop."
	case household:
		return "You are an expert agent that does household tasks in the text world ALFWorld."
	}
	return fmt.Sprintf("You are an expert agent that acts on its own in the environment %q.", env)
}

const (
	actName   = "act"
	actArg    = "action"
	notDone   = "Not carried out: one action a turn."
	askThink  = "First reason step by step about where you are and which admissible action brings the task forward most. The reasoning MUST be enclosed within <think> </think> tags.\nThen choose one admissible action and write it within <action> </action> tags."
	askAct    = "Choose one admissible action and write it within <action> </action> tags."
	askTool   = "In every turn call the tool " + actName + " once, with one of the admissible actions as its argument " + actArg + "."
	askTools  = "In every turn call the tools that bring the task forward."
	askTalk   = "Call the tools that do what the user asks, in as many turns as it takes. When nothing is left to call, or what is needed is missing, answer in words: the user then goes on."
	fillIn    = "Where an admissible action has a part in angle brackets, put text of your own in the place of that part."
	slotOpen  = '<'
	slotClose = '>'
)

// window writes the one message of a Window prompt.
func (d *Dialog) window() string {
	long := d.windowWith(d.past)
	if n := d.format.options.MaxChars; n > 0 && len(long) > n {
		return d.windowWith(nil)
	}
	return long
}

func (d *Dialog) windowWith(past []turn) string {
	var b strings.Builder
	b.WriteString(role(d.format.env) + "\n")
	d.writeTask(&b)
	if len(past) > 0 {
		fmt.Fprintf(&b, "You have already taken %d step(s). These are the last %d observation(s) and what you did about them:\n", d.steps, len(past))
		for i, t := range past {
			k := d.steps - len(past) + i + 1
			fmt.Fprintf(&b, "[Observation %d: '%s', Action %d: '%s']\n", k, t.seen, k, t.done)
		}
	}
	if d.steps > 0 {
		fmt.Fprintf(&b, "You are now at step %d and your current observation is: %s\n", d.steps+1, d.now)
	} else {
		fmt.Fprintf(&b, "Your current observation is: %s\n", d.now)
	}
	d.writeActions(&b)
	b.WriteString("\nIt is your turn to take one action.\n" + d.ask() + "\n")
	if len(d.seen.Forms) > 0 {
		b.WriteString(fillIn + "\n")
	}
	return b.String()
}

// ask says what to write.
func (d *Dialog) ask() string {
	if d.format.options.Think {
		return askThink
	}
	return askAct
}

// rules writes the system message of a conversation.
func (d *Dialog) rules() string {
	ask := d.ask()
	if d.format.options.Format == Tools {
		if ask = askTools; d.act {
			ask = askTool
		} else if d.format.talk {
			return role(d.format.env) + "\n" + askTalk
		}
	}
	return role(d.format.env) + "\nYou take one action a turn and are then told what you see.\n" + ask + "\n" + fillIn
}

// situation writes what is seen now, the task before it at the beginning.
func (d *Dialog) situation() string {
	var b strings.Builder
	if d.steps == 0 {
		d.writeTask(&b)
	}
	fmt.Fprintf(&b, "Your current observation is: %s\n", d.now)
	d.writeActions(&b)
	return b.String()
}

func (d *Dialog) writeTask(b *strings.Builder) {
	if d.task != "" {
		fmt.Fprintf(b, "Your task is to: %s\n", d.task)
	}
}

// writeActions lists what can be done, forms first. It writes nothing where any
// action may be tried.
func (d *Dialog) writeActions(b *strings.Builder) {
	if len(d.seen.Forms)+len(d.seen.Admissible) == 0 {
		return
	}
	b.WriteString("Your admissible actions in this situation are:\n[\n")
	for _, f := range d.seen.Forms {
		fmt.Fprintf(b, "'%s',\n", f.Template)
	}
	for _, c := range d.seen.Admissible {
		if d.format.env == household && c.Kind == "help" { // it only lists the verbs
			continue
		}
		fmt.Fprintf(b, "'%s',\n", c.Action.String())
	}
	b.WriteString("]\n")
}

// actTool is the tool of environments that have none.
func actTool() envs.ToolSchema {
	return envs.ToolSchema{
		Name:        actName,
		Description: "Take one action.",
		Params:      json.RawMessage(`{"type":"object","properties":{"action":{"type":"string","description":"one of the admissible actions, as it is written there"}},"required":["action"],"additionalProperties":false}`),
	}
}
