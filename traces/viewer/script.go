package viewer

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/tidwall/gjson"

	"stepgym/traces"
)

// scriptDoc is an episode as a script of "gym play".
type scriptDoc struct {
	Command string   `json:"command"`
	Actions []string `json:"actions"`
	Text    string   `json:"text"`           // to paste into a shell
	Note    string   `json:"note,omitempty"` // what the script cannot say
}

func getScript(r *run, q *http.Request) (any, error) {
	x, err := r.index()
	if err != nil {
		return nil, err
	}
	id := q.URL.Query().Get("id")
	if id == "" {
		return nil, badRequest("id is missing: which episode?")
	}
	v := x.View()
	n, err := v.Find(id)
	if err != nil {
		return nil, err
	}
	t, err := v.Load(n)
	if err != nil {
		return nil, err
	}
	until, err := intOf(q, "until", len(t.Steps), 0, len(t.Steps))
	if err != nil {
		return nil, err
	}
	return scriptOf(x.Manifest(), t, until), nil
}

// scriptOf writes the first steps of t as a script.
func scriptOf(m traces.Manifest, t *traces.Trajectory, until int) scriptDoc {
	d := scriptDoc{Actions: []string{}}
	args := []string{"gym", "play", "--env", quote(EnvName(t.Env))}
	if c := envConfig(m, t.Env); c != "" {
		args = append(args, "--config", quote(c))
	}
	args = append(args, "--task", quote(t.TaskID), "--seed", fmt.Sprint(t.EnvSeed), "--actions")
	d.Command = strings.Join(append(args, "moves.txt"), " ")
	var b strings.Builder
	end := "END"
	for i := range t.Steps[:until] {
		a := t.Steps[i].Action
		if strings.ContainsAny(a, "\r\n") {
			d.Note = fmt.Sprintf("the action of step %d has several lines, and a script has one a line", i)
		}
		for strings.Contains(a, end) {
			end += "_"
		}
		d.Actions = append(d.Actions, a)
		b.WriteString(a + "\n")
	}
	d.Text = strings.Join(append(args, "-"), " ") + " <<'" + end + "'\n" + b.String() + end + "\n"
	return d
}

// envConfig returns the configuration of the environment in a run's, as JSON,
// or "" for its defaults. Commands write it as "env_config"; "gym serve" has a
// list of environments.
func envConfig(m traces.Manifest, env string) string {
	c := gjson.ParseBytes(m.Config)
	for _, e := range c.Get("envs").Array() {
		if e.Get("name").String() == EnvName(env) {
			return plainConfig(e.Get("config"))
		}
	}
	return plainConfig(c.Get("env_config"))
}

func plainConfig(v gjson.Result) string {
	if !v.IsObject() || len(v.Map()) == 0 {
		return ""
	}
	return v.Get("@ugly").Raw
}

// quote quotes an argument for a shell where that is needed.
func quote(s string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-./:@%+,=", r)
	}
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
