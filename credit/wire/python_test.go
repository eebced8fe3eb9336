package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"stepgym/credit"
	"stepgym/internal/testdata"
	"stepgym/traces"
)

// pythonTables runs testdata/parquet.py.
func pythonTables(t *testing.T, in []byte, args ...string) []byte {
	t.Helper()
	if testing.Short() {
		t.Skip("two seconds of pyarrow and pandas: not with -short")
	}
	path, err := exec.LookPath("python3")
	if err == nil {
		err = exec.CommandContext(t.Context(), path, "-c", "import pyarrow, pandas").Run()
	}
	if err != nil {
		testdata.Missing(t, "python", "python3 does not have pyarrow and pandas: make test-needs installs them")
	}
	var errs bytes.Buffer
	cmd := exec.CommandContext(t.Context(), path, append([]string{"testdata/parquet.py"}, args...)...)
	cmd.Stdin, cmd.Stderr = bytes.NewReader(in), &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("parquet.py %s: %v\n%s", args, err, errs.Bytes())
	}
	return out
}

// tableGroups are groups with all columns that tables may have filled.
func tableGroups() []traces.Inputs {
	var groups []traces.Inputs
	for n := range 3 {
		g := traces.Inputs{ID: fmt.Sprintf("goal:%d", n)}
		for i := range 4 {
			t := traces.Input{ID: fmt.Sprintf("t%d é", i), Success: (i+n)%2 == 0, Bootstrap: float64(i) / 4, RewardParts: map[string][]float64{}}
			steps := 1 + (3*i+n)%5
			for k := range steps {
				t.Obs = append(t.Obs, fmt.Sprintf("page %d \"%s\"", (k+i)%3, strings.Repeat("ä", 20)))
				t.Actions, t.Rewards = append(t.Actions, fmt.Sprintf("click[%d]", (k*i)%2)), append(t.Rewards, float64((i+k)%3)/2)
				t.NTokens, t.Values = append(t.NTokens, (k+i)%4), append(t.Values, float64(k)/8)
				t.Invalid = append(t.Invalid, (k+i)%3 == 0)
				t.RewardParts["format"] = append(t.RewardParts["format"], float64((i+2*k)%2))
			}
			final := fmt.Sprintf("end %d", i%2)
			t.FinalObs = &final
			g.Trajectories = append(g.Trajectories, t)
		}
		groups = append(groups, g)
	}
	return groups
}

// tableOptions use every column.
func tableOptions(t *testing.T, name string) Options {
	return Options{
		Method: method(t, name, ""), Tokens: true, Workers: 1,
		Transforms: credit.Transforms{credit.Penalty{Coef: 0.125}, credit.GDPO{Rewards: []string{"format"}, Eps: credit.Eps}},
	}
}

// TestPythonWrites reads tables as pyarrow and pandas write them: what is
// answered to each is what is answered to the same groups as JSON lines.
func TestPythonWrites(t *testing.T) {
	groups := tableGroups()
	in, err := json.Marshal(groups)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var names []string
	if err := json.Unmarshal(pythonTables(t, in, "write", dir), &names); err != nil {
		t.Fatal(err)
	}
	var lines bytes.Buffer
	for _, g := range groups {
		if err := json.NewEncoder(&lines).Encode(g); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range []string{"gigpo", "gae", "graphgpo"} {
		o := tableOptions(t, m)
		var want bytes.Buffer
		if _, err := Run(t.Context(), Lines(bytes.NewReader(lines.Bytes())), NewLines(&want), o); err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			b, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			var got bytes.Buffer
			if _, err := Run(t.Context(), Table(bytes.NewReader(b), int64(len(b)), o.Transforms.Parts()...), NewLines(&got), o); err != nil {
				t.Errorf("%s, %s: %v", name, m, err)
			} else if d := cmp.Diff(want.String(), got.String()); d != "" {
				t.Errorf("%s, %s (-lines +table):\n%s", name, m, d)
			}
		}
	}
	t.Logf("%d tables", len(names))
}

// pythonRow is a row of an answer as Python sees it.
type pythonRow struct {
	UID    string    `json:"uid"`
	Traj   string    `json:"traj_uid"`
	Step   int32     `json:"step"`
	Adv    *float64  `json:"advantage"`
	Return *float64  `json:"return"`
	Tokens []float64 `json:"token_advantages"`
}

// TestPythonReads lets pyarrow and pandas read answer tables.
func TestPythonReads(t *testing.T) {
	groups := tableGroups()
	groups[1].Trajectories[2].Err = "lost" // its advantages are null
	var lines bytes.Buffer
	for _, g := range groups {
		if err := json.NewEncoder(&lines).Encode(g); err != nil {
			t.Fatal(err)
		}
	}
	for _, tokens := range []bool{true, false} {
		o := tableOptions(t, "gigpo")
		o.Tokens = tokens
		var answers, table bytes.Buffer
		if _, err := Run(t.Context(), Lines(bytes.NewReader(lines.Bytes())), NewLines(&answers), o); err != nil {
			t.Fatal(err)
		}
		if _, err := Run(t.Context(), Lines(bytes.NewReader(lines.Bytes())), NewTable(&table, tokens), o); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "answers.parquet")
		if err := os.WriteFile(path, table.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
		var seen struct {
			Types   map[string]string `json:"types"`
			Used    Used              `json:"used"`
			Pyarrow []pythonRow       `json:"pyarrow"`
			Pandas  []pythonRow       `json:"pandas"`
		}
		if err := json.Unmarshal(pythonTables(t, nil, "read", path), &seen); err != nil {
			t.Fatal(err)
		}
		types := map[string]string{"uid": "string", "traj_uid": "string", "step": "int32", "advantage": "double", "return": "double"}
		if tokens {
			types["token_advantages"] = "list<element: double not null>"
		}
		if d := cmp.Diff(types, seen.Types); d != "" {
			t.Errorf("columns (-want +got):\n%s", d)
		}
		if d := cmp.Diff(o.Transforms, seen.Used.Transforms); d != "" {
			t.Errorf("transforms (-want +got):\n%s", d)
		}
		want := rowsOf(t, groups, answers.Bytes())
		ignore := cmpopts.IgnoreFields(pythonRow{}, "Return") // what it is TestTableOut knows
		if d := cmp.Diff(want, seen.Pyarrow, cmpopts.EquateEmpty(), ignore); d != "" {
			t.Errorf("pyarrow, tokens %v (-want +got):\n%s", tokens, d)
		}
		if d := cmp.Diff(want, seen.Pandas, cmpopts.EquateEmpty(), ignore, cmpopts.EquateApprox(0, 1e-14)); d != "" {
			t.Errorf("pandas, tokens %v (-want +got):\n%s", tokens, d)
		}
		for i, r := range seen.Pyarrow {
			if (r.Return == nil) != (r.Adv == nil) || r.Return != nil && math.IsNaN(*r.Return) {
				t.Errorf("row %d: return %v", i, r.Return)
			}
		}
	}
}

// rowsOf makes the rows of answers given as lines.
func rowsOf(t *testing.T, groups []traces.Inputs, lines []byte) []pythonRow {
	t.Helper()
	var out []pythonRow
	d := json.NewDecoder(bytes.NewReader(lines))
	for _, g := range groups {
		var a Answer
		if err := d.Decode(&a); err != nil {
			t.Fatal(err)
		}
		for i, tr := range g.Trajectories {
			at := 0
			for k := range tr.Actions {
				r := pythonRow{UID: g.ID, Traj: tr.ID, Step: int32(k)}
				if a.Advantages[i] != nil {
					r.Adv = &a.Advantages[i][k]
					if a.TokenAdvantages != nil {
						r.Tokens = a.TokenAdvantages[i][at : at+tr.NTokens[k]]
						at += tr.NTokens[k]
					}
				}
				out = append(out, r)
			}
		}
	}
	return out
}
