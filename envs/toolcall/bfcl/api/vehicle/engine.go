package vehicle

import (
	"math"

	"stepgym/envs/toolcall/py"
)

// keyError is the key of what tells what was wrong.
var keyError py.Value = py.Str("error")

// failed is {"error": text}.
func failed(text string) py.Value { return py.One(keyError, py.Str(text)) }

func (s *State) startEngine(args []py.Value) py.Value {
	mode := args[0]
	if py.EqualStr(mode, "STOP") {
		s.engineState = py.Str("stopped") // even where the rest is refused
	}
	if s.unlockedDoors > 0 {
		return failed("All doors must be locked before starting the engine. Here are the unlocked doors: " + s.openDoors())
	}
	if !py.EqualStr(s.brakePedal, "pressed") {
		return failed("Brake pedal needs to be pressed when starting the engine.")
	}
	if !py.Equal(s.brakeForce, py.Float(1000)) {
		return failed("Must press the brake fully before starting the engine.")
	}
	if py.Less(s.fuelLevel, emptyGallons) {
		return failed("Fuel tank is empty.")
	}
	if !py.EqualStr(mode, "START") {
		return failed("Invalid ignition mode.")
	}
	s.engineState = py.Str("running")
	return py.Of(
		py.KV(py.Str("engineState"), s.engineState),
		py.KV(py.Str("fuelLevel"), s.fuelLevel),
		py.KV(py.Str("batteryVoltage"), s.batteryVoltage),
	)
}

// openDoors joins the names of the doors that are unlocked.
func (s *State) openDoors() string {
	open := py.NewList()
	for _, door := range s.doorStatus.Items() {
		if py.EqualStr(door.Value, "unlocked") {
			open.Append(door.Key)
		}
	}
	return py.Join(", ", open)
}

func (s *State) fillFuelTank(args []py.Value) py.Value {
	amount := args[0]
	if py.Less(amount, py.Int(0)) {
		return failed("Fuel amount cannot be negative.")
	}
	level := py.Add(s.fuelLevel, amount)
	if py.Greater(level, tankGallons) {
		return failed("Cannot fill gas above the tank capacity.")
	}
	if py.Less(level, emptyGallons) {
		return failed("Fuel tank is empty. Min fuel level is 0 gallons.")
	}
	s.fuelLevel = level
	return py.One(py.Str("fuelLevel"), level)
}

func (s *State) lockDoors(args []py.Value) py.Value {
	status, by := locked, int64(-1)
	if py.Truth(args[0]) {
		status, by = unlocked, 1
	}
	for _, door := range py.Iter(args[1]) { // those before an unknown door stay changed
		if py.EqualStr(s.doorStatus.MustGet(door), string(status)) {
			continue
		}
		s.doorStatus = s.doorStatus.Own(s.owner)
		if status == locked {
			s.doorStatus.Set(door, py.Str("locked"))
		} else {
			s.doorStatus.Set(door, py.Str("unlocked"))
		}
		s.unlockedDoors += by
	}
	return py.Of(
		py.KV(py.Str("lockStatus"), status),
		py.KV(py.Str("remainingUnlockedDoors"), py.Int(s.unlockedDoors)),
	)
}

func (s *State) pressBrakePedal(args []py.Value) py.Value {
	position := args[0]
	if !py.LessEqual(py.Int(0), position) || !py.LessEqual(position, py.Int(1)) {
		return failed("Pedal position must be between 0 and 1.")
	}
	if py.Equal(position, py.Int(0)) {
		return s.releaseBrakePedal(nil)
	}
	force := py.Mul(position, pedalNewtons)
	s.brakePedal = py.Str("pressed")
	s.brakeForce = force
	return py.Of(
		py.KV(py.Str("brakePedalStatus"), py.Str("pressed")),
		py.KV(py.Str("brakePedalForce"), py.FloatOf(force)),
	)
}

func (s *State) releaseBrakePedal([]py.Value) py.Value {
	s.brakePedal = released
	s.brakeForce = py.Float(0)
	return py.Of(
		py.KV(py.Str("brakePedalStatus"), released),
		py.KV(py.Str("brakePedalForce"), py.Float(0)),
	)
}

func (s *State) activateParkingBrake(args []py.Value) py.Value {
	switch {
	case py.EqualStr(args[0], "engage"):
		s.parkingBrake = py.Str("engaged")
		s.parkingForce = py.Float(500)
	case py.EqualStr(args[0], "release"):
		s.parkingBrake = released
		s.parkingForce = py.Float(0)
	default:
		return failed("Invalid mode")
	}
	s.slopeAngle = py.Float(10) // released or not
	status := py.KV(py.Str("parkingBrakeStatus"), s.parkingBrake)
	force := py.KV(py.Str("_parkingBrakeForce"), s.parkingForce)
	slope := py.KV(py.Str("_slopeAngle"), s.slopeAngle)
	if s.long != nil {
		return py.Of(py.KV(py.Str("parkingBrakeInstruction"), s.literal("PARKING_BRAKE_INSTRUCTION")), status, force, slope)
	}
	return py.Of(status, force, slope)
}

// literal returns a literal of the long context.
func (s *State) literal(name string) py.Value { return s.long.Or(name, py.None{}) }

func (s *State) setCruiseControl(args []py.Value) py.Value {
	distance := py.FloatOf(args[2])
	speed := py.FloatOf(args[0])
	if py.EqualStr(s.engineState, "stopped") {
		return failed("Start the engine before activating the cruise control.")
	}
	s.nextVehicle = distance
	status := py.Str("inactive")
	if py.Truth(args[1]) {
		if speed < 0 || speed > 120 || math.Mod(float64(speed), 5) != 0 { // NaN: the last one
			return failed("Invalid speed")
		}
		status = "active"
	}
	s.cruiseStatus = status
	return py.Of(
		py.KV(py.Str("cruiseStatus"), s.cruiseStatus),
		py.KV(py.Str("currentSpeed"), speed),
		py.KV(py.Str("distanceToNextVehicle"), s.nextVehicle),
	)
}

func (s *State) getCurrentSpeed([]py.Value) py.Value {
	return py.One(py.Str("currentSpeed"), s.uniform(0, 120))
}

func (s *State) uniform(a, b float64) py.Value {
	s.random = s.random.Own(s.owner)
	return py.Float(s.random.Uniform(a, b))
}
