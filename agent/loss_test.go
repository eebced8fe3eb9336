package agent

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLossDefaults(t *testing.T) {
	for _, name := range Losses() {
		l := DefaultLoss(name)
		if err := l.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		data, err := json.Marshal(l)
		if err != nil {
			t.Fatal(err)
		}
		var again, named Loss
		if err := json.Unmarshal(data, &again); err != nil || again != l {
			t.Errorf("%s: written and read it is %+v, %v", name, again, err)
		}
		if err := json.Unmarshal([]byte(`{"name": "`+name+`"}`), &named); err != nil || named != l {
			t.Errorf("%s: by its name alone it is %+v, %v", name, named, err)
		}
	}
}

func TestLossJSON(t *testing.T) {
	dapo, wide, bapo := DefaultLoss(LossDAPO), DefaultLoss(LossPPO), DefaultLoss(LossBAPO)
	dapo.High, wide.High, bapo.Adapt.Target = 0.5, 0.5, 0.6
	for _, tt := range []struct {
		over Loss
		text string
		want Loss
	}{
		{Loss{}, `{"high": 0.5}`, wide},
		{Loss{}, `{"high": 0.5, "name": "dapo"}`, dapo},
		{DefaultLoss(LossDAPO), `{"high": 0.5}`, dapo},
		{dapo, `{"name": "dapo"}`, dapo},
		{dapo, `{"name": "bapo", "adapt": {"target": 0.6}}`, bapo},
	} {
		got := tt.over
		if err := json.Unmarshal([]byte(tt.text), &got); err != nil {
			t.Errorf("%s: %v", tt.text, err)
		}
		if d := cmp.Diff(got, tt.want); d != "" {
			t.Errorf("%s over %s: (-got +want)\n%s", tt.text, tt.over.Name, d)
		}
	}
}

func TestLossRefuses(t *testing.T) {
	for text, want := range map[string]string{
		`{"name": "trpo"}`:                           `choose one of ["ppo" "gspo" "dapo" "dr-grpo" "cispo" "bapo"]`,
		`{"agg": "max"}`:                             `agg is "max", not one of ["token-mean"`,
		`{"sequence": "step"}`:                       `sequence is "step"`,
		`{"low": 1.5}`:                               "low is 1.5",
		`{"high": -1}`:                               "high is -1",
		`{"dual": 0.5}`:                              "dual is 0.5",
		`{"length": -1}`:                             "length is -1",
		`{"name": "gspo", "dual": 3}`:                "gspo has no such bound",
		`{"name": "cispo", "dual": 3}`:               "cispo has no such bound",
		`{"name": "gspo", "agg": "token-mean"}`:      "but gspo has",
		`{"adapt": {"low": 0.5}}`:                    "adapt is for bapo",
		`{"name": "bapo", "low": 0.2}`:               "bapo finds its bounds by adapt",
		`{"name": "bapo", "adapt": {"low": 0.95}}`:   "low and low_max are 0.95 and 0.9",
		`{"name": "bapo", "adapt": {"high": 0.5}}`:   "high and high_max are 0.5 and 3",
		`{"name": "bapo", "adapt": {"low_step": 0}}`: "low_step and high_step are 0",
		`{"name": "bapo", "adapt": {"target": 2}}`:   "target is 2",
		`{"hihg": 1}`:                                `unknown field "hihg"`,
		`{"low": "0.2"}`:                             "cannot unmarshal",
		`[]`:                                         "cannot unmarshal",
		`{"name": "bapo", "high": 9, "agg": "x", "sequence": ""}`: "sequence",
	} {
		var l Loss
		err := l.UnmarshalJSON([]byte(text))
		if err == nil {
			err = l.Validate()
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

// FuzzLoss reads anything, and what it takes for a loss comes back the same.
func FuzzLoss(f *testing.F) {
	for _, name := range Losses() {
		b, err := json.Marshal(DefaultLoss(name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(`{"name": "bapo", "adapt": null}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var l, again Loss
		if l.UnmarshalJSON(data) != nil || l.Validate() != nil {
			return
		}
		b, err := json.Marshal(l)
		if err != nil {
			t.Fatal(err)
		}
		if err := again.UnmarshalJSON(b); err != nil || again != l {
			t.Errorf("%s: written and read it is %s, %v", data, b, err)
		}
	})
}
