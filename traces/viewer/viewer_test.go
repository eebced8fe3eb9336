package viewer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/traces"
)

func TestRuns(t *testing.T) {
	s := both(t)
	var list struct {
		Program string
		Runs    []runRow
	}
	s.get("api/runs", &list)
	if list.Program != "test 1" || len(list.Runs) != 2 {
		t.Fatalf("%+v", list)
	}
	for _, r := range list.Runs {
		if r.Episodes != 12 || r.Groups != 3 || r.Tasks != 3 || r.Steps == 0 || r.Bytes == 0 || r.Metrics == 0 || r.Error != "" || cmp.Diff(r.Iterations, []int{1, 3}) != "" {
			t.Errorf("%+v", r)
		}
		var d runDetail
		s.get("api/runs/"+r.Run, &d)
		if d.Classified != 12 || len(d.Classes) < 6 || len(d.Methods) < 20 || !d.Fork.Able || d.DefaultMethod != "gigpo/paper" || d.FaultList == nil {
			t.Errorf("%+v", d)
		}
	}
	s.fails("GET", "api/runs/nobody", nil, 404, codeNotFound, "nobody")
	s.fails("GET", "api/runs/nobody/episodes", nil, 404, codeNotFound, "nobody")
	s.fails("GET", "api/nothing", nil, 404, codeNotFound, "no such address")
}

func TestARunThatIsNotThereYet(t *testing.T) {
	dir := t.TempDir()
	s := serve(t, Options{}, filepath.Join(dir, "webshop"))
	var list struct{ Runs []runRow }
	s.get("api/runs", &list)
	if list.Runs[0].Error == "" {
		t.Errorf("%+v", list.Runs[0])
	}
	s.fails("GET", "api/runs/webshop/episodes", nil, 409, codeNotAble, "no run.json")
	played(t, dir, "webshop", 1)
	s.v.list()[0].tried = s.v.list()[0].tried.Add(-2 * retryEvery)
	if rows := s.rows("webshop"); len(rows) != 4 {
		t.Errorf("%d episodes after it was made", len(rows))
	}
	if name := s.v.Add(filepath.Join(dir, "webshop")); name != "webshop-2" {
		t.Errorf("the second run of that name is called %q", name)
	}
}

func TestEpisodes(t *testing.T) {
	s := both(t)
	type answer struct {
		Total, Offset int
		Rows          []episodeRow
	}
	var all, part answer
	s.get("api/runs/webshop/episodes?limit=1000", &all)
	if all.Total != 12 || len(all.Rows) != 12 || all.Rows[0].N != 11 {
		t.Fatalf("%+v", all)
	}
	s.get("api/runs/webshop/episodes?limit=5&offset=10", &part)
	if d := cmp.Diff(part.Rows, all.Rows[10:]); d != "" || part.Total != 12 {
		t.Errorf("the last page (-got +want):\n%s", d)
	}
	s.get("api/runs/webshop/episodes?iteration_from=2&iteration_to=2&sort=turns&desc=1", &part)
	if part.Total != 4 || part.Rows[0].Turns < part.Rows[3].Turns {
		t.Errorf("%+v", part)
	}
	for _, r := range all.Rows {
		if r.Class == nil {
			t.Errorf("%s has no class", r.ID)
			continue
		}
		class := *r.Class
		if class == "" {
			class = "-"
		}
		s.get("api/runs/webshop/episodes?class="+url.QueryEscape(class), &part)
		if part.Total == 0 {
			t.Errorf("no episode of class %q, but %s is", class, r.ID)
		}
	}
	s.get("api/runs/webshop/episodes?q="+url.QueryEscape("back TO search"), &part)
	if part.Total == 0 {
		t.Error("nothing found")
	}
	for _, bad := range []string{"sort=color", "limit=0", "limit=1001", "offset=-1", "outcome=maybe", "forks=perhaps", "iteration_from=x", "in=head", "desc=down", "q=" + strings.Repeat("x", 300)} {
		s.fails("GET", "api/runs/webshop/episodes?"+bad, nil, 400, codeBadRequest, "")
	}
}

func TestFacetsAndTasks(t *testing.T) {
	s := both(t)
	var f struct {
		Total      int
		Outcome    []facetRow
		Class      []facetRow
		Type       []facetRow
		Iterations struct{ Bins []binRow }
	}
	s.get("api/runs/alfworld/facets", &f)
	n := 0
	for _, row := range f.Outcome {
		n += row.N
	}
	if f.Total != 12 || n != 12 || len(f.Iterations.Bins) != 3 || *f.Type[0].Value == "" {
		t.Errorf("%+v", f)
	}
	var tasks struct {
		Total         int
		Rows          []taskRow
		Types, Splits []sumRow
	}
	s.get("api/runs/alfworld/tasks", &tasks)
	if tasks.Total != 3 || len(tasks.Rows) != 3 || len(tasks.Splits) != 1 || tasks.Splits[0].Episodes != 12 || tasks.Rows[0].LastGroup == "" {
		t.Errorf("%+v", tasks)
	}
	s.fails("GET", "api/runs/alfworld/tasks?sort=color", nil, 400, codeBadRequest, "color")
}

func TestEpisode(t *testing.T) {
	s := both(t)
	for _, run := range []string{"webshop", "alfworld"} {
		want := stored(t, s.v, run)
		for i, row := range s.rows(run) {
			var d episodeDoc
			s.get("api/runs/"+run+"/episode?id="+url.QueryEscape(row.ID), &d)
			e := want[i]
			if d.ID != e.ID || len(d.Steps) != len(e.Steps) || len(d.Siblings) != 4 || (d.Prev == "") != (i == 0) || (d.Next == "") != (i == 11) {
				t.Fatalf("%+v", d)
			}
			if (d.Failure == nil) != e.Success {
				t.Errorf("%s: success %t, failure %+v", e.ID, e.Success, d.Failure)
			}
			left := e.Return
			for k, step := range d.Steps {
				if step.Observation != e.Steps[k].Observation || step.Action != e.Steps[k].Action || float64(step.Return) != left {
					t.Fatalf("step %d of %s is %+v, return %v left", k, e.ID, step, left)
				}
				left -= e.Steps[k].Reward
			}
		}
	}
	s.fails("GET", "api/runs/webshop/episode", nil, 400, codeBadRequest, "id is missing")
	s.fails("GET", "api/runs/webshop/episode?id=x", nil, 404, codeNotFound, `"x"`)
}

// stored reads the episodes of a run by the reader of package traces.
func stored(t testing.TB, v *Viewer, name string) []*traces.Trajectory {
	t.Helper()
	run, err := traces.Open(v.find(name).dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []*traces.Trajectory
	for e, err := range run.Trajectories(traces.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, e)
	}
	return out
}

func TestSearchRoute(t *testing.T) {
	s := both(t)
	var got struct {
		Hits           []hitRow
		Done           bool
		Cursor         string
		Scanned, Total int
	}
	s.get("api/runs/alfworld/search?q=you&in=observation&limit=1000", &got)
	if !got.Done || got.Total != 12 || len(got.Hits) < 12 {
		t.Fatalf("%+v", got)
	}
	n, cursor := 0, ""
	for range 20 {
		var part struct {
			Hits   []hitRow
			Done   bool
			Cursor string
		}
		s.get("api/runs/alfworld/search?q=you&in=observation&limit=3&cursor="+cursor, &part)
		n += len(part.Hits)
		if cursor = part.Cursor; part.Done {
			break
		}
	}
	if n != len(got.Hits) {
		t.Errorf("%d hits in parts, %d at once", n, len(got.Hits))
	}
	s.fails("GET", "api/runs/alfworld/search?q=", nil, 400, codeBadRequest, "characters")
}

func TestOptionsAndFork(t *testing.T) {
	s := both(t)
	for _, run := range []string{"webshop", "alfworld"} {
		row := s.rows(run)[1]
		id := url.QueryEscape(row.ID)
		var o struct {
			Exact      bool
			Admissible []choiceDoc
			Forms      []formDoc
			Hint       []string
		}
		s.get("api/runs/"+run+"/options?step=1&id="+id, &o)
		if !o.Exact || len(o.Admissible) == 0 || (run == "alfworld") != (len(o.Hint) > 0) {
			t.Errorf("%+v", o)
		}
		ask := func(store bool, policy string) forkDoc {
			body, err := json.Marshal(ForkRequest{ID: row.ID, Step: 1, Actions: []string{o.Admissible[0].Action}, Policy: policy, Store: store})
			if err != nil {
				t.Fatal(err)
			}
			a, b := s.do("POST", "api/runs/"+run+"/fork", bytes.NewReader(body), nil)
			var d forkDoc
			if err := json.Unmarshal(b, &d); err != nil || a.StatusCode != http.StatusOK {
				t.Fatalf("%s: %v: %s", a.Status, err, b)
			}
			return d
		}
		if d := ask(false, ""); d.Stored || d.Episode.N != -1 || len(s.rows(run)) != 12 || len(d.Episode.Steps) != 2 || d.Done || len(d.Next.Admissible) == 0 {
			t.Errorf("a preview: %+v", d)
		}
		first, second := ask(true, "lucky"), ask(true, "")
		if first.Episode.ID != row.ID+"~1.1" || second.Episode.ID != row.ID+"~1.2" || !first.Done || second.Done {
			t.Errorf("stored as %q and %q", first.Episode.ID, second.Episode.ID)
		}
		var d episodeDoc
		s.get("api/runs/"+run+"/episode?id="+id, &d)
		want := []childRow{{row.ID + "~1.1", 1, true}, {row.ID + "~1.2", 1, true}}
		if diff := cmp.Diff(d.Children, want); diff != "" {
			t.Errorf("children (-got +want):\n%s", diff)
		}
		if n := len(s.rows(run)); n != 14 {
			t.Errorf("%d episodes after two forks", n)
		}
	}
	s.fails("POST", "api/runs/webshop/fork", strings.NewReader(`{"id":"x","color":1}`), 400, codeBadRequest, "color")
	s.fails("POST", "api/runs/webshop/fork", strings.NewReader(`{"id":"x"} 1`), 400, codeBadRequest, "after the JSON")
	s.fails("POST", "api/runs/webshop/fork", strings.NewReader(`{"id":"x"}`), 404, codeNotFound, `"x"`)
	s.fails("POST", "api/runs/webshop/fork", strings.NewReader(`{"id":"`+strings.Repeat("x", maxBody)+`"}`), 413, codeTooLarge, "larger")
}

func TestReadOnly(t *testing.T) {
	dir := played(t, t.TempDir(), "webshop", 1)
	s := serve(t, Options{Worlds: testWorlds(), ReadOnly: true}, dir)
	row := s.rows("webshop")[0]
	body := func(store string) io.Reader {
		return strings.NewReader(`{"id":"` + row.ID + `","step":1,"store":` + store + `}`)
	}
	s.fails("POST", "api/runs/webshop/fork", body("true"), 409, codeNotAble, "writes nothing")
	if a, b := s.do("POST", "api/runs/webshop/fork", body("false"), nil); a.StatusCode != http.StatusOK {
		t.Errorf("a preview: %s: %s", a.Status, b)
	}
	s = serve(t, Options{}, dir)
	s.fails("GET", "api/runs/webshop/options?step=1&id="+url.QueryEscape(row.ID), nil, 409, codeNotAble, "opens no environments")
}

func TestMetricsAndCompare(t *testing.T) {
	s := both(t)
	var m struct {
		Total int
		Kinds []table
	}
	s.get("api/runs/webshop/metrics", &m)
	if m.Total != 3 || len(m.Kinds) != 1 || m.Kinds[0].Rows != 3 || cmp.Diff(m.Kinds[0].X, []string{"iteration"}) != "" {
		t.Fatalf("%+v", m)
	}
	want := map[string][]num{"iteration": {1, 2, 3}, "success": {.5, .5, .5}, "update.loss": {1, .5, num(1.0 / 3)}, "best": {0, 1, 0}}
	if d := cmp.Diff(m.Kinds[0].Columns, want); d != "" {
		t.Errorf("columns (-got +want):\n%s", d)
	}
	s.get("api/runs/webshop/metrics?points=1", &m)
	if rows := m.Kinds[0].Rows; rows != len(m.Kinds[0].Columns["iteration"]) || m.Kinds[0].Columns["iteration"][rows-1] != 3 {
		t.Errorf("thinned: %+v", m.Kinds[0])
	}
	var c struct{ Rows []compareRow }
	s.get("api/compare?run=webshop&run=alfworld", &c)
	got := map[string]bool{}
	for _, row := range c.Rows {
		got[row.Key] = row.Differs
	}
	if d := cmp.Diff(got, map[string]bool{"command": false, "env": true, "policy": false, "seed": false, "config.env": true, "plan.seed": false, "plan.list": false}); d != "" {
		t.Errorf("what differs (-got +want):\n%s", d)
	}
	s.fails("GET", "api/compare", nil, 400, codeBadRequest, "run")
	s.fails("GET", "api/compare?run=webshop&run=x", nil, 404, codeNotFound, `"x"`)
}

func TestScript(t *testing.T) {
	s := both(t)
	row := s.rows("alfworld")[2]
	var d scriptDoc
	s.get("api/runs/alfworld/script?until=2&id="+url.QueryEscape(row.ID), &d)
	e := stored(t, s.v, "alfworld")[2]
	want := fmt.Sprintf("gym play --env alfworld --task %s --seed %d --actions - <<'END'\n%s\n%s\nEND\n", e.TaskID, e.EnvSeed, e.Steps[0].Action, e.Steps[1].Action)
	if d.Text != want || len(d.Actions) != 2 {
		t.Errorf("%q, want %q", d.Text, want)
	}
	m := traces.Manifest{Config: json.RawMessage(`{"env_config":{"reward":"it's"}}`)}
	bad := &traces.Trajectory{Env: "webshop-v1", TaskID: "a b", Steps: []traces.Step{{Action: "END $(reboot)"}, {Action: "two\nlines"}}}
	got := scriptOf(m, bad, 2)
	if !strings.HasPrefix(got.Text, `gym play --env webshop --config '{"reward":"it'\''s"}' --task 'a b' --seed 0 --actions - <<'END_'`+"\n") || got.Note == "" {
		t.Errorf("%+v", got)
	}
}

func TestHeadersAndPages(t *testing.T) {
	s := both(t)
	for _, path := range []string{"", "api/runs", "nothing"} {
		a, _ := s.do("GET", path, nil, nil)
		h := a.Header
		if csp := h.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%q: policy %q", path, csp)
		}
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%q: headers %v", path, h)
		}
	}
	a, b := s.do("GET", "", nil, nil)
	tag := a.Header.Get("ETag")
	if a.StatusCode != http.StatusOK || tag == "" || len(b) == 0 || a.Header.Get("Cache-Control") != "no-cache" {
		t.Errorf("the page: %s %v", a.Status, a.Header)
	}
	a, b = s.do("GET", "index.html", nil, func(q *http.Request) { q.Header.Set("If-None-Match", tag) })
	if a.StatusCode != http.StatusNotModified || len(b) != 0 {
		t.Errorf("the page again: %s with %d bytes", a.Status, len(b))
	}
	if a, _ = s.do("GET", "../run.go", nil, nil); a.StatusCode == http.StatusOK {
		t.Error("a file outside the pages was served")
	}
	if a, _ = s.do("DELETE", "api/runs", nil, nil); a.StatusCode != http.StatusMethodNotAllowed && a.StatusCode != http.StatusNotFound {
		t.Errorf("DELETE: %s", a.Status)
	}
	body := strings.NewReader(`{"id":"x","store":true}`)
	a, b = s.do("POST", "api/runs/webshop/fork", body, func(q *http.Request) { q.Header.Set("Sec-Fetch-Site", "cross-site") })
	if a.StatusCode != http.StatusForbidden {
		t.Errorf("a request of another site: %s: %s", a.Status, b)
	}
	a, _ = s.do("POST", "api/runs/webshop/fork", strings.NewReader(`{}`), func(q *http.Request) { q.Header.Set("Content-Type", "text/plain") })
	if a.StatusCode != http.StatusBadRequest {
		t.Errorf("a form of another site: %s", a.Status)
	}
	size := 0
	for _, f := range s.v.assets.files {
		size += len(f.body)
	}
	if size > 300_000 {
		t.Errorf("the pages have %d bytes, want less than 300,000", size)
	}
}
