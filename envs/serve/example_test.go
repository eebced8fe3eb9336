package serve_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
)

// A server with one protocol, asked whether it is ready.
func Example() {
	host, err := session.New(oneToy(), session.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer host.Close()
	server, err := serve.New(host, serve.Config{}, echo{"/echo/{env}"})
	if err != nil {
		fmt.Println(err)
		return
	}
	hs := httptest.NewServer(server.Handler())
	defer hs.Close()

	res, err := http.Get(hs.URL + "/readyz")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer res.Body.Close()
	b, _ := io.ReadAll(res.Body)
	fmt.Print(res.StatusCode, " ", string(b))
	// Output: 200 {"status":"ready"}
}
