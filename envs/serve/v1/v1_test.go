package v1

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"stepgym/credit/wire"
	"stepgym/envs/serve/session"
	"stepgym/traces"
	"stepgym/traces/export"
)

func TestGroup(t *testing.T) {
	s := open(t, session.Options{MaxEpisodes: 10}, nil, "")
	const body = `{"n":6,"split":"train","index":1,"seed":3,"idempotency_key":"k","policy":"mine","client_id":"c"}`
	g := ask[Group](s, "POST", "/groups", body)
	if len(g.Episodes) != 6 {
		t.Fatalf("%d episodes", len(g.Episodes))
	}
	for i, e := range g.Episodes {
		want := Episode{ID: e.ID, Group: g.ID, Index: i, Env: "toy", Task: "2", Split: "train", Seed: 3, Seen: g.Episodes[0].Seen}
		want.Info = &Info{Trajectory: e.Info.Trajectory}
		if d := cmp.Diff(want, e.Episode); d != "" {
			t.Errorf("episode %d (-want +got):\n%s", i, d)
		}
	}
	if o := g.Episodes[0].Observation; !strings.HasPrefix(o.Text, "Walk to place 2.") || len(o.Actions) != 3 || len(o.Forms) != 1 {
		t.Errorf("the observation is %+v", o)
	}
	if again := ask[Group](s, "POST", "/groups", body); !cmp.Equal(g, again) {
		t.Errorf("the key gives another group: %s", cmp.Diff(g, again))
	}
	// All or none.
	if c := refused(s, "POST", "/groups", `{"n":5}`, http.StatusTooManyRequests); c != session.CodeCapacity {
		t.Errorf("a group too large: %s", c)
	}
	if n := s.host.Stats().Open; n != 6 {
		t.Errorf("%d sessions are open after a group was refused", n)
	}
	info := ask[GroupInfo](s, "GET", "/groups/"+g.ID, "")
	if len(info.Episodes) != 6 {
		t.Errorf("the group has %d episodes", len(info.Episodes))
	}
	ask[Closed](s, "DELETE", "/groups/"+g.ID, "")
	if c := refused(s, "GET", "/groups/"+g.ID, "", http.StatusGone); c != session.CodeGone {
		t.Errorf("a closed group: %s", c)
	}
	if n := s.host.Stats().Open; n != 0 || len(s.rec.all) != 6 {
		t.Errorf("%d sessions are open, %d trajectories recorded", n, len(s.rec.all))
	}
	for _, tr := range s.rec.all {
		if tr.GroupID != g.ID || tr.Policy != "mine" || tr.Client.Episode != "c" || tr.Client.Protocol != "v1" || tr.Client.End != "group" {
			t.Errorf("trajectory %+v", tr)
		}
	}
}

func TestStepBatch(t *testing.T) {
	s := open(t, session.Options{}, nil, "")
	g := ask[Group](s, "POST", "/groups", `{"n":3,"task":"4","seed":1}`)
	id := ids(g.Episodes)
	body := fmt.Sprintf(`{"items":[
		{"episode_id":%q,"action":"left","step_id":"a"},
		{"episode_id":%[2]q,"action":{"text":"fly"}},
		{"episode_id":"nobody","action":"left"},
		{"episode_id":%[3]q},
		7,
		{"episode_id":%[3]q,"action":"left","extra":1},
		{"action":"left"},
		{"episode_id":%[3]q,"action":{"calls":[{"args":{}}]}},
		{"episode_id":%[3]q,"action":"right"},
		{"episode_id":%[3]q,"action":"right"}]}`, id[0], id[1], id[2])
	for round, replayed := range []bool{false, true} {
		got := ask[SteppedBatch](s, "POST", "/step", body).Items
		var codes []session.Code
		for _, it := range got {
			code := session.Code("")
			if it.Error != nil {
				code = it.Error.Code
			}
			codes = append(codes, code)
		}
		bad := session.CodeInvalid
		if d := cmp.Diff([]session.Code{"", "", session.CodeNotFound, bad, bad, bad, bad, bad, "", ""}, codes); d != "" {
			t.Fatalf("codes (-want +got):\n%s", d)
		}
		if got[0].Info.Step != 1 || got[0].Replayed != replayed {
			t.Errorf("round %d: item 0 is %+v", round, got[0])
		}
		if got[1].Info.Step != 1+round || !got[1].Info.Invalid {
			t.Errorf("round %d: item 1 is %+v", round, got[1])
		}
		if got[8].Info.Step != 1+2*round || got[9].Info.Step != 2+2*round || got[9].ID != id[2] {
			t.Errorf("round %d: items 8 and 9 are %+v %+v", round, got[8], got[9])
		}
	}
	got := ask[SteppedBatch](s, "POST", "/step", fmt.Sprintf(`{"items":[{"episode_id":%q,"action":"right","step_id":"a"}]}`, id[0])).Items
	if got[0].Error == nil || got[0].Error.Code != session.CodeStepID {
		t.Errorf("another action with the same step ID: %+v", got[0])
	}
}

func TestShow(t *testing.T) {
	s := open(t, session.Options{}, nil, "")
	e := ask[Episode](s, "POST", "/episodes", `{"task":"0","seed":1}`)
	tests := []struct{ options, want string }{
		{`,"observation":"none"`, `{"episode_id":"ID","reward":0,"terminated":false,"truncated":false,"info":{"step":1,"trajectory_id":"ID","invalid":false,"success":false}}`},
		{`,"observation":"text","fields":["reward"]`, `{"reward":0}`},
		{`,"fields":[]`, `{}`},
		{`,"fields":["step"]`, `{"info":{"step":4}}`},
		{`,"fields":["text","terminated"]`, `{"observation":{"text":"You are at place 0."},"terminated":false}`},
		{`,"fields":["actions","forms","place","focus"]`, `{"observation":{"actions":["left","right","stop"],"forms":["say[<word>]"],"place":"line","focus":"0"}}`},
	}
	for _, tt := range tests {
		status, b, _ := s.call("POST", "/step", fmt.Sprintf(`{"items":[{"episode_id":%q,"action":"left"}]%s}`, e.ID, tt.options))
		want := strings.ReplaceAll(`{"items":[`+tt.want+"]}\n", "ID", e.ID)
		if status != 200 || string(b) != want {
			t.Errorf("%s: %d %s, want %s", tt.options, status, b, want)
		}
	}
	full := ask[Episode](s, "GET", "/episodes/"+e.ID+"/observation?observation=full", "")
	if o := full.Observation; len(o.Choices) != 3 || len(o.Messages) != 1 || o.Anchor == "" || o.StateKey == "" || o.Body == "" || o.Place != "line" {
		t.Errorf("everything is %+v", o)
	}
}

func TestForkAndSnapshot(t *testing.T) {
	s := open(t, session.Options{}, nil, "")
	e := ask[Episode](s, "POST", "/episodes", `{"task":"4","seed":1}`)
	var texts []string
	for _, a := range []string{"left", "right", "right"} {
		one := ask[Stepped](s, "POST", "/episodes/"+e.ID+"/step", fmt.Sprintf(`{"action":%q}`, a))
		texts = append(texts, one.Observation.Text)
	}
	f := ask[Forked](s, "POST", "/episodes/"+e.ID+"/fork", `{"n":2,"at_step":1}`)
	for _, c := range f.Episodes {
		if c.Parent != e.Info.Trajectory || c.ForkAt != 1 || c.Info.Step != 1 || c.Observation.Text != texts[0] {
			t.Errorf("the fork is %+v", c)
		}
	}
	now := ask[Forked](s, "POST", "/episodes/"+e.ID+"/fork", "")
	if len(now.Episodes) != 1 || now.Episodes[0].Info.Step != 3 {
		t.Errorf("the fork as it is: %+v", now)
	}
	k := ask[Snapshot](s, "POST", "/episodes/"+e.ID+"/snapshot", "")
	ask[Stepped](s, "POST", "/episodes/"+e.ID+"/step", `{"action":"left"}`)
	back := ask[Episode](s, "POST", "/episodes", fmt.Sprintf(`{"snapshot_id":%q}`, k.ID))
	if k.Step != 3 || back.Info.Step != 3 || back.Observation.Text != texts[2] || back.Parent != e.Info.Trajectory {
		t.Errorf("snapshot %+v, restored %+v", k, back)
	}
	ask[Closed](s, "DELETE", "/snapshots/"+k.ID, "")
	refused(s, "POST", "/episodes", fmt.Sprintf(`{"snapshot_id":%q}`, k.ID), http.StatusNotFound)
	refused(s, "DELETE", "/snapshots/"+k.ID, "", http.StatusNotFound)
}

func TestLifeOfAnEpisode(t *testing.T) {
	s := open(t, session.Options{}, nil, "")
	e := ask[Episode](s, "POST", "/episodes", `{"env":"other","task":"4","lease_s":60}`)
	if r := ask[Renewed](s, "POST", "/episodes/"+e.ID+"/renew", `{"lease_s":120}`); r.Expires.IsZero() {
		t.Error("a renewal without an end")
	}
	r := ask[Episode](s, "POST", "/episodes/"+e.ID+"/reset", `{"split":"dev","index":0}`)
	if r.ID != e.ID || r.Task != "1" || r.Split != "dev" || r.Env != "other" || r.Info.Trajectory == e.Info.Trajectory {
		t.Errorf("after a reset: %+v", r)
	}
	if tr := ask[traces.Trajectory](s, "GET", "/episodes/"+r.Info.Trajectory+"/trajectory", ""); tr.ID != r.Info.Trajectory || tr.Truncated {
		t.Errorf("the trajectory of a running episode: %+v", tr)
	}
	i := ask[EpisodeInfo](s, "GET", "/episodes/"+e.ID, "")
	if i.State != "running" || i.Task != "1" || i.Protocol != "v1" || i.Expires == nil {
		t.Errorf("info: %+v", i)
	}
	for range 3 {
		ask[Episode](s, "POST", "/episodes", "")
	}
	first := ask[EpisodeList](s, "GET", "/episodes?limit=3", "")
	rest := ask[EpisodeList](s, "GET", fmt.Sprintf("/episodes?limit=3&after=%d", first.Next), "")
	if len(first.Episodes) != 3 || len(rest.Episodes) != 1 || rest.Next != 0 {
		t.Errorf("pages of %d and %d", len(first.Episodes), len(rest.Episodes))
	}
	if l := ask[EpisodeList](s, "GET", "/episodes?env=other&state=running", ""); len(l.Episodes) != 1 {
		t.Errorf("%d episodes of other", len(l.Episodes))
	}
	ask[Closed](s, "DELETE", "/episodes/"+e.ID, "")
	for _, path := range []string{"/step", "/reset", "/renew", "/fork", "/snapshot"} {
		refused(s, "POST", "/episodes/"+e.ID+path, "", http.StatusGone)
	}
	refused(s, "GET", "/episodes/"+e.ID, "", http.StatusGone)
	tr := ask[traces.Trajectory](s, "GET", "/episodes/"+r.Info.Trajectory+"/trajectory", "")
	if tr.ID != r.Info.Trajectory || tr.Client.End != "closed" {
		t.Errorf("the trajectory of a closed episode: %+v", tr)
	}
}

func TestTrajectoryFormats(t *testing.T) {
	s := open(t, session.Options{}, nil, "")
	e := ask[Episode](s, "POST", "/episodes", `{"task":"4","seed":1}`)
	s.steps([]string{e.ID}, "left", "")
	for _, f := range export.Formats() {
		status, b, h := s.call("GET", "/episodes/"+e.ID+"/trajectory?format="+string(f), "")
		if status != 200 || !json.Valid(b) || h.Get("Content-Type") != f.ContentType() {
			t.Errorf("%s: %d %s %s", f, status, h.Get("Content-Type"), b)
		}
	}
	refused(s, "GET", "/episodes/"+e.ID+"/trajectory?format=xml", "", http.StatusBadRequest)
	refused(s, "GET", "/episodes/nobody/trajectory", "", http.StatusNotFound)
}

func TestEnvs(t *testing.T) {
	s := open(t, session.Options{}, nil, "")
	l := ask[EnvList](s, "GET", "/envs", "")
	if len(l.Envs) != 2 || l.Envs[0].Name != "other" || !l.Envs[1].Default || l.Envs[1].Spec.Name != "toy" {
		t.Errorf("envs: %+v", l)
	}
	ask[Env](s, "GET", "/envs/other", "")
	all := ask[TaskList](s, "GET", "/envs/toy/tasks?split=all", "")
	two := ask[TaskList](s, "GET", "/envs/toy/tasks?split=all&offset=7&limit=2", "")
	if all.Total != 8 || len(all.Tasks) != 8 || len(two.Tasks) != 1 || two.Tasks[0].ID != "7" {
		t.Errorf("tasks: %+v, %+v", all, two)
	}
	if l := ask[TaskList](s, "GET", "/envs/toy/tasks", ""); l.Split != "train" || l.Total != 4 {
		t.Errorf("the default split: %+v", l)
	}
	if c := refused(s, "GET", "/envs/nothing", "", http.StatusNotFound); c != session.CodeNoEnv {
		t.Error(c)
	}
	if c := refused(s, "GET", "/envs/toy/tasks?split=x", "", http.StatusNotFound); c != session.CodeNoSplit {
		t.Error(c)
	}
}

func TestCredit(t *testing.T) {
	s := open(t, session.Options{}, nil, "")
	g := ask[Group](s, "POST", "/groups", `{"n":4,"task":"1","seed":1}`)
	for i, id := range ids(g.Episodes) {
		for range i {
			s.steps([]string{id}, "left", "")
		}
		s.steps([]string{id}, "stop", "")
	}
	got := ask[wire.Response](s, "POST", "/groups/"+g.ID+"/credit", `{"method":"gigpo"}`)
	// The same by way of the client: from trajectories to columns and back.
	in := traces.Inputs{ID: g.ID}
	for _, id := range ids(g.Episodes) {
		tr := ask[traces.Trajectory](s, "GET", "/episodes/"+id+"/trajectory", "")
		in.Trajectories = append(in.Trajectories, inputOf(id, &tr))
	}
	text, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	want := ask[wire.Response](s, "POST", "/credit", fmt.Sprintf(`{"method":"gigpo","groups":[%s]}`, text))
	if d := cmp.Diff(want, got, cmpopts.IgnoreUnexported(wire.Answer{})); d != "" || len(got.Answers) != 1 || len(got.Answers[0].Advantages) != 4 {
		t.Errorf("(-credit +group credit):\n%s", d)
	}
	for i, row := range got.Answers[0].Advantages {
		if len(row) != i+1 {
			t.Errorf("trajectory %d has %d advantages", i, len(row))
		}
	}
	refused(s, "POST", "/groups/"+g.ID+"/credit", `{"method":"none"}`, http.StatusBadRequest)
	refused(s, "POST", "/credit", `{"method":"gigpo"}`, http.StatusBadRequest)
	refused(s, "POST", "/credit", `{"method":"gigpo","groups":[{"id":"x","trajectories":[{"id":"a","obs":["o"],"actions":[],"rewards":[]}]}]}`, http.StatusBadRequest)
	refused(s, "POST", "/groups/gnone/credit", `{}`, http.StatusNotFound)
}

func TestRefusals(t *testing.T) {
	s := open(t, session.Options{}, nil, "")
	e := ask[Episode](s, "POST", "/episodes", `{"task":"0"}`)
	for _, tt := range []struct {
		method, path, body string
		status             int
	}{
		{"GET", "/", "", 404},
		{"GET", "/nothing", "", 404},
		{"GET", "/step", "", 405},
		{"PUT", "/episodes/" + e.ID, "", 405},
		{"POST", "/openapi.json", "", 405},
		{"POST", "/groups", `{"n":0}`, 400},
		{"POST", "/groups", `{"n":1,"taks":"1"}`, 400},
		{"POST", "/groups", `{"n":1`, 400},
		{"POST", "/groups", `{"n":1}{}`, 400},
		{"POST", "/groups", `null`, 400},
		{"POST", "/groups", `[]`, 400},
		{"POST", "/groups", `{"n":1,"observation":"all"}`, 400},
		{"POST", "/groups", `{"n":1,"fields":["texts"]}`, 400},
		{"POST", "/groups", `{"n":1,"task":"99"}`, 404},
		{"POST", "/groups", `{"n":1,"env":"none"}`, 404},
		{"POST", "/groups", `{"n":1,"split":"none"}`, 404},
		{"POST", "/episodes", `{"lease_s":-1}`, 400},
		{"POST", "/episodes", `{"max_turns":-1}`, 400},
		{"POST", "/episodes", `{"seed":-1}`, 400},
		{"POST", "/episodes", `{"snapshot_id":"x","task":"1"}`, 400},
		{"POST", "/episodes", `{"snapshot_id":"x"}`, 404},
		{"POST", "/episodes/" + e.ID + "/step", ``, 400},
		{"POST", "/episodes/" + e.ID + "/step", `{"action":7}`, 400},
		{"POST", "/episodes/" + e.ID + "/step", `{"action":null}`, 400},
		{"POST", "/episodes/" + e.ID + "/fork", `{"at_step":5}`, 400},
		{"POST", "/episodes/" + e.ID + "/fork", `{"at_step":-1}`, 400},
		{"POST", "/episodes/" + e.ID + "/fork", `{"n":-1}`, 400},
		{"POST", "/episodes/" + e.ID + "/snapshot", `{"x":1}`, 400},
		{"POST", "/episodes/nobody/step", `{"action":"left"}`, 404},
		{"GET", "/episodes?limit=x", "", 400},
		{"GET", "/episodes?state=x", "", 400},
		{"GET", "/episodes?outcome=x", "", 400},
		{"GET", "/episodes?stat=done", "", 400},
		{"GET", "/episodes?limit=1&limit=2", "", 400},
		{"GET", "/episodes/" + e.ID + "/observation?observation=x", "", 400},
		{"POST", "/step", ``, 400},
		{"POST", "/step", `[]`, 400},
		{"POST", "/step", `{}`, 400},
		{"POST", "/step", `{"items":{}}`, 400},
		{"POST", "/step", `{"items":[],"x":1}`, 400},
		{"POST", "/step", `{"items":[],"deadline_ms":"1"}`, 400},
		{"POST", "/step", `{"items":[],"deadline_ms":-1}`, 400},
		{"POST", "/step", `{"items":[],"autoreset":"x"}`, 400},
		{"POST", "/step", `{"items":[],"fields":"text"}`, 400},
		{"POST", "/step", `{"items":[],"fields":[1]}`, 400},
		{"POST", "/step", `{"items":[],"observation":1}`, 400},
		{"POST", "/step", `{"items":[],"observation":"x"}`, 400},
		{"POST", "/step", `{"items":[` + strings.Repeat("1,", maxItems) + `1]}`, 413},
	} {
		refused(s, tt.method, tt.path, tt.body, tt.status)
	}
	if got := ask[SteppedBatch](s, "POST", "/step", `{"items":[]}`); len(got.Items) != 0 {
		t.Errorf("no items give %+v", got)
	}
	if i := ask[EpisodeInfo](s, "GET", "/episodes/"+e.ID, ""); i.Steps != 0 {
		t.Errorf("refused calls took %d steps", i.Steps)
	}
}

func TestOwners(t *testing.T) {
	s := open(t, session.Options{}, nil, "ann 0123456789abcdef episodes=2\nbob fedcba9876543210")
	if status, _, _ := s.call("GET", "/envs", ""); status != 401 {
		t.Errorf("without a token: %d", status)
	}
	ann, bob := []string{"Authorization", "Bearer 0123456789abcdef"}, []string{"X-API-Key", "fedcba9876543210"}
	if status, b, _ := s.call("POST", "/groups", `{"n":3}`, ann...); status != 429 || !strings.Contains(string(b), `"quota"`) {
		t.Errorf("beyond a quota: %d %s", status, b)
	}
	_, b, _ := s.call("POST", "/groups", `{"n":2}`, ann...)
	var g Group
	if err := json.Unmarshal(b, &g); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/groups/" + g.ID, "/episodes/" + g.Episodes[0].ID, "/episodes/" + g.Episodes[0].ID + "/trajectory"} {
		if status, _, _ := s.call("GET", path, "", bob...); status != 404 {
			t.Errorf("another's %s: %d", path, status)
		}
	}
	_, b, _ = s.call("POST", "/step", fmt.Sprintf(`{"items":[{"episode_id":%q,"action":"left"}]}`, g.Episodes[0].ID), bob...)
	if !strings.Contains(string(b), `"not_found"`) {
		t.Errorf("another's episode: %s", b)
	}
}

// TestDocument checks that every route is in the document, and nothing else.
func TestDocument(t *testing.T) {
	s := open(t, session.Options{}, nil, "")
	doc := ask[struct {
		OpenAPI    string                    `json:"openapi"`
		Info       any                       `json:"info"`
		Paths      map[string]map[string]any `json:"paths"`
		Security   any                       `json:"security"`
		Components struct {
			Schemas map[string]any `json:"schemas"`
			Rest    any            `json:"securitySchemes"`
		} `json:"components"`
	}](s, "GET", "/openapi.json", "")
	want := []string{"get /v1/openapi.json"}
	for _, r := range routes() {
		want = append(want, strings.ToLower(r.method)+" /v1"+r.path)
	}
	var got []string
	for path, methods := range doc.Paths {
		for m := range maps.Keys(methods) {
			got = append(got, m+" "+path)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("routes (-served +described):\n%s", d)
	}
	for name, schema := range doc.Components.Schemas {
		if schema == nil {
			t.Errorf("the schema of %s is empty", name)
		}
	}
}
