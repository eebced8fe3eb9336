package plan

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs/alfworld/pddl"
	"stepgym/internal/testdata"
)

func readDomain(t *testing.T, path string) *pddl.Domain {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	d, err := pddl.ParseDomain(filepath.Base(path), b)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestRecogniseTheOriginals(t *testing.T) {
	dir := testdata.Shared(t, "alfworld/domain")
	for file, sink := range map[string][]string{"alfred.pddl": {"sinkbasintype"}, "alfred-2.1.1.pddl": {"sinktype", "sinkbasintype"}} {
		d, ok := recognise(readDomain(t, filepath.Join(dir, file)))
		if !ok {
			t.Errorf("%s is not recognised", file)
			continue
		}
		if diff := cmp.Diff(d.tools[clean], sink); diff != "" {
			t.Errorf("%s: tools to clean with (-got +want)\n%s", file, diff)
		}
	}
}

// ours is the domain of the generated games.
const ours = "../house/domain.pddl"

func TestRecogniseOurs(t *testing.T) {
	d, ok := recognise(readDomain(t, ours))
	if !ok {
		t.Fatal("the domain of the generated games is not recognised")
	}
	if diff := cmp.Diff(d.tools[heat], []string{"microwavetype"}); diff != "" {
		t.Errorf("tools to heat with (-got +want)\n%s", diff)
	}
}

// TestRecogniseNothingElse changes the domain a little: what is planned for it
// by enumeration would be wrong.
func TestRecogniseNothingElse(t *testing.T) {
	text, err := os.ReadFile(ours)
	if err != nil {
		t.Fatal(err)
	}
	parts := func(action string) (before, body, after string) {
		i := strings.Index(string(text), "(:action "+action)
		if i < 0 {
			t.Fatalf("no action %s", action)
		}
		body = string(text[i:])
		if k := strings.Index(body[1:], "(:action"); k >= 0 {
			body = body[:k+1]
		}
		return string(text[:i]), body, string(text[i+len(body):])
	}
	for _, tt := range []struct{ what, action, old, new string }{
		{"the hands may be full", "PickupObject", "(not (holdsAny ?a))", ""},
		{"a closed receptacle is no obstacle", "PickupObject", "(opened ?r)", "(openable ?r)"},
		{"only what is clean can be taken", "PickupObject", "(pickupable ?o)", "(pickupable ?o) (isClean ?o)"},
		{"to put something down closes the receptacle", "PutObject", "(inReceptacle ?o ?r)", "(inReceptacle ?o ?r) (not (opened ?r))"},
		{"only what is hot can be cooled", "CoolObject", "(coolable ?o)", "(coolable ?o) (isHot ?o)"},
		{"heating makes clean", "HeatObject", "(isHot ?o)", "(isHot ?o) (isClean ?o)"},
		{"slicing takes the thing into the hands", "SliceObject", "(isSliced ?co)", "(isSliced ?co) (holds ?a ?co)"},
		{"going opens", "GotoLocation", "(atLocation ?a ?lEnd)", "(atLocation ?a ?lEnd) (opened ?r)"},
	} {
		before, body, after := parts(tt.action)
		i := strings.LastIndex(body, tt.old)
		if tt.action == "PickupObject" || tt.action == "CoolObject" {
			i = strings.Index(body, tt.old)
		}
		if i < 0 {
			t.Errorf("%s: %q is not in %s", tt.what, tt.old, tt.action)
			continue
		}
		changed := before + body[:i] + tt.new + body[i+len(tt.old):] + after
		d, err := pddl.ParseDomain("changed.pddl", []byte(changed))
		if err != nil {
			t.Errorf("%s: %v", tt.what, err)
			continue
		}
		if _, ok := recognise(d); ok {
			t.Errorf("recognised although %s", tt.what)
		}
	}
}
