package tau

import (
	"testing"

	"stepgym/envs/toolcall/py"
)

// FuzzTasks checks that no module panics the reader.
func FuzzTasks(f *testing.F) {
	f.Add("from x import y\nTASKS = [Task(user_id='a', actions=[Action(name='b', kwargs={'c': [1]})], outputs=['d'])]")
	f.Add("TASKS_DEV = [Task(")
	f.Fuzz(func(_ *testing.T, src string) { _, _ = parseTasks(src) })
}

// FuzzRow judges whatever is a row: it never panics, and judges the same twice.
func FuzzRow(f *testing.F) {
	f.Add([]byte(`{"domain": "airline", "task": 0, "actions": [{"name": "send_certificate", "kwargs": {"user_id": "cy_fern_3", "amount": NaN}}]}`))
	f.Add([]byte(`{"domain": "retail", "task": 0, "actions": [{"name": "modify_pending_order_items", "kwargs": {"order_id": "#W1", "item_ids": ["11"], "new_item_ids": "12", "payment_method_id": "gift_card_1"}}]}`))
	s := NewScorer("testdata/mini", ScoreOptions{Hash: true})
	f.Fuzz(func(t *testing.T, line []byte) {
		a, err := s.Score(line)
		if err != nil {
			return
		}
		if b, err := s.Score(line); err != nil || a.FinalHash != b.FinalHash || a.Reward != b.Reward {
			t.Errorf("judged %v and then %v (%v)", a, b, err)
		}
	})
}

// FuzzCalculate checks that arithmetic never panics and always answers.
func FuzzCalculate(f *testing.F) {
	for _, s := range []string{"1 + 2 * 3", "(-8)**.5", "2(3)", "...", "9**9**9", "1//0", "((1)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got := calculate(nil, []py.Value{py.Str(s)}); len(got.(py.Str)) == 0 {
			t.Error("no answer")
		}
	})
}
