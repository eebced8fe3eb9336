package mathapi

import (
	"flag"
	"testing"

	"stepgym/envs/toolcall/bfcl/api/internal/replay"
)

func subject() replay.Subject { return replay.Subject{Class: Class(), Load: Load} }

// Any file of the form of the golden one can be checked: go test -run Golden -golden FILE.
var golden = flag.String("golden", "testdata/golden.jsonl", "episodes of the original to compare with")

func TestGolden(t *testing.T) { replay.Golden(t, subject(), *golden) }

func TestRecorded(t *testing.T) {
	if testing.Short() {
		t.Skip("reads the whole record")
	}
	replay.Recorded(t, subject())
}
