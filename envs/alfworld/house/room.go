package house

import "slices"

// room is a kind of room.
type room uint8

const (
	kitchen room = iota
	livingRoom
	bedroom
	bathroom
	rooms int = iota
)

// Rooms returns the kinds of rooms, as Config names them.
func Rooms() []string { return []string{"kitchen", "livingroom", "bedroom", "bathroom"} }

// String returns the name.
func (r room) String() string { return Rooms()[r] }

// number is the number of the n-th floor plan of the kind, n from 0. The
// hundreds tell the kind, as in the original: kitchens have 1 to 99, living
// rooms 201 to 299, bedrooms 301 to 399, bathrooms 401 to 499.
func (r room) number(n int) int { return [rooms]int{0, 200, 300, 400}[r] + 1 + n }

// fitting is a class of receptacles in a kind of room.
type fitting struct {
	class    string
	chance   int    // of 100 floor plans so many have it
	min, max int    // how many there are then
	width    int    // of wall that a column of them takes, cm
	levels   []int  // heights at which they are fixed one above the other, cm
	holds    int    // how many things at most; 0 if it does not matter
	on       string // class of the receptacle that it stands on, if it does
	middle   bool   // stands in the middle of the room
}

// fittings returns what a kind of room has. Which of them open is said by
// [opens].
func fittings(r room) []fitting {
	switch r {
	case kitchen:
		return []fitting{
			{class: "Fridge", chance: 100, min: 1, max: 1, width: 90, levels: []int{0}},
			{class: "SinkBasin", chance: 100, min: 1, max: 1, width: 80, levels: []int{82}},
			{class: "CounterTop", chance: 100, min: 1, max: 4, width: 130, levels: []int{95}},
			{class: "StoveBurner", chance: 100, min: 4, max: 4, width: 30, levels: []int{94, 94}, holds: 1},
			{class: "Cabinet", chance: 100, min: 6, max: 20, width: 45, levels: []int{40, 205}, holds: 3},
			{class: "Drawer", chance: 97, min: 2, max: 10, width: 40, levels: []int{78, 55, 32, 14}, holds: 3},
			{class: "GarbageCan", chance: 100, min: 1, max: 1, width: 40, levels: []int{2}},
			{class: "Microwave", chance: 100, min: 1, max: 1, levels: []int{114}, holds: 2, on: "CounterTop"},
			{class: "CoffeeMachine", chance: 100, min: 1, max: 1, levels: []int{97}, holds: 1, on: "CounterTop"},
			{class: "Toaster", chance: 100, min: 1, max: 1, levels: []int{97}, holds: 1, on: "CounterTop"},
			{class: "DiningTable", chance: 55, min: 1, max: 2, levels: []int{60}, middle: true},
			{class: "Shelf", chance: 25, min: 3, max: 3, width: 60, levels: []int{88, 130, 172}, holds: 3},
			{class: "SideTable", chance: 12, min: 1, max: 1, width: 60, levels: []int{70}},
			{class: "Safe", chance: 5, min: 1, max: 1, width: 50, levels: []int{30}, holds: 2},
		}
	case livingRoom:
		return []fitting{
			{class: "Sofa", chance: 100, min: 1, max: 2, width: 200, levels: []int{1}},
			{class: "ArmChair", chance: 92, min: 1, max: 2, width: 90, levels: []int{2}},
			{class: "CoffeeTable", chance: 82, min: 1, max: 2, levels: []int{40}, middle: true},
			{class: "SideTable", chance: 85, min: 1, max: 4, width: 60, levels: []int{55}},
			{class: "DiningTable", chance: 48, min: 1, max: 1, levels: []int{70}, middle: true},
			{class: "Drawer", chance: 80, min: 2, max: 9, width: 45, levels: []int{72, 50, 28}, holds: 3},
			{class: "Dresser", chance: 40, min: 1, max: 1, width: 120, levels: []int{80}},
			{class: "Shelf", chance: 38, min: 2, max: 10, width: 70, levels: []int{45, 86, 128, 165}, holds: 3},
			{class: "TVStand", chance: 32, min: 1, max: 1, width: 140, levels: []int{50}},
			{class: "Cabinet", chance: 18, min: 2, max: 7, width: 50, levels: []int{40, 170}, holds: 3},
			{class: "Ottoman", chance: 18, min: 1, max: 1, levels: []int{35}, middle: true},
			{class: "Safe", chance: 4, min: 1, max: 1, width: 50, levels: []int{25}, holds: 2},
			{class: "GarbageCan", chance: 100, min: 1, max: 1, width: 40, levels: []int{2}},
		}
	case bedroom:
		return []fitting{
			{class: "Bed", chance: 100, min: 1, max: 1, width: 180, levels: []int{30}},
			{class: "Desk", chance: 72, min: 1, max: 1, width: 130, levels: []int{75}},
			{class: "SideTable", chance: 70, min: 1, max: 2, width: 50, levels: []int{58}},
			{class: "Dresser", chance: 50, min: 1, max: 1, width: 120, levels: []int{88}},
			{class: "Drawer", chance: 98, min: 2, max: 10, width: 45, levels: []int{70, 48, 26}, holds: 3},
			{class: "Shelf", chance: 65, min: 2, max: 8, width: 70, levels: []int{52, 90, 132, 168}, holds: 3},
			{class: "ArmChair", chance: 15, min: 1, max: 2, width: 90, levels: []int{3}},
			{class: "DiningTable", chance: 12, min: 1, max: 1, levels: []int{72}, middle: true},
			{class: "Cabinet", chance: 10, min: 2, max: 4, width: 50, levels: []int{45, 175}, holds: 3},
			{class: "LaundryHamper", chance: 26, min: 1, max: 1, width: 50, levels: []int{1}},
			{class: "Safe", chance: 20, min: 1, max: 1, width: 50, levels: []int{20}, holds: 2},
			{class: "GarbageCan", chance: 100, min: 1, max: 1, width: 40, levels: []int{1}},
		}
	case bathroom:
		return []fitting{
			{class: "SinkBasin", chance: 100, min: 1, max: 2, width: 70, levels: []int{80}},
			{class: "Toilet", chance: 100, min: 1, max: 1, width: 70, levels: []int{1}},
			{class: "BathtubBasin", chance: 70, min: 1, max: 1, width: 170, levels: []int{25}},
			{class: "CounterTop", chance: 90, min: 1, max: 2, width: 120, levels: []int{88}},
			{class: "Cabinet", chance: 52, min: 2, max: 7, width: 45, levels: []int{38, 160}, holds: 3},
			{class: "Drawer", chance: 54, min: 2, max: 7, width: 40, levels: []int{66, 42, 20}, holds: 3},
			{class: "Shelf", chance: 27, min: 1, max: 4, width: 60, levels: []int{96, 140, 178}, holds: 3},
			{class: "SideTable", chance: 6, min: 1, max: 1, width: 45, levels: []int{60}},
			{class: "Dresser", chance: 7, min: 1, max: 1, width: 100, levels: []int{82}},
			{class: "Cart", chance: 7, min: 1, max: 1, width: 50, levels: []int{10}},
			{class: "HandTowelHolder", chance: 100, min: 1, max: 2, width: 40, levels: []int{165}, holds: 1},
			{class: "TowelHolder", chance: 100, min: 1, max: 2, width: 70, levels: []int{140}, holds: 1},
			{class: "ToiletPaperHanger", chance: 100, min: 1, max: 1, width: 30, levels: []int{90}, holds: 1},
			{class: "GarbageCan", chance: 100, min: 1, max: 1, width: 30, levels: []int{1}},
		}
	}
	return nil
}

// opens says of a class whether its receptacles open: always, or some of them
// ("sometimes").
func opens(class string) (always, sometimes bool) {
	switch class {
	case "Fridge", "Microwave":
		return true, false
	}
	return false, slices.Contains([]string{"Cabinet", "Drawer", "Safe"}, class)
}

// scenery lists what else is in a kind of room, by class and how many of 100
// rooms have it: it is seen in no receptacle and serves no task.
func scenery(r room) []share {
	all := []share{{"LightSwitch", 100}, {"Window", 90}}
	switch r {
	case kitchen:
		return append(all, share{"Sink", 100}, share{"StoveKnob", 100}, share{"Chair", 80}, share{"Blinds", 16}, share{"Curtains", 8}, share{"Mirror", 6})
	case livingRoom:
		return append(all, share{"FloorLamp", 100}, share{"Painting", 100}, share{"Chair", 70}, share{"Curtains", 36}, share{"Boots", 24}, share{"Mirror", 10})
	case bedroom:
		return append(all, share{"Blinds", 90}, share{"Mirror", 95}, share{"Chair", 75}, share{"Painting", 40}, share{"BaseballBat", 40}, share{"BasketBall", 35}, share{"TennisRacket", 25}, share{"Poster", 20}, share{"Footstool", 6})
	case bathroom:
		return append(all, share{"Sink", 100}, share{"Mirror", 96}, share{"Plunger", 100}, share{"ScrubBrush", 100}, share{"ShowerDoor", 56}, share{"ShowerGlass", 40}, share{"Bathtub", 70}, share{"Painting", 6})
	}
	return all
}

// share is a class and how many of 100 rooms have it.
type share struct {
	class  string
	chance int
}
