package alfworld

import (
	"encoding/json"
	"errors"
	"testing"

	"stepgym/envs"
	"stepgym/internal/testdata"
)

func TestPrior(t *testing.T) {
	config, err := json.Marshal(map[string]string{"data": testdata.Shared(t, "alfworld/real")})
	if err != nil {
		t.Fatal(err)
	}
	env, err := Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer env.Close()
	e := env.(*Env)
	prior, err := e.Prior("valid_seen")
	if err != nil {
		t.Fatal(err)
	}
	// what a person would look for where
	for _, tt := range [][3]string{{"soapbottle", "countertop", "bed"}, {"pillow", "bed", "fridge"}, {"pan", "stoveburner", "sofa"}, {"fork", "drawer", "toilet"}} {
		if in, out := prior[tt[0]][tt[1]], prior[tt[0]][tt[2]]; in <= out || in <= 0 || in > 10 {
			t.Errorf("%s: %.3f in a %s, %.3f in a %s", tt[0], in, tt[1], out, tt[2])
		}
	}
	if _, err := e.Prior("nowhere"); !errors.Is(err, envs.ErrNoSplit) {
		t.Errorf("an unknown split: %v", err)
	}
}

// TestPriorOfGenerated counts in the games that are there without data.
func TestPriorOfGenerated(t *testing.T) {
	env, err := Open(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer env.Close()
	prior, err := env.(*Env).Prior("train")
	if err != nil {
		t.Fatal(err)
	}
	if len(prior) < 20 {
		t.Errorf("only %d classes of objects", len(prior))
	}
}
