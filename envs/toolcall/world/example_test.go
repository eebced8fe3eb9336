package world_test

import (
	"context"
	"fmt"
	"os"

	"stepgym/envs"
	"stepgym/envs/toolcall/world"
)

// Desk is the lending desk of a library: the state.
type Desk struct {
	Books world.Table[string, Book] // by shelf mark
}

type Book struct{ Title, Reader string } // Reader is empty while the book is here

type Mark struct {
	Mark string `json:"mark" doc:"shelf mark, such as B2"`
}

type Loan struct {
	Mark   string `json:"mark" doc:"shelf mark, such as B2"`
	Reader string `json:"reader" enum:"Ada,Ben"`
}

// Look, Lend and TakeBack are the tools look, lend and take_back.
func (d *Desk) Look(a Mark) (Book, error) {
	b, ok := d.Books.Get(a.Mark)
	if !ok {
		return b, fmt.Errorf("no book has the mark %s", a.Mark)
	}
	return b, nil
}

func (d *Desk) Lend(a Loan) (string, error) {
	b, err := d.Look(Mark{a.Mark})
	if err == nil && b.Reader != "" {
		err = fmt.Errorf("%s has it", b.Reader)
	}
	if err != nil {
		return "", err
	}
	d.Books.Set(a.Mark, Book{b.Title, a.Reader})
	return "lent: " + b.Title, nil
}

func (d *Desk) TakeBack(a Mark) error {
	b, err := d.Look(a)
	if err == nil {
		d.Books.Set(a.Mark, Book{Title: b.Title})
	}
	return err
}

func config() world.Config[Desk] {
	start := new(Desk)
	start.Books.Set("B1", Book{Title: "Tides"})
	start.Books.Set("B2", Book{Title: "Moths", Reader: "Ben"})
	return world.Config[Desk]{
		Name: "library", MaxTurns: 8,
		Tools: world.Methods[Desk](map[string]string{
			"look":      "Says which book has a shelf mark and who has it.",
			"lend":      "Lends a book to a reader.",
			"take_back": "Takes a book back from its reader.",
		}),
		Train: []world.Task[Desk]{{
			ID: "moths", Goal: "Ben is here with B2. Ada would like to have it.", Start: start,
			Judge: func(d *Desk, _ string) world.Verdict {
				b, _ := d.Books.Get("B2")
				return world.Pass(b.Reader == "Ada")
			},
			Solution: []envs.Action{
				world.Use("take_back", Mark{"B2"}), world.Use("lend", Loan{"B2", "Ada"}), world.Say("Done."),
			},
		}},
	}
}

// A complete world, played from texts as gym play does.
func Example() {
	env, err := world.New(config())
	if err != nil {
		fmt.Println(err)
		return
	}
	err = envs.Play(context.Background(), env, envs.Task{ID: "moths"}, 0, []string{
		`{"name": "lend", "args": {"mark": "B2", "reader": "Ada"}}`,
		`{"name": "take_back", "args": {"mark": "B2"}}`,
		`{"name": "lend", "args": {"mark": "B2", "reader": "ada"}}`,
		`{"name": "lend", "args": {"mark": "B2", "reader": "Ada"}}`,
		`Here you are, Ada.`,
	}, func(l envs.PlayLine) error {
		_, err := fmt.Fprintln(os.Stdout, l.T, l.Observation, l.Reward)
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// 0 Ben is here with B2. Ada would like to have it. 0
	// 1 {"error":"Ben has it"} 0
	// 2 {"ok":true} 0
	// 3 {"error":"lend: reader: value must be one of 'Ada', 'Ben'"} 0
	// 4 lent: Moths 0
	// 5  1
}
