package house

// trait is what can be done with a thing.
type trait uint8

const (
	cleanable trait = 1 << iota
	heatable
	coolable
	sliceable
	toggleable
	holder // other things can lie in it
	fixed  // cannot be picked up
)

// dish is what can be used to eat and drink from.
const (
	dish = cleanable | coolable | holder
	food = cleanable | heatable | coolable | sliceable
)

// place is a class of receptacles and how often a thing is found there, against
// the others. With 0 it may be put there but is not found there.
type place struct {
	class  string
	weight int
}

// thing is a class of objects.
type thing struct {
	class  string
	noun   string // what people say: "alarm clock"
	traits trait
	rooms  [rooms]int // how many of 100 kitchens, living rooms, bedrooms and bathrooms have one
	places []place
}

// in makes the rooms of a thing.
func in(kitchens, livingRooms, bedrooms, bathrooms int) [rooms]int {
	return [rooms]int{kitchens, livingRooms, bedrooms, bathrooms}
}

// things returns all classes of objects that can be somewhere, in order of their
// names. Where there is more than one kind of room, places of the other kinds are
// not there anyway.
func things() []thing {
	return []thing{
		{"AlarmClock", "alarm clock", 0, in(0, 0, 100, 0), []place{{"Desk", 6}, {"SideTable", 5}, {"Shelf", 4}, {"Dresser", 3}, {"DiningTable", 2}, {"CounterTop", 0}}},
		{"Apple", "apple", food, in(100, 0, 0, 0), []place{{"CounterTop", 5}, {"Fridge", 5}, {"DiningTable", 4}, {"Microwave", 3}, {"GarbageCan", 2}, {"SinkBasin", 2}, {"SideTable", 2}}},
		{"Book", "book", 0, in(12, 34, 100, 0), []place{{"Bed", 6}, {"Desk", 4}, {"Sofa", 3}, {"CoffeeTable", 3}, {"Drawer", 2}, {"SideTable", 2}, {"Dresser", 2}, {"DiningTable", 2}, {"CounterTop", 2}, {"ArmChair", 1}, {"Cabinet", 1}, {"Shelf", 1}, {"Ottoman", 0}}},
		{"Bowl", "bowl", dish, in(100, 14, 45, 0), []place{{"Cabinet", 5}, {"CounterTop", 4}, {"DiningTable", 4}, {"Fridge", 4}, {"Desk", 4}, {"Shelf", 2}, {"CoffeeTable", 3}, {"Dresser", 2}, {"SinkBasin", 1}, {"Microwave", 1}, {"SideTable", 1}}},
		{"Box", "box", holder, in(0, 100, 50, 0), []place{{"Sofa", 4}, {"DiningTable", 4}, {"CoffeeTable", 4}, {"Desk", 3}, {"Shelf", 2}, {"Dresser", 2}, {"SideTable", 1}, {"ArmChair", 1}, {"Cabinet", 1}, {"Ottoman", 1}}},
		{"Bread", "loaf of bread", heatable | coolable | sliceable, in(100, 0, 0, 0), []place{{"CounterTop", 7}, {"DiningTable", 5}, {"Fridge", 2}, {"SideTable", 1}, {"GarbageCan", 1}, {"Microwave", 0}}},
		{"ButterKnife", "butter knife", cleanable, in(97, 0, 0, 0), []place{{"CounterTop", 7}, {"DiningTable", 4}, {"Drawer", 3}, {"SinkBasin", 1}, {"SideTable", 1}}},
		{"CD", "CD", 0, in(0, 0, 100, 0), []place{{"Drawer", 5}, {"Desk", 5}, {"Dresser", 3}, {"SideTable", 3}, {"Shelf", 2}, {"GarbageCan", 2}, {"DiningTable", 2}, {"Safe", 1}, {"Cabinet", 0}, {"CounterTop", 0}}},
		{"Candle", "candle", 0, in(0, 8, 0, 100), []place{{"CounterTop", 6}, {"Toilet", 5}, {"Cabinet", 3}, {"Drawer", 2}, {"Shelf", 2}, {"CoffeeTable", 2}, {"SideTable", 1}, {"DiningTable", 1}, {"Dresser", 1}, {"Cart", 1}}},
		{"CellPhone", "phone", 0, in(18, 27, 100, 0), []place{{"Bed", 5}, {"Desk", 4}, {"Drawer", 3}, {"CounterTop", 3}, {"SideTable", 2}, {"Sofa", 2}, {"Dresser", 2}, {"CoffeeTable", 2}, {"Shelf", 1}, {"DiningTable", 1}, {"ArmChair", 1}, {"Safe", 1}, {"Ottoman", 1}}},
		{"Cloth", "cloth", cleanable, in(0, 0, 15, 100), []place{{"BathtubBasin", 6}, {"Cabinet", 4}, {"CounterTop", 4}, {"Drawer", 3}, {"LaundryHamper", 2}, {"Shelf", 1}, {"SinkBasin", 1}, {"Toilet", 1}, {"Desk", 1}, {"Dresser", 1}, {"Cart", 1}, {"GarbageCan", 0}, {"SideTable", 0}, {"ArmChair", 0}, {"DiningTable", 0}}},
		{"CreditCard", "credit card", 0, in(15, 100, 100, 0), []place{{"Drawer", 5}, {"Sofa", 4}, {"ArmChair", 3}, {"CoffeeTable", 3}, {"SideTable", 3}, {"Desk", 3}, {"Shelf", 2}, {"Dresser", 2}, {"DiningTable", 2}, {"CounterTop", 3}, {"Safe", 1}, {"Ottoman", 1}}},
		{"Cup", "cup", dish | heatable, in(100, 0, 0, 0), []place{{"Cabinet", 5}, {"Fridge", 4}, {"CounterTop", 4}, {"DiningTable", 4}, {"SinkBasin", 2}, {"Microwave", 2}, {"Shelf", 1}, {"SideTable", 1}}},
		{"DeskLamp", "desk lamp", toggleable | fixed, in(0, 22, 75, 0), []place{{"Desk", 6}, {"SideTable", 5}, {"Dresser", 4}, {"Shelf", 1}, {"CoffeeTable", 1}}},
		{"DishSponge", "sponge", cleanable, in(100, 0, 0, 18), []place{{"CounterTop", 5}, {"Cabinet", 4}, {"Drawer", 4}, {"DiningTable", 2}, {"SinkBasin", 2}, {"BathtubBasin", 2}, {"GarbageCan", 1}, {"Shelf", 1}, {"Toilet", 1}, {"Cart", 1}, {"SideTable", 0}}},
		{"Egg", "egg", food, in(100, 0, 0, 0), []place{{"Fridge", 5}, {"CounterTop", 4}, {"SinkBasin", 3}, {"DiningTable", 3}, {"GarbageCan", 2}, {"Microwave", 2}, {"SideTable", 1}}},
		{"Fork", "fork", cleanable, in(100, 0, 0, 0), []place{{"CounterTop", 5}, {"Drawer", 4}, {"DiningTable", 4}, {"SinkBasin", 2}, {"SideTable", 1}}},
		{"Glassbottle", "glass bottle", coolable, in(30, 0, 0, 0), []place{{"CounterTop", 4}, {"Cabinet", 4}, {"DiningTable", 2}, {"GarbageCan", 2}, {"SinkBasin", 2}, {"Shelf", 2}, {"Fridge", 1}, {"Microwave", 0}, {"SideTable", 0}}},
		{"HandTowel", "hand towel", 0, in(0, 0, 0, 100), []place{{"HandTowelHolder", 9}, {"CounterTop", 1}, {"BathtubBasin", 0}, {"Cabinet", 0}, {"Drawer", 0}, {"Shelf", 0}, {"Toilet", 0}, {"SinkBasin", 0}, {"GarbageCan", 0}, {"Cart", 0}, {"SideTable", 0}}},
		{"HousePlant", "plant", fixed, in(40, 90, 30, 3), []place{{"CounterTop", 3}, {"SideTable", 3}, {"CoffeeTable", 2}, {"Desk", 2}, {"Shelf", 2}, {"DiningTable", 1}, {"Dresser", 1}}},
		{"Kettle", "kettle", cleanable, in(50, 0, 0, 0), []place{{"StoveBurner", 5}, {"CounterTop", 4}, {"Cabinet", 3}, {"DiningTable", 1}, {"SinkBasin", 1}, {"Shelf", 0}, {"SideTable", 0}}},
		{"KeyChain", "key chain", 0, in(0, 100, 100, 0), []place{{"Drawer", 5}, {"CoffeeTable", 4}, {"SideTable", 4}, {"Desk", 4}, {"Shelf", 3}, {"Dresser", 3}, {"Sofa", 2}, {"ArmChair", 1}, {"DiningTable", 1}, {"Safe", 2}, {"Ottoman", 1}, {"CounterTop", 0}}},
		{"Knife", "knife", cleanable, in(100, 0, 0, 0), []place{{"CounterTop", 6}, {"DiningTable", 4}, {"Drawer", 3}, {"SinkBasin", 1}, {"SideTable", 1}}},
		{"Ladle", "ladle", cleanable, in(32, 0, 0, 0), []place{{"CounterTop", 5}, {"Cabinet", 3}, {"Drawer", 2}, {"DiningTable", 2}, {"SinkBasin", 1}}},
		{"Laptop", "laptop", 0, in(0, 100, 100, 0), []place{{"Bed", 7}, {"Sofa", 4}, {"CoffeeTable", 4}, {"Desk", 3}, {"DiningTable", 3}, {"Dresser", 2}, {"SideTable", 1}, {"ArmChair", 1}, {"Ottoman", 1}, {"CounterTop", 0}}},
		{"Lettuce", "head of lettuce", cleanable | coolable | sliceable, in(100, 0, 0, 0), []place{{"CounterTop", 6}, {"DiningTable", 5}, {"Fridge", 4}, {"SinkBasin", 1}, {"GarbageCan", 1}, {"SideTable", 1}}},
		{"Mug", "mug", dish | heatable, in(100, 0, 55, 0), []place{{"CoffeeMachine", 4}, {"CounterTop", 4}, {"Cabinet", 4}, {"Desk", 4}, {"DiningTable", 3}, {"SideTable", 2}, {"Shelf", 2}, {"Dresser", 2}, {"Fridge", 2}, {"Microwave", 2}, {"SinkBasin", 2}}},
		{"Newspaper", "newspaper", 0, in(0, 62, 0, 0), []place{{"Sofa", 5}, {"CoffeeTable", 4}, {"SideTable", 3}, {"DiningTable", 3}, {"Shelf", 2}, {"ArmChair", 1}, {"Dresser", 1}, {"Drawer", 1}, {"Ottoman", 1}, {"Cabinet", 0}, {"GarbageCan", 0}}},
		{"Pan", "pan", dish, in(100, 0, 0, 0), []place{{"StoveBurner", 8}, {"CounterTop", 3}, {"Cabinet", 1}, {"DiningTable", 1}, {"Fridge", 1}, {"SinkBasin", 1}}},
		{"PaperTowelRoll", "roll of paper towels", 0, in(40, 0, 0, 12), []place{{"CounterTop", 4}, {"DiningTable", 2}, {"Toilet", 1}, {"Shelf", 1}, {"SideTable", 0}, {"GarbageCan", 0}}},
		{"Pen", "pen", 0, in(4, 22, 100, 0), []place{{"Desk", 5}, {"CoffeeTable", 4}, {"Shelf", 3}, {"Dresser", 3}, {"Drawer", 3}, {"SideTable", 3}, {"DiningTable", 2}, {"CounterTop", 2}, {"GarbageCan", 1}}},
		{"Pencil", "pencil", 0, in(6, 24, 100, 0), []place{{"Desk", 5}, {"CoffeeTable", 4}, {"Shelf", 3}, {"Drawer", 3}, {"SideTable", 3}, {"Dresser", 2}, {"DiningTable", 2}, {"CounterTop", 2}, {"GarbageCan", 1}}},
		{"PepperShaker", "pepper shaker", 0, in(100, 0, 0, 0), []place{{"CounterTop", 5}, {"Cabinet", 5}, {"Drawer", 3}, {"DiningTable", 3}, {"Shelf", 1}, {"SideTable", 1}}},
		{"Pillow", "pillow", 0, in(0, 100, 100, 0), []place{{"Bed", 9}, {"Sofa", 7}, {"ArmChair", 2}, {"Ottoman", 1}}},
		{"Plate", "plate", dish | heatable, in(100, 36, 0, 0), []place{{"Cabinet", 5}, {"CounterTop", 4}, {"DiningTable", 4}, {"CoffeeTable", 2}, {"Fridge", 2}, {"Shelf", 2}, {"SinkBasin", 2}, {"Microwave", 1}, {"SideTable", 1}, {"Dresser", 1}}},
		{"Pot", "pot", dish, in(100, 0, 0, 0), []place{{"StoveBurner", 8}, {"CounterTop", 2}, {"Cabinet", 1}, {"DiningTable", 1}, {"Fridge", 1}, {"SinkBasin", 1}, {"Shelf", 0}, {"SideTable", 0}}},
		{"Potato", "potato", food, in(100, 0, 0, 0), []place{{"Fridge", 5}, {"CounterTop", 5}, {"DiningTable", 3}, {"SinkBasin", 3}, {"Microwave", 2}, {"GarbageCan", 1}, {"SideTable", 1}}},
		{"RemoteControl", "remote", 0, in(0, 100, 10, 0), []place{{"CoffeeTable", 5}, {"Sofa", 4}, {"SideTable", 3}, {"ArmChair", 2}, {"Dresser", 2}, {"DiningTable", 2}, {"Desk", 2}, {"Drawer", 1}, {"Shelf", 1}, {"Ottoman", 1}, {"CounterTop", 0}}},
		{"SaltShaker", "salt shaker", 0, in(100, 0, 0, 0), []place{{"Cabinet", 5}, {"CounterTop", 5}, {"DiningTable", 3}, {"Drawer", 2}, {"Shelf", 1}, {"SideTable", 1}}},
		{"SoapBar", "bar of soap", cleanable, in(0, 0, 0, 100), []place{{"CounterTop", 5}, {"Toilet", 4}, {"Cabinet", 4}, {"BathtubBasin", 3}, {"SinkBasin", 2}, {"Drawer", 2}, {"GarbageCan", 1}, {"Shelf", 1}, {"Cart", 1}, {"SideTable", 0}}},
		{"SoapBottle", "soap bottle", 0, in(100, 0, 0, 100), []place{{"CounterTop", 6}, {"Cabinet", 5}, {"Toilet", 4}, {"DiningTable", 3}, {"GarbageCan", 2}, {"Shelf", 2}, {"Drawer", 1}, {"Dresser", 1}, {"SideTable", 1}, {"Cart", 1}}},
		{"Spatula", "spatula", cleanable, in(100, 0, 0, 0), []place{{"CounterTop", 6}, {"Drawer", 3}, {"DiningTable", 3}, {"SinkBasin", 2}, {"SideTable", 1}}},
		{"Spoon", "spoon", cleanable, in(100, 0, 0, 0), []place{{"CounterTop", 5}, {"Drawer", 4}, {"DiningTable", 3}, {"SinkBasin", 2}, {"SideTable", 1}}},
		{"SprayBottle", "spray bottle", 0, in(8, 0, 0, 100), []place{{"CounterTop", 5}, {"Toilet", 4}, {"Cabinet", 4}, {"GarbageCan", 2}, {"Shelf", 2}, {"DiningTable", 1}, {"SideTable", 1}, {"Cart", 1}, {"Drawer", 1}, {"Dresser", 1}}},
		{"Statue", "statue", 0, in(20, 90, 18, 0), []place{{"Shelf", 4}, {"CoffeeTable", 4}, {"DiningTable", 3}, {"SideTable", 3}, {"CounterTop", 3}, {"TVStand", 2}, {"Dresser", 2}, {"Desk", 1}, {"Safe", 1}}},
		{"TeddyBear", "teddy bear", 0, in(0, 0, 30, 0), []place{{"Bed", 1}}},
		{"Television", "television", fixed, in(0, 65, 5, 0), []place{{"TVStand", 4}, {"Dresser", 3}, {"CoffeeTable", 1}}},
		{"TissueBox", "box of tissues", 0, in(0, 38, 16, 26), []place{{"CoffeeTable", 4}, {"CounterTop", 4}, {"Shelf", 3}, {"DiningTable", 3}, {"Desk", 3}, {"SideTable", 2}, {"Drawer", 2}, {"Cabinet", 1}, {"TVStand", 1}, {"Dresser", 1}, {"Cart", 1}, {"Toilet", 1}, {"GarbageCan", 1}}},
		{"ToiletPaper", "roll of toilet paper", 0, in(0, 0, 0, 100), []place{{"CounterTop", 5}, {"Toilet", 4}, {"ToiletPaperHanger", 3}, {"Cabinet", 3}, {"GarbageCan", 2}, {"Drawer", 2}, {"Shelf", 1}, {"Dresser", 1}, {"Cart", 1}, {"SideTable", 0}}},
		{"Tomato", "tomato", food, in(100, 0, 0, 0), []place{{"Fridge", 6}, {"CounterTop", 5}, {"DiningTable", 4}, {"GarbageCan", 2}, {"SinkBasin", 1}, {"SideTable", 1}, {"Microwave", 1}}},
		{"Towel", "towel", 0, in(0, 0, 0, 100), []place{{"TowelHolder", 9}}},
		{"Vase", "vase", 0, in(20, 55, 7, 0), []place{{"Shelf", 5}, {"CoffeeTable", 4}, {"CounterTop", 3}, {"DiningTable", 3}, {"Cabinet", 2}, {"SideTable", 2}, {"Dresser", 2}, {"Desk", 1}, {"Safe", 1}}},
		{"Watch", "watch", 0, in(0, 55, 6, 0), []place{{"CoffeeTable", 4}, {"SideTable", 3}, {"Drawer", 3}, {"Dresser", 3}, {"Shelf", 1}, {"DiningTable", 2}, {"Desk", 2}, {"Safe", 1}}},
		{"WateringCan", "watering can", 0, in(0, 12, 0, 0), []place{{"Shelf", 2}, {"CoffeeTable", 2}, {"SideTable", 1}, {"DiningTable", 0}, {"Desk", 0}, {"Dresser", 0}, {"Cabinet", 0}, {"Drawer", 0}}},
		{"WineBottle", "wine bottle", coolable, in(38, 0, 0, 0), []place{{"CounterTop", 5}, {"DiningTable", 3}, {"Cabinet", 3}, {"GarbageCan", 1}, {"Fridge", 1}, {"Shelf", 1}, {"SideTable", 0}}},
	}
}
