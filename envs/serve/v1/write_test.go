package v1

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"stepgym/envs"
	"stepgym/envs/serve/session"
)

// slow makes of an answer what package json would write: the twin of appendItem.
func slow(id string, a *session.Answer, f fields) Stepped {
	o, r := &a.Observation, &a.Result
	var out Stepped
	if f&showID != 0 {
		out.ID = clean(id)
	}
	out.Reward, out.Terminated, out.Truncated = pick(f, showReward, r.Reward), pick(f, showTerminated, r.Terminated), pick(f, showTruncated, r.Truncated)
	if f&showInfo != 0 {
		out.Info = &Info{
			Step: pick(f, showStep, a.Step), Trajectory: pick(f, showTrajectory, a.Episode),
			Invalid: pick(f, showInvalid, r.Invalid), Success: pick(f, showSuccess, r.Success),
		}
		if f&showMetrics != 0 && len(r.Metrics) > 0 {
			out.Info.Metrics = map[string]*float64{}
			for k, x := range r.Metrics {
				if out.Info.Metrics[clean(k)] = &x; math.IsNaN(x) || math.IsInf(x, 0) {
					out.Info.Metrics[clean(k)] = nil
				}
			}
		}
	}
	if f&showObservation == 0 {
		return out
	}
	s := &Observation{
		Text: clean(pick(f, showText, o.Text())), Place: clean(pick(f, showPlace, o.Place)), Focus: clean(pick(f, showFocus, o.Focus)),
		Body: clean(pick(f, showBody, o.Body)), Anchor: clean(pick(f, showAnchor, o.Anchor)), StateKey: clean(pick(f, showStateKey, o.StateKey)),
	}
	if f&showActions != 0 {
		s.Actions = []string{}
		for _, c := range o.Admissible {
			s.Actions = append(s.Actions, clean(c.Action.String()))
		}
	}
	if f&showForms != 0 {
		s.Forms = []string{}
		for _, x := range o.Forms {
			s.Forms = append(s.Forms, clean(x.Template))
		}
	}
	out.Observation = s
	return out
}

func pick[T any](f, bit fields, v T) T {
	var zero T
	if f&bit == 0 {
		return zero
	}
	return v
}

func clean(s string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(s, "\xff", "\ufffd"), "\ufffd")
}

// TestWriteTwin compares what is written by hand with what the types say.
func TestWriteTwin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.OneOf(rapid.Rune(), rapid.RuneFrom([]rune("\"\\\n\r\t\x00\x1f\x7f<&é😀"))))
		number := rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{0, 1, -1, 0.1, 1e-7, 1e15, 1e21, math.Copysign(0, -1)}))
		a := session.Answer{
			Step: rapid.IntRange(0, 1e6).Draw(t, "step"), Episode: text.Draw(t, "episode"),
			Result: envs.Result{
				Reward: number.Draw(t, "reward"), Terminated: rapid.Bool().Draw(t, "terminated"), Truncated: rapid.Bool().Draw(t, "truncated"),
				Invalid: rapid.Bool().Draw(t, "invalid"), Success: rapid.Bool().Draw(t, "success"),
				Metrics: rapid.MapOfN(text, rapid.OneOf(number, rapid.Just(math.NaN()), rapid.Just(math.Inf(-1))), 0, 3).Draw(t, "metrics"),
			},
			Observation: envs.Observation{Place: text.Draw(t, "place"), Focus: text.Draw(t, "focus"), Body: text.Draw(t, "body"), Anchor: text.Draw(t, "anchor"), StateKey: text.Draw(t, "state")},
		}
		for _, m := range rapid.SliceOfN(text, 0, 3).Draw(t, "messages") {
			a.Observation.Messages = append(a.Observation.Messages, envs.Message{Role: "user", Content: m})
		}
		for _, m := range rapid.SliceOfN(text, 0, 3).Draw(t, "choices") {
			a.Observation.Admissible = append(a.Observation.Admissible, &envs.Choice{Action: envs.Action{Text: m}})
			a.Observation.Forms = append(a.Observation.Forms, envs.Form{Template: m})
		}
		f := fields(rapid.Uint32Range(0, 1<<len(fieldNames)-1).Draw(t, "fields")) &^ (showMessages | showChoices | showTools)
		id := text.Draw(t, "id")
		b := append(appendItem(nil, id, &a, f), '}')
		var got Stepped
		if err := json.Unmarshal(b, &got); err != nil {
			t.Fatalf("%v: %s", err, b)
		}
		if d := cmp.Diff(slow(id, &a, f), got); d != "" {
			t.Fatalf("(-types +written):\n%s", d)
		}
	})
}

func TestFieldNames(t *testing.T) {
	if f, err := (&Show{Fields: fieldNames[:]}).fields(); err != nil || f != showObservation|showResult {
		t.Errorf("all fields are %b, %v", f, err)
	}
}
