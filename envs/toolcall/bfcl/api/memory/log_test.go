package memory

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// TestLogarithm compares with CPython: testdata/log.json has math.log((N+1)/n)
// for N of 1 to 50 and n of 1 to N.
func TestLogarithm(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("testdata", "log.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want [][]float64
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	if len(want) != 50 {
		t.Fatalf("%d rows, want 50", len(want))
	}
	for i, row := range want {
		for k, w := range row {
			if got := logarithm(float64(i+2) / float64(k+1)); got != w {
				t.Errorf("ln(%d/%d) is %v, want %v", i+2, k+1, got, w)
			}
		}
	}
}
