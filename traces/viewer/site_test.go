package viewer

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"stepgym/envs"
	"stepgym/envs/alfworld"
	"stepgym/envs/webshop"
	"stepgym/traces"
)

// openers are the environments of the tests.
func openers() map[string]envs.Opener {
	return map[string]envs.Opener{"webshop": webshop.Open, "alfworld": alfworld.Open}
}

// testWorlds knows the environments and has one policy, "lucky".
func testWorlds() Worlds {
	w := worldsOf()
	w.Classifier = func(env string) envs.Classifier {
		switch EnvName(env) {
		case "webshop":
			return webshop.Failures{}
		case "alfworld":
			return alfworld.Failures{}
		}
		return nil
	}
	w.Open = func(ctx context.Context, _ traces.Manifest, env string) (envs.Env, error) {
		return openers()[EnvName(env)](ctx, nil)
	}
	return w
}

// played makes a run folder called name with groups of four random episodes each
// of an environment.
func played(t testing.TB, dir, name string, groups int) string {
	t.Helper()
	env, err := openers()[name](t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer env.Close()
	dir = filepath.Join(dir, name)
	run, err := traces.Create(dir, traces.Manifest{
		Command: "rollout", Env: env.Spec().ID(), Policy: "lucky", Seed: 7, Config: json.RawMessage(`{"env":"` + name + `","plan":{"seed":7,"list":[1,2]}}`),
	}, traces.Options{})
	if err != nil {
		t.Fatal(err)
	}
	g := 0
	for task, err := range env.Tasks("train") {
		if err != nil {
			t.Fatal(err)
		}
		if g++; g > groups {
			break
		}
		for k := range 4 {
			base := &traces.Trajectory{TaskID: task.ID, Goal: task.Goal, Family: task.Family, Env: env.Spec().ID(), EnvSeed: uint64(g), Split: "train"}
			r, err := play(t.Context(), env, worldsOf(), base, ForkRequest{Policy: "lucky", Seed: uint64(k), MaxTurns: 20})
			if err != nil {
				t.Fatal(err)
			}
			e := r.Trajectory
			e.GroupID = fmt.Sprintf("it%d/%s", g, task.ID)
			e.ID, e.Index, e.Iteration, e.Parent, e.EvalOnly = fmt.Sprintf("%s/%d", e.GroupID, k), k, g, "", ""
			if err := run.Append(e); err != nil {
				t.Fatal(err)
			}
		}
		if err := run.AppendMetrics(map[string]any{"kind": "train", "iteration": g, "success": .5, "update": map[string]any{"loss": 1.0 / float64(g)}, "best": g == 2}); err != nil {
			t.Fatal(err)
		}
	}
	if err := run.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// site is a viewer that is served.
type site struct {
	t testing.TB
	v *Viewer
	s *httptest.Server
}

func serve(t testing.TB, o Options, dirs ...string) *site {
	t.Helper()
	v, err := New(dirs, o)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(http.StripPrefix("/view", v))
	t.Cleanup(func() {
		s.Close()
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, r := range v.list() {
		if x, err := r.index(); err == nil {
			x.Settle(t.Context())
		}
	}
	return &site{t, v, s}
}

// reply is an answer whose body was read.
type reply struct {
	StatusCode int
	Status     string
	Header     http.Header
}

// do sends a request.
func (s *site) do(method, path string, body io.Reader, change func(*http.Request)) (reply, []byte) {
	s.t.Helper()
	q, err := http.NewRequestWithContext(s.t.Context(), method, s.s.URL+"/view/"+path, body)
	if err != nil {
		s.t.Fatal(err)
	}
	if body != nil {
		q.Header.Set("Content-Type", "application/json")
	}
	if change != nil {
		change(q)
	}
	a, err := s.s.Client().Do(q)
	if err != nil {
		s.t.Fatal(err)
	}
	defer a.Body.Close()
	b, err := io.ReadAll(a.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return reply{a.StatusCode, a.Status, a.Header}, b
}

// get asks for path and decodes the answer into out.
func (s *site) get(path string, out any) {
	s.t.Helper()
	a, b := s.do(http.MethodGet, path, nil, nil)
	if a.StatusCode != http.StatusOK {
		s.t.Fatalf("%s: %s: %s", path, a.Status, b)
	}
	if a.Header.Get("Cache-Control") != "no-store" || a.Header.Get("Content-Type") != "application/json; charset=utf-8" {
		s.t.Errorf("%s: headers %v", path, a.Header)
	}
	if err := json.Unmarshal(b, out); err != nil {
		s.t.Fatalf("%s: %v in %s", path, err, b)
	}
}

// fails asks for path and wants an error.
func (s *site) fails(method, path string, body io.Reader, status int, code, part string) {
	s.t.Helper()
	a, b := s.do(method, path, body, nil)
	var f struct {
		Error struct{ Code, Message string }
	}
	if err := json.Unmarshal(b, &f); err != nil {
		s.t.Fatalf("%s: %v in %s", path, err, b)
	}
	if a.StatusCode != status || f.Error.Code != code || !strings.Contains(f.Error.Message, part) {
		s.t.Errorf("%s %s: %d %s %q, want %d %s with %q in it", method, path, a.StatusCode, f.Error.Code, f.Error.Message, status, code, part)
	}
}

func both(t *testing.T) *site {
	t.Helper()
	dir := t.TempDir()
	return serve(t, Options{Worlds: testWorlds(), Program: "test 1"}, played(t, dir, "webshop", 3), played(t, dir, "alfworld", 3))
}

// rows are the episodes of a run.
func (s *site) rows(run string) []episodeRow {
	s.t.Helper()
	var out struct{ Rows []episodeRow }
	s.get("api/runs/"+run+"/episodes?sort=time&desc=0", &out)
	return out.Rows
}
