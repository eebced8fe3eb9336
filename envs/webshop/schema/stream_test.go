package schema_test

import (
	"errors"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"stepgym/envs/webshop/generate"
	"stepgym/envs/webshop/schema"
)

func TestWriteRowsReadsBack(t *testing.T) {
	dir := t.TempDir()
	const n = 300
	if err := schema.WriteRows(dir, n, generate.New(5).Product, nil); err != nil {
		t.Fatal(err)
	}
	got, err := schema.ReadDir(dir, schema.ReadOptions{Human: true})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(generate.Catalogue(n, 5), got, cmpopts.EquateEmpty()); d != "" {
		t.Errorf("what was written reads differently (-made +read):\n%s", d)
	}
}

func TestWriteRowsLeavesNothingHalfWritten(t *testing.T) {
	dir := t.TempDir()
	enough := errors.New("enough")
	err := schema.WriteRows(dir, 5000, generate.New(5).Product, func(int) error { return enough })
	if !errors.Is(err, enough) {
		t.Errorf("got %v, want the caller's error", err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
