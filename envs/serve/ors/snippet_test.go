package ors

import (
	"strings"
	"testing"

	"stepgym/envs/serve/session"
	"stepgym/internal/pyvenv"
)

// TestSnippet runs what the server prints for people to copy.
func TestSnippet(t *testing.T) {
	python := pyvenv.Open(t, "openreward==0.1.167", "ors-sdk==0.1.0")
	r := newRig(t, session.Options{}, nil)
	out := python.Run(t, "-c", New().Snippet(r.url+"/envs/Other"))
	if !strings.Contains(out, "name='say'") || !strings.Contains(out, "You are at place") {
		t.Errorf("it printed %s", out)
	}
	if all := r.kept.All(); len(all) != 1 || all[0].Env != "toy-v1" || all[0].TaskID != "0" {
		t.Errorf("on record: %+v", all)
	}
}
