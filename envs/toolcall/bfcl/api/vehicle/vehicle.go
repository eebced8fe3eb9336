// Package vehicle is BFCL's VehicleControlAPI: a car whose engine, doors,
// climate, brakes and navigation are called as functions. Results, exceptions
// and states are the original's (bfcl-eval 2026.3.23).
//
// Differs: the original writes the outside temperature of a long context into a
// dict that all episodes of its process share; here every episode has its own.
package vehicle

import (
	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
)

// State is the car of one episode. Attributes are Python values because a
// scenario or a call may give them any type.
type State struct {
	owner  *py.Owner
	random *py.Random

	fuelLevel      py.Value // gallons
	batteryVoltage py.Value // volts
	engineState    py.Value
	unlockedDoors  int64
	doorStatus     *py.Dict // door -> "locked" or "unlocked"

	acTemperature py.Value // degrees Celsius
	fanSpeed      py.Value // 0 to 100
	acMode        py.Value
	humidityLevel py.Value // percent
	headLights    py.Value
	parkingBrake  py.Value
	parkingForce  py.Value // newtons
	slopeAngle    py.Value // degrees
	brakePedal    py.Value
	brakeForce    py.Value // newtons
	nextVehicle   py.Value // metres
	cruiseStatus  py.Value
	destination   py.Value
	tires         [4]py.Value // psi: front left and right, rear left and right
	long          *py.Dict    // literals of a long context; nil without
}

// The values of a scenario that leaves them out.
const (
	defaultSeed   = py.Int(141053)
	defaultDoors  = 4
	tankGallons   = py.Int(50)
	emptyGallons  = py.Float(0)
	milesAGallon  = py.Float(20)
	pedalNewtons  = py.Int(1000)
	unlocked      = py.Str("unlocked")
	locked        = py.Str("locked")
	released      = py.Str("released")
	gallonsALiter = py.Float(0.264172)
	litersAGallon = py.Float(3.78541)
)

func newDoors() *py.Dict {
	return py.Of(
		py.KV(py.Str("driver"), unlocked), py.KV(py.Str("passenger"), unlocked),
		py.KV(py.Str("rear_left"), unlocked), py.KV(py.Str("rear_right"), unlocked),
	)
}

// Load returns the car of a scenario. With long, the literals of a long context
// by name, several results carry long texts. Neither is modified; both are kept.
// A scenario of wrong types raises.
func Load(scenario, long *py.Dict) toolcall.State {
	s := &State{
		random:         py.NewRandom(scenario.Or("random_seed", defaultSeed)),
		fuelLevel:      scenario.Or("fuelLevel", py.Float(0)),
		batteryVoltage: scenario.Or("batteryVoltage", py.Float(12.6)),
		engineState:    scenario.Or("engineState", py.Str("stopped")),
		acTemperature:  scenario.Or("acTemperature", py.Float(25)),
		fanSpeed:       scenario.Or("fanSpeed", py.Int(50)),
		acMode:         scenario.Or("acMode", py.Str("auto")),
		humidityLevel:  scenario.Or("humidityLevel", py.Float(50)),
		headLights:     scenario.Or("headLightStatus", py.Str("off")),
		parkingBrake:   scenario.Or("parkingBrakeStatus", released),
		parkingForce:   scenario.Or("parkingBrakeForce", py.Float(0)),
		slopeAngle:     scenario.Or("slopeAngle", py.Float(0)),
		brakePedal:     scenario.Or("brakePedalStatus", released),
		brakeForce:     scenario.Or("brakePedalForce", py.Float(0)),
		nextVehicle:    scenario.Or("distanceToNextVehicle", py.Float(50)),
		cruiseStatus:   scenario.Or("cruiseStatus", py.Str("inactive")),
		destination:    scenario.Or("destination", py.Str("None")),
		tires: [4]py.Value{
			scenario.Or("frontLeftTirePressure", py.Float(32)),
			scenario.Or("frontRightTirePressure", py.Float(32)),
			scenario.Or("rearLeftTirePressure", py.Float(30)),
			scenario.Or("rearRightTirePressure", py.Float(30)),
		},
		unlockedDoors: defaultDoors,
		long:          long,
	}
	s.doorStatus = py.DictAttr(scenario.Or("doorStatus", newDoors()), "keys")
	for _, door := range s.doorStatus.Items() { // the scenario's own count is not asked
		if py.EqualStr(door.Value, "locked") {
			s.unlockedDoors--
		}
	}
	return s
}

// Copy returns a copy that changes under owner o.
func (s *State) Copy(o *py.Owner) toolcall.State {
	c := *s
	c.owner = o
	return &c
}

// Own makes o the owner of what changes from here on.
func (s *State) Own(o *py.Owner) { s.owner = o }

// AppendAttrs appends the public attributes.
func (s *State) AppendAttrs(attrs []toolcall.Attr) []toolcall.Attr {
	return append(
		attrs,
		toolcall.Attr{Name: "fuelLevel", Value: s.fuelLevel},
		toolcall.Attr{Name: "batteryVoltage", Value: s.batteryVoltage},
		toolcall.Attr{Name: "engine_state", Value: s.engineState},
		toolcall.Attr{Name: "remainingUnlockedDoors", Value: py.Int(s.unlockedDoors)},
		toolcall.Attr{Name: "doorStatus", Value: s.doorStatus},
		toolcall.Attr{Name: "acTemperature", Value: s.acTemperature},
		toolcall.Attr{Name: "fanSpeed", Value: s.fanSpeed},
		toolcall.Attr{Name: "acMode", Value: s.acMode},
		toolcall.Attr{Name: "humidityLevel", Value: s.humidityLevel},
		toolcall.Attr{Name: "headLightStatus", Value: s.headLights},
		toolcall.Attr{Name: "parkingBrakeStatus", Value: s.parkingBrake},
		toolcall.Attr{Name: "brakePedalStatus", Value: s.brakePedal},
		toolcall.Attr{Name: "distanceToNextVehicle", Value: s.nextVehicle},
		toolcall.Attr{Name: "cruiseStatus", Value: s.cruiseStatus},
		toolcall.Attr{Name: "destination", Value: s.destination},
		toolcall.Attr{Name: "frontLeftTirePressure", Value: s.tires[0]},
		toolcall.Attr{Name: "frontRightTirePressure", Value: s.tires[1]},
		toolcall.Attr{Name: "rearLeftTirePressure", Value: s.tires[2]},
		toolcall.Attr{Name: "rearRightTirePressure", Value: s.tires[3]},
		toolcall.Attr{Name: "long_context", Value: py.Bool(s.long != nil)},
	)
}

// AppendPrivate appends the attributes that no checker compares but the random
// numbers.
func (s *State) AppendPrivate(attrs []toolcall.Attr) []toolcall.Attr {
	return append(
		attrs,
		toolcall.Attr{Name: "_parkingBrakeForce", Value: s.parkingForce},
		toolcall.Attr{Name: "_slopeAngle", Value: s.slopeAngle},
		toolcall.Attr{Name: "_brakePedalForce", Value: s.brakeForce},
	)
}

// Class returns the class of tools.
func Class() *toolcall.Class {
	return toolcall.NewClass(
		"VehicleControlAPI",
		toolcall.Def("startEngine", (*State).startEngine, toolcall.P("ignitionMode")),
		toolcall.Def("fillFuelTank", (*State).fillFuelTank, toolcall.P("fuelAmount")),
		toolcall.Def("lockDoors", (*State).lockDoors, toolcall.P("unlock"), toolcall.P("door")),
		toolcall.Def("adjustClimateControl", (*State).adjustClimateControl, toolcall.P("temperature"),
			toolcall.Opt("unit", py.Str("celsius")), toolcall.Opt("fanSpeed", py.Int(50)), toolcall.Opt("mode", py.Str("auto"))),
		toolcall.Def("get_outside_temperature_from_google", (*State).outsideTemperatureGoogle),
		toolcall.Def("get_outside_temperature_from_weather_com", (*State).outsideTemperatureWeather),
		toolcall.Def("setHeadlights", (*State).setHeadlights, toolcall.P("mode")),
		toolcall.Def("displayCarStatus", (*State).displayCarStatus, toolcall.P("option")),
		toolcall.Def("activateParkingBrake", (*State).activateParkingBrake, toolcall.P("mode")),
		toolcall.Def("pressBrakePedal", (*State).pressBrakePedal, toolcall.P("pedalPosition")),
		toolcall.Def("releaseBrakePedal", (*State).releaseBrakePedal),
		toolcall.Def("setCruiseControl", (*State).setCruiseControl,
			toolcall.P("speed"), toolcall.P("activate"), toolcall.P("distanceToNextVehicle")),
		toolcall.Def("get_current_speed", (*State).getCurrentSpeed),
		toolcall.Def("display_log", (*State).displayLog, toolcall.P("messages")),
		toolcall.Def("estimate_drive_feasibility_by_mileage", (*State).estimateDrive, toolcall.P("distance")),
		toolcall.Def("liter_to_gallon", (*State).literToGallon, toolcall.P("liter")),
		toolcall.Def("gallon_to_liter", (*State).gallonToLiter, toolcall.P("gallon")),
		toolcall.Def("estimate_distance", (*State).estimateDistance, toolcall.P("cityA"), toolcall.P("cityB")),
		toolcall.Def("get_zipcode_based_on_city", (*State).zipcodeOfCity, toolcall.P("city")),
		toolcall.Def("set_navigation", (*State).setNavigation, toolcall.P("destination")),
		toolcall.Def("check_tire_pressure", (*State).checkTirePressure),
		toolcall.Def("find_nearest_tire_shop", (*State).findNearestTireShop),
	)
}
