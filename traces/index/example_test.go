package index_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"stepgym/traces/index"
	"stepgym/traces/index/indextest"
)

// The longest failures of a run.
func Example() {
	tmp, err := os.MkdirTemp("", "")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(tmp)
	dir := filepath.Join(tmp, "run")
	if err := indextest.Make(dir, indextest.Options{Episodes: 32}); err != nil {
		panic(err)
	}
	x, err := index.Open(dir, index.Options{})
	if err != nil {
		panic(err)
	}
	defer x.Close()
	v := x.View()
	list, err := v.Ordered(context.Background(), index.Filter{Outcome: []index.Outcome{index.Failure}}, index.SortTurns, true)
	if err != nil {
		panic(err)
	}
	for _, n := range list[:2] {
		fmt.Println(v.Rows[n].Turns, v.Rows[n].ID)
	}
	// Output:
	// 21 it0/2/train/pick_heat_then_place_in_recep-KettleMicrowave-None-SofaMicrowave-15/trial_T255/5
	// 21 it0/3/train/pick_clean_then_place_in_recep-PillowDesk-None-BasketDesk-17/trial_T227/3
}
