package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"stepgym/envs"
)

// showHint prints how to go on.
func showHint(ctx context.Context, w io.Writer, ep envs.Episode) error {
	h, ok := ep.(envs.Hinter)
	if !ok {
		return misused(errors.New("this environment gives no hints: leave --hint out"))
	}
	way, err := h.Hint(ctx)
	if errors.Is(err, envs.ErrNoHint) {
		printHint(w, nil, err.Error())
		return nil
	}
	if err != nil {
		return err
	}
	var texts []string
	for _, a := range way {
		texts = append(texts, a.String())
	}
	printHint(w, texts, "")
	return nil
}

// printHint writes how to go on, if there is anything to say.
func printHint(w io.Writer, hint []string, problem string) {
	switch {
	case problem != "":
		fmt.Fprintf(w, "Hint: none (%s)\n", problem)
	case len(hint) > 0:
		fmt.Fprintf(w, "Hint: %s\n", strings.Join(hint, "; "))
	}
}
