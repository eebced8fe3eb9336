package viewer

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"stepgym/credit"
	"stepgym/traces"
	"stepgym/traces/index"
)

// runRow is a run in a list. Means run over the episodes that were not lost.
type runRow struct {
	Run        string     `json:"run"`
	Dir        string     `json:"dir"`
	Error      string     `json:"error,omitempty"` // why it cannot be opened; then nothing follows
	Version    int        `json:"version"`
	Live       bool       `json:"live"`
	Command    string     `json:"command"`
	Env        string     `json:"env"`
	Policy     string     `json:"policy"`
	Seed       uint64     `json:"seed"`
	Created    *time.Time `json:"created,omitempty"`
	Episodes   int        `json:"episodes"`
	Steps      int        `json:"steps"`
	Tasks      int        `json:"tasks"`
	Groups     int        `json:"groups"`
	Forks      int        `json:"forks"`
	Lost       int        `json:"lost"`
	Success    num        `json:"success"`
	Score      num        `json:"score"`
	Return     num        `json:"return"`
	Iterations []int      `json:"iterations,omitempty"` // the first and the last
	Metrics    int64      `json:"metrics"`              // bytes of metrics
	Bytes      int64      `json:"bytes"`                // of the episodes, as they are stored
	Faults     int        `json:"faults"`
}

// runDetail is a run by itself.
type runDetail struct {
	runRow
	Config         json.RawMessage `json:"config"`
	ProgramVersion string          `json:"program_version"`
	FaultList      []index.Fault   `json:"fault_list"`
	Classes        []classRow      `json:"classes"`
	Classified     int             `json:"classified"`
	Methods        []methodRow     `json:"methods"`
	DefaultMethod  string          `json:"default_method"`
	DefaultGroup   traces.Grouping `json:"default_grouping"`
	Fork           forkAble        `json:"fork"`
	Formats        []string        `json:"formats"`
}

// classRow is a class of failure.
type classRow struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	Desc  string `json:"desc"`
}

// methodRow is a way to assign credit.
type methodRow struct {
	Name      string `json:"name"`
	Formula   string `json:"formula"`
	Grouping  string `json:"grouping"`
	Batchwise bool   `json:"batchwise"`
}

// forkAble says whether episodes of the run can be branched off.
type forkAble struct {
	Able     bool     `json:"able"`
	Why      string   `json:"why,omitempty"`
	Policies []string `json:"policies"`
}

// maxFaults is how many faults are listed.
const maxFaults = 200

func (v *Viewer) getRuns(*http.Request) (any, error) {
	out := struct {
		Program string   `json:"program"`
		Runs    []runRow `json:"runs"`
	}{v.options.Program, []runRow{}}
	for _, r := range v.list() {
		row, _, err := r.row()
		if err != nil {
			row = runRow{Run: r.name, Dir: r.dir, Error: err.Error()}
			row.Success, row.Score, row.Return = num(nan()), num(nan()), num(nan())
		}
		out.Runs = append(out.Runs, row)
	}
	return out, nil
}

// sums are what runRow says of the episodes; kept for a version of the index.
type sums struct {
	version int
	row     runRow
	envs    []string // of the episodes, by first appearance
}

// row describes the run.
func (r *run) row() (runRow, *index.View, error) {
	x, err := r.index()
	if err != nil {
		return runRow{}, nil, err
	}
	v, m := x.View(), x.Manifest()
	row := r.sum(v)
	row.Run, row.Dir, row.Version, row.Live = r.name, r.dir, v.Version, index.Live(r.dir)
	row.Command, row.Policy, row.Seed = m.Command, m.Policy, m.Seed
	if row.Env = m.Env; row.Env == "" {
		row.Env = strings.Join(r.envs(), ",")
	}
	if !m.Created.IsZero() {
		row.Created = &m.Created
	}
	row.Faults = len(v.Faults) + len(r.metricFaults())
	row.Metrics, row.Bytes = r.sizes()
	return row, v, nil
}

// sum adds up the episodes, once a version.
func (r *run) sum(v *index.View) runRow {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.sums.version == v.Version {
		return r.sums.row
	}
	var row runRow
	n := 0
	tasks, groups := map[string]bool{}, map[string]bool{}
	var names []string
	success := 0
	var score, ret float64
	for i := range v.Rows {
		e := &v.Rows[i]
		row.Episodes++
		row.Steps += e.Turns
		tasks[e.Task], groups[e.Group] = true, true
		if !slices.Contains(names, e.Env) {
			names = append(names, e.Env)
		}
		if e.Fork {
			row.Forks++
			continue
		}
		if row.Iterations == nil {
			row.Iterations = []int{e.Iteration, e.Iteration}
		}
		row.Iterations[0], row.Iterations[1] = min(row.Iterations[0], e.Iteration), max(row.Iterations[1], e.Iteration)
		if e.Outcome() == index.Lost {
			row.Lost++
			continue
		}
		n++
		if e.Success {
			success++
		}
		score += e.Score
		ret += e.Return
	}
	row.Tasks, row.Groups = len(tasks), len(groups)
	row.Success, row.Score, row.Return = num(float64(success)/float64(n)), num(score/float64(n)), num(ret/float64(n))
	r.sums = sums{v.Version, row, names}
	return row
}

// envs returns the environments of the episodes, as far as sum has seen them.
func (r *run) envs() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.sums.envs
}

// sizes returns the bytes of the metrics and of the stored episodes.
func (r *run) sizes() (metrics, episodes int64) {
	if s, err := os.Stat(filepath.Join(r.dir, metricsFile)); err == nil {
		metrics = s.Size()
	}
	segments, err := traces.Segments(r.dir)
	if err != nil {
		return metrics, 0
	}
	for _, s := range segments {
		if info, err := os.Stat(filepath.Join(r.dir, s.Name())); err == nil {
			episodes += info.Size()
		}
	}
	return metrics, episodes
}

func (v *Viewer) getRun(r *run, _ *http.Request) (any, error) {
	row, view, err := r.row()
	if err != nil {
		return nil, err
	}
	x, err := r.index()
	if err != nil {
		return nil, err
	}
	m := x.Manifest()
	out := runDetail{
		runRow: row, Config: m.Config, ProgramVersion: m.Version, FaultList: slices.Concat(view.Faults, r.metricFaults()), Classified: view.Known,
		Classes: []classRow{}, Fork: v.forkAble(r), Formats: formats(),
	}
	if out.Config == nil {
		out.Config = json.RawMessage("null")
	}
	if len(out.FaultList) > maxFaults {
		out.FaultList = out.FaultList[:maxFaults]
	}
	if out.FaultList == nil {
		out.FaultList = []index.Fault{}
	}
	for _, c := range x.Classes() {
		out.Classes = append(out.Classes, classRow{c.Name, c.Title, c.About})
	}
	for _, name := range credit.Presets() {
		if method, err := credit.New(name, nil); err == nil {
			d := method.Describe()
			out.Methods = append(out.Methods, methodRow{name, d.Formula, d.Grouping, method.Batchwise()})
		}
	}
	out.DefaultMethod, _, out.DefaultGroup = defaults(m)
	return out, nil
}

// defaults returns the credit that the run was trained by, or a usual one.
func defaults(m traces.Manifest) (method string, params json.RawMessage, by traces.Grouping) {
	method, by = "gigpo/paper", traces.ByAnchor
	train := gjson.GetBytes(m.Config, "train")
	if c, err := credit.New(train.Get("credit").String(), nil); err == nil {
		method = c.Name()
		if p := train.Get("credit_params"); p.IsObject() {
			params = json.RawMessage(p.Raw)
		}
	}
	if g := traces.Grouping(train.Get("grouping").String()); g == traces.ByAnchor || g == traces.ByState {
		by = g
	}
	return method, params, by
}
