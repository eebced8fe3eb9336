package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"

	"stepgym/credit"
	"stepgym/traces"
)

// stepRow is a row as another program would write it.
type stepRow struct {
	UID       string  `parquet:"uid"`
	TrajUID   string  `parquet:"traj_uid"`
	Step      int64   `parquet:"step"`
	Obs       string  `parquet:"anchor_obs,dict"`
	FinalObs  *string `parquet:"final_obs,optional"`
	Action    string  `parquet:"action"`
	Reward    float64 `parquet:"reward"`
	NTokens   int32   `parquet:"n_tokens"`
	Value     float64 `parquet:"value"`
	LogRatio  float64 `parquet:"logratio"`
	Bootstrap float64 `parquet:"bootstrap"`
	Success   bool    `parquet:"success"`
	Prompt    []int32 `parquet:"prompt_ids,list"` // of no concern to us
}

// asTable writes a batch as a table, its steps backwards within each group.
func asTable(t *testing.T, batch []byte) []byte {
	t.Helper()
	var b struct {
		Groups []traces.Inputs `json:"groups"`
	}
	if err := json.Unmarshal(batch, &b); err != nil {
		t.Fatal(err)
	}
	var rows []stepRow
	for n, g := range b.Groups {
		for _, tr := range g.Trajectories {
			for k := range tr.Actions {
				r := stepRow{UID: fmt.Sprint(n), TrajUID: tr.ID, Step: int64(len(tr.Actions) - 1 - k)}
				at := r.Step
				r.Obs, r.Action, r.Reward = tr.Obs[at], tr.Actions[at], tr.Rewards[at]
				r.NTokens = int32(tr.NTokens[at])
				if tr.Values != nil {
					r.Value = tr.Values[at]
				}
				if tr.LogRatios != nil {
					r.LogRatio = tr.LogRatios[at]
				}
				r.FinalObs, r.Bootstrap, r.Success = tr.FinalObs, tr.Bootstrap, tr.Success
				rows = append(rows, r)
			}
		}
	}
	return writeTable(t, rows)
}

func writeTable[R any](t *testing.T, rows []R) []byte {
	t.Helper()
	var out bytes.Buffer
	w := parquet.NewGenericWriter[R](&out, parquet.MaxRowsPerRowGroup(7), parquet.PageBufferSize(64))
	if _, err := w.Write(rows); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestTableOut(t *testing.T) {
	rows := []stepRow{
		{UID: "7", TrajUID: "b", Step: 1, Obs: "results", Action: "click", NTokens: 3},
		{UID: "7", TrajUID: "a", Step: 0, Obs: "search", Action: "find", NTokens: 2},
		{UID: "7", TrajUID: "b", Step: 0, Obs: "search", Action: "find", NTokens: 1},
		{UID: "7", TrajUID: "a", Step: 1, Obs: "results", Action: "buy", Reward: 1},
		{UID: "8", TrajUID: "a", Step: 0, Obs: "search", Action: "find", Reward: 2, NTokens: 1},
	}
	m, err := credit.New("gigpo", json.RawMessage(`{"gamma": 0.5, "mode": "mean", "w": 2}`))
	if err != nil {
		t.Fatal(err)
	}
	in := bytes.NewReader(writeTable(t, rows))
	var out bytes.Buffer
	n, err := Run(t.Context(), Table(in, in.Size()), NewTable(&out, true), Options{Method: m, Tokens: true})
	if err != nil {
		t.Fatal(err)
	}
	if want := (Totals{Groups: 2, Steps: 5}); n != want {
		t.Errorf("got %+v, want %+v", n, want)
	}
	f, err := parquet.OpenFile(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	if used, _ := f.Lookup("stepgym.credit"); !strings.Contains(used, `"grouping_key":"anchor"`) {
		t.Errorf("metadata: %q", used)
	}
	got, err := parquet.Read[tokenRow](bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	row := func(uid, traj string, step int32, adv, ret float64, tokens ...float64) tokenRow {
		return tokenRow{creditRow{uid, traj, step, &adv, &ret}, tokens}
	}
	want := []tokenRow{
		row("7", "b", 1, -1.5, 0, -1.5, -1.5, -1.5),
		row("7", "a", 0, 1, 0.5, 1, 1),
		row("7", "b", 0, -1, 0, -1),
		row("7", "a", 1, 1.5, 1),
		row("8", "a", 0, 2, 2, 2),
	}
	for i := range got {
		if len(got[i].TokenAdvantages) == 0 {
			got[i].TokenAdvantages = nil
		}
	}
	if d := cmp.Diff(got, want, cmp.AllowUnexported(tokenRow{})); d != "" {
		t.Errorf("got(-) want(+):\n%s", d)
	}
}

func TestTableFaults(t *testing.T) {
	good := stepRow{UID: "7", TrajUID: "a", Obs: "o", Action: "x"}
	at := func(uid, traj string, step int64) stepRow {
		r := good
		r.UID, r.TrajUID, r.Step = uid, traj, step
		return r
	}
	tests := []struct {
		name string
		rows []stepRow
		want string
	}{
		{
			"twice",
			[]stepRow{at("7", "a", 0), at("7", "b", 0), at("7", "b", 0)},
			`row 1: group "7", trajectory "b", step 0, row 3: the step occurs twice, first in row 2`,
		},
		{
			"missing",
			[]stepRow{at("7", "a", 0), at("7", "a", 2)},
			`row 1: group "7", trajectory "a", step 2, row 2: step 1 of the trajectory is missing`,
		},
		{
			"negative",
			[]stepRow{at("7", "a", -1)},
			`row 1: group "7", trajectory "a", step -1, row 1: the step is below 0, want a count from 0`,
		},
		{
			"apart",
			[]stepRow{at("7", "a", 0), at("8", "a", 0), at("7", "b", 0)},
			`row 3: group "7", trajectory "b", step 0: its group has rows further up: sort the table by uid`,
		},
	}
	m, err := credit.Parse("grpo")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := bytes.NewReader(writeTable(t, tt.rows))
			_, err := Run(t.Context(), Table(in, in.Size()), NewLines(&bytes.Buffer{}), Options{Method: m})
			if err == nil || err.Error() != tt.want {
				t.Errorf("got %v\nwant %s", err, tt.want)
			}
		})
	}
	t.Run("columns", func(t *testing.T) {
		in := bytes.NewReader(writeTable(t, []struct {
			UID   string    `parquet:"uid"`
			Value []float64 `parquet:"values,list"`
		}{{"7", nil}}))
		_, err := Run(t.Context(), Table(in, in.Size()), NewLines(&bytes.Buffer{}), Options{Method: m})
		for _, want := range []string{"no column traj_uid", "no column obs", "column values holds lists"} {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want %s", err, want)
			}
		}
	})
	t.Run("null", func(t *testing.T) {
		type row struct {
			UID    string   `parquet:"uid"`
			Traj   int32    `parquet:"traj_uid"`
			Step   float64  `parquet:"step"`
			Obs    string   `parquet:"obs"`
			Action string   `parquet:"action"`
			Reward *float32 `parquet:"reward,optional"`
		}
		in := bytes.NewReader(writeTable(t, []row{{"7", 12, 0, "o", "x", new(float32)}, {"7", 12, 1, "o", "x", nil}}))
		_, err := Run(t.Context(), Table(in, in.Size()), NewLines(&bytes.Buffer{}), Options{Method: m})
		if want := `row 2: group "7", trajectory "12", step 1: column reward is null, want a number`; err == nil || err.Error() != want {
			t.Errorf("got %v\nwant %s", err, want)
		}
	})
}

// FuzzTable gives damaged tables to the reader.
func FuzzTable(f *testing.F) {
	f.Add(writeTable(new(testing.T), []stepRow{{UID: "7", TrajUID: "a", Obs: "o", Action: "x"}, {UID: "8", TrajUID: "a", Obs: "o", Action: "y"}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		rows := 0
		for r, err := range Table(bytes.NewReader(b), int64(len(b))) {
			if err != nil {
				break
			}
			g, err := r.Group()
			if err != nil {
				continue
			}
			if rows += len(g.order); rows > 1<<16 {
				break // a run of equal values takes few bytes
			}
			_, _ = traces.FromInputs(g.Inputs)
		}
	})
}

// TestTableParts reads reward parts from columns of their names.
func TestTableParts(t *testing.T) {
	type row struct {
		UID    string  `parquet:"uid"`
		Traj   string  `parquet:"traj_uid"`
		Step   int64   `parquet:"step"`
		Obs    string  `parquet:"obs"`
		Action string  `parquet:"action"`
		Reward float64 `parquet:"reward"`
		Parsed bool    `parquet:"parsed"`
		Answer float32 `parquet:"answer"`
	}
	table := writeTable(t, []row{
		{"g", "a", 0, "s", "x", 9, true, 0},
		{"g", "a", 1, "r", "y", 9, false, 0.5},
		{"g", "b", 0, "s", "x", 9, false, 0},
		{"g", "b", 1, "r", "z", 9, false, 1},
	})
	ts, err := credit.ParseTransforms([]byte(`[{"name": "gates", "stages": [{"name": "parsed", "weight": 0.25, "pass": 1}, {"name": "answer", "weight": 2}]}]`))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	in := bytes.NewReader(table)
	o := Options{Method: method(t, "grpo/dr", ""), Transforms: ts}
	if _, err := Run(t.Context(), Table(in, in.Size(), ts.Parts()...), NewLines(&out), o); err != nil {
		t.Fatal(err)
	}
	if want := `{"id":"g","advantages":[[0.625,0.625],[-0.625,-0.625]],`; !strings.HasPrefix(out.String(), want) {
		t.Errorf("got %s\nwant %s", out.String(), want)
	}
	_, err = Run(t.Context(), Table(in, in.Size(), "answer", "style"), NewLines(&out), o)
	if err == nil || !strings.Contains(err.Error(), "there is no column style, a part of the reward") {
		t.Errorf("got %v, want what is missing", err)
	}
	_, err = Run(t.Context(), Table(in, in.Size(), "action"), NewLines(&out), o)
	if err == nil || !strings.Contains(err.Error(), "step 0: column action holds x of kind BYTE_ARRAY, want a number") {
		t.Errorf("got %v, want the column", err)
	}
}
