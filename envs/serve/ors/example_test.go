package ors_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"stepgym/envs"
	"stepgym/envs/envtest/toy"
	"stepgym/envs/serve"
	"stepgym/envs/serve/ors"
	"stepgym/envs/serve/session"
)

func Example() {
	host, err := session.New(map[string]envs.Env{"toy": toy.New()}, session.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer host.Close()
	server, err := serve.New(host, serve.Config{}, ors.New())
	if err != nil {
		fmt.Println(err)
		return
	}
	srv := httptest.NewServer(server.Handler())
	defer srv.Close()
	res, err := http.Get(srv.URL + "/splits")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	fmt.Println(string(b), err)
	// Output:
	// [{"name":"train","type":"train"},{"name":"dev","type":"validation"},{"name":"test","type":"test"},{"name":"all","type":"validation"}]
	//  <nil>
}
