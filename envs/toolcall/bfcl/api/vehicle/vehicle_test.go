package vehicle_test

import (
	"fmt"
	"testing"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/bfcl/api/apitest"
	"stepgym/envs/toolcall/bfcl/api/internal/classes"
	"stepgym/envs/toolcall/bfcl/api/vehicle"
	"stepgym/envs/toolcall/py"
)

var subject = apitest.Subject{Class: vehicle.Class(), Load: vehicle.Load}

func TestGolden(t *testing.T) { apitest.Golden(t, subject, "testdata/golden.jsonl", 680) }

func TestRecorded(t *testing.T) { apitest.Recorded(t, "VehicleControlAPI", classes.All(), 5863) }

func TestIsolation(t *testing.T) { apitest.Isolation(t, subject, ready, changes) }

// ready is a car whose doors are locked, with its brake pressed.
func ready() toolcall.State {
	return vehicle.Load(py.D("random_seed", py.Int(7), "fuelLevel", py.Float(12.5), "brakePedalStatus", py.Str("pressed"),
		"brakePedalForce", py.Float(1000), "doorStatus", py.D("driver", py.Str("locked"), "passenger", py.Str("unlocked"))), nil)
}

// The original keeps the temperature in a dict of its module.
func TestWeatherStaysInItsEpisode(t *testing.T) {
	long := py.D("LONG_WEATHER_EXTENSION", py.D("monday", py.Int(1)))
	before := py.Repr(long)
	kit := toolcall.NewKit(vehicle.Class())
	first := kit.New([]toolcall.State{vehicle.Load(py.D("random_seed", py.Int(1)), long)})
	got := first.Run("get_outside_temperature_from_google()").Text
	second := kit.New([]toolcall.State{vehicle.Load(py.D("random_seed", py.Int(1)), long)})
	if again := second.Run("get_outside_temperature_from_google()").Text; again != got {
		t.Errorf("got %s in a second episode, want %s", again, got)
	}
	if after := py.Repr(long); after != before {
		t.Errorf("the long context became %s, want %s", after, before)
	}
}

// A scenario that is no dict of doors raises.
func TestLoadRaises(t *testing.T) {
	_, e := py.Try(func() py.Value { vehicle.Load(py.D("doorStatus", py.Str("shut")), nil); return nil })
	if got, want := fmt.Sprint(e), "AttributeError: 'str' object has no attribute 'keys'"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

var changes = []string{
	"fillFuelTank(2)",
	"lockDoors(unlock=False, door=['passenger'])",
	"get_current_speed()",
	"startEngine('START')",
	"lockDoors(unlock=True, door=['driver', 'passenger'])",
	"set_navigation('Mill Lane')",
	"adjustClimateControl(70, 'fahrenheit', 30, 'cool')",
	"activateParkingBrake('engage')",
	"setCruiseControl(50, True, 20)",
	"displayCarStatus('doors')",
	"releaseBrakePedal()",
	"setHeadlights('on')",
}

func FuzzCalls(f *testing.F) {
	f.Add(`{"doorStatus": {"driver": "locked"}, "brakePedalStatus": "pressed", "brakePedalForce": 1000, "fuelLevel": [1]}`,
		"startEngine('START')\nfillFuelTank([2])\nlockDoors(True, 'ab')\nlockDoors(False, ['driver', 3])", false)
	f.Add(`{"fuelLevel": 1e999, "random_seed": null, "doorStatus": {}}`, "setCruiseControl(1e999, 1, True)\npressBrakePedal(0.0)\ncheck_tire_pressure()", true)
	f.Add(`{"frontLeftTirePressure": "a", "engineState": 3}`, "check_tire_pressure()\nset_navigation(['x'])\nadjustClimateControl('x', 'fahrenheit')", true)
	apitest.FuzzCalls(f, subject, py.D("LONG_WEATHER_EXTENSION", py.D("monday", py.Int(1)), "INTERMEDIARY_CITIES", py.NewList()))
}

func BenchmarkCopy(b *testing.B) { apitest.BenchmarkCopy(b, ready()) }

func BenchmarkCalls(b *testing.B) {
	apitest.BenchmarkCalls(b, subject, ready(),
		"startEngine(ignitionMode='START')",
		"fillFuelTank(fuelAmount=0.0)",
		"pressBrakePedal(pedalPosition=1.0)",
		"lockDoors(unlock=True, door=['driver', 'passenger'])",
		"estimate_distance(cityA='74532', cityB='94016')",
		"displayCarStatus(option='climate')",
		"check_tire_pressure()")
}
