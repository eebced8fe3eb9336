package plan_test

import (
	"context"
	"fmt"
	"os"

	"stepgym/envs/alfworld/engine"
	"stepgym/envs/alfworld/grammar"
	"stepgym/envs/alfworld/pddl"
	"stepgym/envs/alfworld/plan"
)

// room is a house with a mug in a cabinet, and a desk to put it on.
const room = `(define (problem room) (:domain alfred)
	(:objects agent1 - agent door_bar_0 wall_bar_0 window_bar_0 - location
		cabinet_bar_0 desk_bar_0 - receptacle mug_bar_0 - object
		CabinetType DeskType - rtype MugType - otype)
	(:init (atLocation agent1 door_bar_0)
		(receptacleAtLocation cabinet_bar_0 wall_bar_0) (receptacleType cabinet_bar_0 CabinetType) (openable cabinet_bar_0)
		(receptacleAtLocation desk_bar_0 window_bar_0) (receptacleType desk_bar_0 DeskType)
		(objectType mug_bar_0 MugType) (pickupable mug_bar_0) (inReceptacle mug_bar_0 cabinet_bar_0)
		(canContain DeskType MugType))
	(:goal (exists (?r - receptacle) (exists (?o - object)
		(and (inReceptacle ?o ?r) (objectType ?o MugType) (receptacleType ?r DeskType))))))`

func Example() {
	game, err := loadRoom()
	if err != nil {
		fmt.Println(err)
		return
	}
	state := game.Start()
	state.Step("go to desk 1")
	way, err := plan.Shortest(context.Background(), state)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, command := range way {
		fmt.Println(game.Text(command))
	}
	// Output:
	// go to cabinet 1
	// open cabinet 1
	// take mug 1 from cabinet 1
	// go to desk 1
	// move mug 1 to desk 1
}

// loadRoom loads the room with the rules of the generated games.
func loadRoom() (*engine.Game, error) {
	var texts [2][]byte
	for i, path := range []string{"../house/domain.pddl", "../house/grammar.twl2"} {
		b, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		texts[i] = b
	}
	d, err := pddl.ParseDomain("domain.pddl", texts[0])
	if err != nil {
		return nil, err
	}
	g, err := grammar.Parse("grammar.twl2", texts[1])
	if err != nil {
		return nil, err
	}
	rules, err := engine.Compile(d, g)
	if err != nil {
		return nil, err
	}
	p, err := pddl.ParseProblem("room.pddl", []byte(room))
	if err != nil {
		return nil, err
	}
	return rules.Load(p, "put a mug in desk.", engine.Options{})
}
