package envs_test

import (
	"fmt"
	"strings"
	"testing"

	"stepgym/envs"
)

// walk makes an attempt from states and actions in turn, "S a T b"; an action
// that ends in "!" was refused.
func walk(text string) *envs.Attempt {
	a := &envs.Attempt{Truncated: true}
	words := strings.Fields(text)
	for i := 0; i+1 < len(words); i += 2 {
		action, bad := strings.CutSuffix(words[i+1], "!")
		a.Steps = append(a.Steps, envs.AttemptStep{State: words[i], Action: action, Invalid: bad})
	}
	return a
}

// namer calls every failure by one name.
type namer string

func (namer) FailureClasses() []envs.FailureClass               { return nil }
func (n namer) ClassifyFailure(*envs.Attempt) string            { return string(n) }
func (namer) TaskType(envs.Task) string                         { return "" }
func repeat(text string, n int) string                          { return strings.Repeat(text+" ", n) }
func with(a *envs.Attempt, f func(*envs.Attempt)) *envs.Attempt { f(a); return a }

func TestClassify(t *testing.T) {
	ended := func(a *envs.Attempt) { a.Terminated, a.Truncated = true, false }
	tests := []struct {
		name string
		c    envs.Classifier
		a    *envs.Attempt
		want string
	}{
		{"nothing done", nil, walk(""), "timeout"},
		{"out of turns", nil, walk("S a T b U c V d"), "timeout"},
		{"the environment knows", namer("near_miss"), walk("S a T b U c V d"), "near_miss"},
		{"the environment does not know", namer(""), walk("S a T b U c V d"), "timeout"},
		{"lost", namer("near_miss"), with(walk("S a"), func(a *envs.Attempt) { a.Err = "env: broke" }), "error"},
		{"half refused", namer("x"), walk("S a! S b! T c U d"), "invalid"},
		{"fewer refused", namer("x"), walk("S a! S b! T c U d V e"), "x"},
		{"same thing over and over", namer("x"), walk("A z " + repeat("S a", 6)), "loop"},
		{"not often enough", namer("x"), walk("A z " + repeat("S a", 5)), "x"},
		{"back and forth", namer("x"), walk("A z B y " + repeat("S a T b", 3)), "loop"},
		{"back and forth twice", namer("x"), walk("A z B y " + repeat("S a T b", 2)), "x"},
		{"a round of six", namer("x"), walk(repeat("A a B b C c D d E e F f", 3)), "loop"},
		{"a round of seven", namer("x"), walk(repeat("A a B b C c D d E e F f G g", 3)), "x"},
		{"left the loop", namer("x"), walk(repeat("S a", 9) + "T b U c"), "x"},
		{"other states", namer("x"), walk("A a B a C a D a E a F a G a H a"), "x"},
		{"ended in a loop", namer("x"), with(walk(repeat("S a", 9)), ended), "x"},
		{"ended, nobody knows", nil, with(walk("S a"), ended), "other"},
	}
	known := map[string]bool{"x": true, "near_miss": true}
	for _, c := range envs.GeneralFailures() {
		known[c.Name] = true
	}
	for _, tt := range tests {
		got := envs.Classify(tt.c, tt.a)
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
		if !known[got] {
			t.Errorf("%s: class %q is not listed", tt.name, got)
		}
	}
}

func ExampleClassify() {
	a := &envs.Attempt{Truncated: true}
	for range 8 {
		a.Steps = append(a.Steps, envs.AttemptStep{State: "kitchen", Action: "look"})
	}
	fmt.Println(envs.Classify(nil, a))
	// Output: loop
}
