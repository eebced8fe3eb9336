package viewer_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"

	"stepgym/traces/index/indextest"
	"stepgym/traces/viewer"
)

// A run folder in a browser: here a recorder takes the browser's place.
func Example() {
	tmp, err := os.MkdirTemp("", "")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(tmp)
	dir := filepath.Join(tmp, "first")
	if err := indextest.Make(dir, indextest.Options{Episodes: 16}); err != nil {
		panic(err)
	}
	v, err := viewer.New([]string{dir}, viewer.Options{})
	if err != nil {
		panic(err)
	}
	defer v.Close()
	answer := httptest.NewRecorder()
	v.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/api/runs/first/episodes?outcome=success&limit=1&sort=turns", nil))
	fmt.Println(answer.Code, answer.Header().Get("Content-Type"))
	fmt.Println(viewer.EnvName("webshop-v1"))
	// Output:
	// 200 application/json; charset=utf-8
	// webshop
}
