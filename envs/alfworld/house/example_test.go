package house_test

import (
	"context"
	"fmt"
	"log"

	"stepgym/envs/alfworld/house"
)

func Example() {
	c := house.Default()
	c.Games, c.Rooms, c.Types = 10, []string{"kitchen"}, []string{"pick_heat_then_place_in_recep"}
	g, err := house.New(c)
	if err != nil {
		log.Fatal(err)
	}
	game := g.Game("train", 0)
	fmt.Println(game.Task)
	fmt.Println(game.Human[0])

	p, err := house.NewProver()
	if err != nil {
		log.Fatal(err)
	}
	way, err := p.Prove(context.Background(), game)
	if err != nil {
		log.Fatal(err)
	}
	for _, command := range way {
		fmt.Println(command)
	}
	// Output:
	// heat some egg and put it in countertop.
	// Microwave an egg and leave it on the counter.
	// go to garbagecan 1
	// take egg 3 from garbagecan 1
	// go to microwave 1
	// heat egg 3 with microwave 1
	// go to countertop 2
	// move egg 3 to countertop 2
}
