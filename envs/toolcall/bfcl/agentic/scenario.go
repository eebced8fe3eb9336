package agentic

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// Message is a message of a conversation.
type Message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// Scenario is one person's memory: conversations in which the agent fills it,
// and questions that it then answers from it.
//
// The first conversation starts with an empty memory, each later one with the
// memory that the one before left, and every question with the one that the
// last conversation left. What a question does to the memory is lost.
type Scenario struct {
	Name          string // "customer"
	Conversations []Conversation
	Questions     []Question
}

// Conversation is one in which the memory is filled. It is not judged.
type Conversation struct {
	ID    string // "memory_kv_prereq_0-customer-0"
	Topic string
	Turns [][]Message
}

// Question is asked after all conversations of its scenario and judged by
// [Judge].
type Question struct {
	ID      string // "memory_kv_0-customer-0"
	Turns   [][]Message
	Answers []string // any of them will do
	Source  string   // where in the conversations the answer is
}

// ScenarioNames are the scenarios in the original's order.
func ScenarioNames() []string {
	return []string{"student", "customer", "finance", "healthcare", "notetaker"}
}

// Scenarios reads the memory categories for a kind of memory ("kv", "rec_sum"),
// which is part of every id, from files, the unchanged data folder of the PyPI
// package bfcl-eval.
func Scenarios(files fs.FS, kind string) ([]Scenario, error) {
	const name = "BFCL_v4_memory.json"
	questions, err := read(files, name)
	if err != nil {
		return nil, err
	}
	truths, err := read(files, path.Join("possible_answer", name))
	if err != nil {
		return nil, err
	}
	if len(truths) != len(questions) {
		return nil, fmt.Errorf("bfcl: possible_answer/%s has %d answers, but there are %d questions", name, len(truths), len(questions))
	}
	id := func(l line) string { return strings.ReplaceAll(l.ID, "memory", "memory_"+kind) }
	var out []Scenario
	asked := 0
	for _, scenario := range ScenarioNames() {
		s := Scenario{Name: scenario}
		talks, err := read(files, "memory_prereq_conversation/memory_"+scenario+".json")
		if err != nil {
			return nil, err
		}
		for _, l := range talks {
			s.Conversations = append(s.Conversations, Conversation{ID: id(l), Topic: l.Topic, Turns: l.Question})
		}
		for i, l := range questions {
			if l.Scenario == scenario { // an answer belongs to the question of the same line
				s.Questions = append(s.Questions, Question{ID: id(l), Turns: l.Question, Answers: truths[i].Truth, Source: truths[i].Source})
			}
		}
		asked += len(s.Questions)
		out = append(out, s)
	}
	if asked != len(questions) {
		return nil, fmt.Errorf("bfcl: %s: %d of %d questions are of other scenarios than %s", name, len(questions)-asked, len(questions), strings.Join(ScenarioNames(), ", "))
	}
	return out, nil
}

type line struct {
	ID       string      `json:"id"`
	Topic    string      `json:"topic"`
	Scenario string      `json:"scenario"`
	Question [][]Message `json:"question"`
	Truth    []string    `json:"ground_truth"`
	Source   string      `json:"source"`
}

func read(files fs.FS, name string) ([]line, error) {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, fmt.Errorf("bfcl: %w", err)
	}
	var out []line
	n := 0
	for raw := range bytes.Lines(data) {
		n++
		if raw = bytes.TrimSpace(raw); len(raw) == 0 {
			continue
		}
		var l line
		if err := json.Unmarshal(raw, &l); err != nil {
			return nil, fmt.Errorf("bfcl: %s: line %d: %w", name, n, err)
		}
		out = append(out, l)
	}
	return out, nil
}
