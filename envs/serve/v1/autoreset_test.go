package v1

import (
	"fmt"
	"sync"
	"testing"

	"stepgym/envs/serve/session"
)

func TestAutoreset(t *testing.T) {
	s := open(t, session.Options{}, nil, "")
	g := ask[Group](s, "POST", "/groups", `{"n":40,"task":"4","seed":1,"max_turns":2,"client_id":"c"}`)
	id := ids(g.Episodes)
	first := g.Episodes[0]
	for round := range 3 {
		for step := 1; step <= 2; step++ {
			for i, it := range s.steps(id, "say[x]", `,"autoreset":"same"`) {
				if it.Error != nil || it.Info.Step != step || it.Truncated != (step == 2) || (it.Next != nil) != it.Truncated {
					t.Fatalf("round %d, episode %d, step %d: %+v", round, i, step, it)
				}
				n := it.Next
				if n == nil {
					continue
				}
				if n.Error != nil || n.ID != it.ID || n.Task != "4" || n.Seed != 1 || n.Info.Step != 0 || n.Info.Trajectory == it.Info.Trajectory || n.Observation.Text != first.Observation.Text {
					t.Fatalf("round %d: next is %+v", round, n)
				}
			}
		}
	}
	tasks := map[string]bool{}
	for range 6 {
		for _, it := range s.steps(id, "say[x]", `,"autoreset":"draw","fields":["episode_id"]`) {
			if it.Next != nil {
				tasks[it.Next.Task] = true
			}
		}
	}
	if len(tasks) < 3 {
		t.Errorf("only the tasks %v were drawn", tasks)
	}
	for _, tr := range s.rec.all {
		if tr.Client.Episode != "c" || tr.Turns != 2 {
			t.Fatalf("a trajectory of %d turns by %+v", tr.Turns, tr.Client)
		}
	}
}

// TestAutoresetAgain sends the last step of an episode twice: it is not taken
// in the next episode.
func TestAutoresetAgain(t *testing.T) {
	s := open(t, session.Options{}, nil, "")
	e := ask[Episode](s, "POST", "/episodes", `{"task":"4","seed":1}`)
	send := func(action, stepID string) Stepped {
		return ask[SteppedBatch](s, "POST", "/step", fmt.Sprintf(`{"items":[{"episode_id":%q,"action":%q,"step_id":%q}],"autoreset":"same"}`, e.ID, action, stepID)).Items[0]
	}
	last := send("stop", "s")
	again := send("stop", "s")
	if !last.Terminated || last.Next == nil || !again.Replayed || again.Next == nil || again.Next.Info.Trajectory != last.Next.Info.Trajectory {
		t.Errorf("first %+v, again %+v", last, again)
	}
	if other := send("left", "s"); other.Error == nil || other.Error.Code != session.CodeStepID {
		t.Errorf("another action with its ID: %+v", other)
	}
	if next := send("left", "t"); next.Error != nil || next.Info.Step != 1 {
		t.Errorf("the next step: %+v", next)
	}
	// A fork has its own memory.
	f := ask[Forked](s, "POST", "/episodes/"+e.ID+"/fork", "").Episodes[0]
	both := ask[SteppedBatch](s, "POST", "/step", fmt.Sprintf(`{"items":[{"episode_id":%q,"action":"left"},{"episode_id":%q,"action":"left"},{"episode_id":%[1]q,"action":"left"}],"autoreset":true}`, e.ID, f.ID)).Items
	if both[0].Error != nil || both[1].Error != nil || both[2].Error == nil || both[2].Error.Code != session.CodeBusy {
		t.Errorf("two steps of one episode in a batch: %+v", both)
	}
	// An episode of another protocol.
	alien, err := s.host.Create(t.Context(), session.Request{Start: &session.Start{}})
	if err != nil {
		t.Fatal(err)
	}
	if it := s.steps([]string{alien.ID()}, "left", `,"autoreset":"same"`)[0]; it.Error == nil || it.Error.Code != session.CodeUnsupported {
		t.Errorf("autoreset of another protocol's episode: %+v", it)
	}
	if it := s.steps([]string{alien.ID()}, "left", "")[0]; it.Error != nil {
		t.Errorf("a step in another protocol's episode: %+v", it)
	}
}

// TestAutoresetAtOnce sends the same last step from many connections: one
// episode follows, not several.
func TestAutoresetAtOnce(t *testing.T) {
	s := open(t, session.Options{}, nil, "")
	for round := range 20 {
		e := ask[Episode](s, "POST", "/episodes", `{"task":"4","seed":1}`)
		body := fmt.Sprintf(`{"items":[{"episode_id":%q,"action":"stop","step_id":"x"}],"autoreset":"same"}`, e.ID)
		got := make([]Stepped, 8)
		var wg sync.WaitGroup
		for i := range got {
			wg.Go(func() { got[i] = ask[SteppedBatch](s, "POST", "/step", body).Items[0] })
		}
		wg.Wait()
		next := map[string]bool{}
		for _, it := range got {
			switch {
			case it.Error == nil:
				next[it.Next.Info.Trajectory] = true
			case it.Error.Code != session.CodeBusy || !it.Error.Retryable:
				t.Errorf("%+v", it)
			}
		}
		if i := ask[EpisodeInfo](s, "GET", "/episodes/"+e.ID, ""); len(next) != 1 || i.Steps != 0 || !next[i.Trajectory] {
			t.Fatalf("round %d: the next episodes are %v, now %+v", round, next, i)
		}
	}
}
