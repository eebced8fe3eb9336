package bfcl

import (
	"slices"
	"strings"
	"testing"
)

// spoil runs what changes states, and leaves them as they are.
func spoil(t *testing.T, j *Judge, e *Entry) {
	t.Helper()
	trial, err := j.Try(e)
	if err != nil {
		t.Fatal(err)
	}
	for _, turn := range slices.Backward(e.Truth) {
		trial.Run(turn)
		trial.Run([]string{
			"mkdir(dir_name='left over')", "message_login(user_id='USR001')", "ticket_login(username='a', password='b')", "logout()",
			"add_contact(user_name='Left Over')", "trading_login(username='a', password='b')", "fund_account(amount=1)",
			"lockDoors(unlock=True, door=['driver', 'passenger', 'rear_left', 'rear_right'])", "fillFuelTank(fuelAmount=1)",
			"get_outside_temperature_from_google()", "square_root(number=2, precision=50)", "logarithm(value=3, base=2, precision=40)",
		})
		trial.EndTurn()
	}
}

// TestPerfectAfterFailed is the original's leak between rollouts of one entry: a
// perfect rollout after one that failed.
func TestPerfectAfterFailed(t *testing.T) {
	d := testData(t)
	for _, compat := range []bool{false, true} {
		judge := NewJudge(compat, "m")
		for _, e := range d.Entries() {
			spoil(t, judge, e)
			if v := perfect(t, judge, e); !v.Valid {
				t.Errorf("%s: %+v", e.ID, v)
			}
		}
	}
}

func perfect(t *testing.T, j *Judge, e *Entry) *Verdict {
	t.Helper()
	model := make([][][]string, len(e.Truth))
	for i, calls := range e.Truth {
		model[i] = [][]string{calls}
	}
	v, err := j.Check(e, model)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestPerfectTwice compares the results of two perfect rollouts, which the
// original gives differently in 182 of 200 entries.
func TestPerfectTwice(t *testing.T) {
	d, judge := testData(t), NewJudge(false, "")
	for _, e := range d.Entries() {
		var first []string
		for range 2 {
			trial, err := judge.Try(e)
			if err != nil {
				t.Fatal(err)
			}
			for _, calls := range e.Truth {
				trial.Run(calls)
				trial.EndTurn()
			}
			if first == nil {
				first = trial.Results()
			} else if !slices.Equal(first, trial.Results()) {
				t.Errorf("%s: the second time results differ", e.ID)
			}
		}
	}
}

// results runs calls on a new episode of an entry.
func results(t *testing.T, id string, calls ...string) []string {
	t.Helper()
	trial, err := NewJudge(false, "").Try(testData(t).Entry(id))
	if err != nil {
		t.Fatal(err)
	}
	got, _ := trial.Run(calls)
	return got
}

// TestSharedThings tries one after the other what episodes of the original share
// because it is made once in the process.
func TestSharedThings(t *testing.T) {
	tests := []struct {
		name, id string
		change   []string // in one episode
		look     []string // in another one
		silent   bool     // the change does not show in its own episode either
	}{
		{
			"the default list of mentions", "multi_turn_base_18",
			[]string{"post_tweet(content='a')", "mention(tweet_id=3, mentioned_usernames=['@left_over'])"},
			[]string{"post_tweet(content='a')"},
			false,
		},
		{
			"the credit cards of long context", "multi_turn_long_context_150",
			[]string{
				"set_budget_limit(access_token='abc123token', budget_limit=1000.0)",
				"book_flight(access_token='abc123token', card_id='2345678923456789', travel_date='2026-11-15', travel_from='SFO', travel_to='LAX', travel_class='economy')",
			},
			[]string{"get_all_credit_cards()"},
			false,
		},
		{
			"the weather table of long context", "multi_turn_long_context_60",
			[]string{"get_outside_temperature_from_google()"},
			[]string{"get_outside_temperature_from_google()"},
			false,
		},
		{
			"the precision of decimals", "multi_turn_base_32",
			[]string{"square_root(number=2, precision=50)", "logarithm(value=3, base=2, precision=40)"},
			[]string{"square_root(number=2, precision=5)", "mean(numbers=[1, 2])", "logarithm(value=36, base=6, precision=4)"},
			true,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := results(t, tt.id, tt.look...)
			for _, r := range results(t, tt.id, tt.change...) {
				if strings.HasPrefix(r, "Error") {
					t.Fatalf("the change failed: %s", r)
				}
			}
			within := results(t, tt.id, append(slices.Clone(tt.change), tt.look...)...)[len(tt.change):]
			if !tt.silent && slices.Equal(before, within) {
				t.Fatalf("the change does not show in its own episode: %q", within)
			}
			if after := results(t, tt.id, tt.look...); !slices.Equal(before, after) {
				t.Errorf("before %q\nafter  %q", before, after)
			}
		})
	}
}

// TestNameInText has the name of a function in a text, which the original
// replaces by the name of an instance, another one for the model than for the
// ground truth, so that equal calls are judged unequal.
func TestNameInText(t *testing.T) {
	e := *testData(t).Entry("multi_turn_base_6")
	const call = "echo(content='run ls() now (see  pwd ())', file_name='x.txt')"
	e.Truth = [][]string{{"touch(file_name='x.txt')", call, "cat(file_name='x.txt')"}}
	e.Question = e.Question[:1]
	if v := perfect(t, NewJudge(false, ""), &e); !v.Valid {
		t.Errorf("repaired: %+v", v)
	}
	if v := perfect(t, NewJudge(true, "m"), &e); v.Valid || v.Type != ErrorState {
		t.Errorf("with the original's quirk: %+v", v)
	}
}

// TestEscapes tries to reach what is behind the call: none may be more than an
// error text, and the verdict stays what it is.
func TestEscapes(t *testing.T) {
	d := testData(t)
	e := d.Entry("multi_turn_base_0")
	escapes := []string{
		"__import__('os').system('true')",
		"exec(\"import bfcl_eval\")",
		"eval('1+1')",
		"(lambda: 1)()",
		"cd.__globals__",
		"cd(folder=().__class__.__bases__[0].__subclasses__())",
		"globals().update(state_checker=lambda a, b: {'valid': True})",
		"setattr(__import__('sys').modules['x'], 'response_checker', lambda *a: {'valid': True})",
		"[x for x in (1, 2)]",
		"cd(folder=[f for f in 'ab'])",
		"open('/etc/passwd').read()",
		"ls() or cd(folder='document')",
		"f'{ls()}'",
		"m_eval_multi_turn_base_0_GorillaFileSystem_instance.root",
		"m_eval_multi_turn_base_0_GorillaFileSystem_instance._current_dir",
	}
	for _, compat := range []bool{false, true} {
		judge := NewJudge(compat, "m")
		trial, err := judge.Try(e)
		if err != nil {
			t.Fatal(err)
		}
		got, refused := trial.Run(escapes)
		for i, r := range got {
			if !strings.HasPrefix(r, "Error during execution: ") {
				t.Errorf("%s gives %q", escapes[i], r)
			}
		}
		if refused == 0 {
			t.Error("none was refused")
		}
		if trial.EndTurn() {
			t.Error("the turn counts as right")
		}
	}
}

// TestLinked mentions twice what the ground truth mentions once. The original
// lets the model and the ground truth share a list, so that the two agree.
func TestLinked(t *testing.T) {
	e := *testData(t).Entry("multi_turn_base_18")
	e.Truth = [][]string{{"post_tweet(content='a')"}, {"mention(tweet_id=3, mentioned_usernames=['@b'])"}}
	e.Question = e.Question[:2]
	model := [][][]string{{e.Truth[0]}, {e.Truth[1], e.Truth[1]}}
	for _, compat := range []bool{true, false} {
		v, err := NewJudge(compat, "m").Check(&e, model)
		if err != nil || v.Valid != compat {
			t.Errorf("compat %v: %+v, error %v", compat, v, err)
		}
	}
}
