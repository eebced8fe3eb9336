// Package testdata finds the reference data that tests compare with, and
// decides what a missing part means: a skip with a printed reason, or a failure
// where GYM_REQUIRE names the part.
package testdata

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Shared returns the path of name below the reference data. The data lies in
// $STEPGYM_SHARED, or else in the folder shared/data beside this checkout.
// Where it is absent the test is skipped, or fails if GYM_REQUIRE has "shared".
func Shared(t testing.TB, name string) string {
	t.Helper()
	root := os.Getenv("STEPGYM_SHARED")
	if root == "" {
		root = beside(t)
	}
	if root != "" {
		path := filepath.Join(root, filepath.FromSlash(name))
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	Missing(t, "shared", "reference data "+name+" is not here: put it beside the checkout (shared/data) or name its folder in STEPGYM_SHARED")
	return ""
}

// Missing skips the test because a part that it needs is absent, or fails it
// if GYM_REQUIRE, a list separated by commas, names that part.
func Missing(t testing.TB, part, reason string) {
	t.Helper()
	if Required(part) {
		t.Fatalf("GYM_REQUIRE has %q, but: %s", part, reason)
	}
	t.Skip(reason)
}

// Required reports whether GYM_REQUIRE names the part.
func Required(part string) bool {
	return slices.Contains(strings.Split(os.Getenv("GYM_REQUIRE"), ","), part)
}

// beside walks up from the test's folder to a folder with shared/data in it.
func beside(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		data := filepath.Join(dir, "shared", "data")
		if s, err := os.Stat(data); err == nil && s.IsDir() {
			return data
		}
		up := filepath.Dir(dir)
		if up == dir {
			return ""
		}
		dir = up
	}
}
