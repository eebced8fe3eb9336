package vehicle

import (
	"fmt"
	"sync"
	"testing"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/bfcl/api/internal/replay"
	"stepgym/envs/toolcall/py"
)

func text(s toolcall.State) string { return replay.Text(replay.State(s), false) }

// ready is a car whose doors are locked, with its brake pressed.
func ready() toolcall.State {
	return Load(py.D("random_seed", py.Int(7), "fuelLevel", py.Float(12.5), "brakePedalStatus", py.Str("pressed"),
		"brakePedalForce", py.Float(1000), "doorStatus", py.D("driver", py.Str("locked"), "passenger", py.Str("unlocked"))), nil)
}

func TestCopiesAreApart(t *testing.T) {
	kit := toolcall.NewKit(Class())
	prototype := ready()
	before := text(prototype)
	var group sync.WaitGroup
	for i := range 2 {
		group.Go(func() {
			for range 50 {
				x := kit.New([]toolcall.State{prototype})
				x.Run(fmt.Sprintf("fillFuelTank(%d)", i+1))
				x.Run("lockDoors(unlock=False, door=['passenger'])")
				x.Run("get_current_speed()")
				y := x.Fork()
				x.Run("lockDoors(unlock=True, door=['driver', 'passenger'])")
				y.Run("set_navigation('Mill Lane')")
				if got, want := x.Run("displayCarStatus('doors')").Text, `{"doorStatus": {"driver": "unlocked", "passenger": "unlocked"}}`; got != want {
					t.Errorf("origin: got %s, want %s", got, want)
				}
				if got, want := y.Run("displayCarStatus('doors')").Text, `{"doorStatus": {"driver": "locked", "passenger": "locked"}}`; got != want {
					t.Errorf("copy: got %s, want %s", got, want)
				}
				if x.Run("get_current_speed()").Text != y.Run("get_current_speed()").Text {
					t.Error("a copy does not draw the numbers that its origin draws")
				}
			}
		})
	}
	group.Wait()
	if after := text(prototype); after != before {
		t.Errorf("the prototype was changed:\n got %s\nwant %s", after, before)
	}
}

// The original keeps the temperature in a dict of its module.
func TestWeatherStaysInItsEpisode(t *testing.T) {
	long := py.D("LONG_WEATHER_EXTENSION", py.D("monday", py.Int(1)))
	before := py.Repr(long)
	kit := toolcall.NewKit(Class())
	first := kit.New([]toolcall.State{Load(py.D("random_seed", py.Int(1)), long)})
	got := first.Run("get_outside_temperature_from_google()").Text
	second := kit.New([]toolcall.State{Load(py.D("random_seed", py.Int(1)), long)})
	if again := second.Run("get_outside_temperature_from_google()").Text; again != got {
		t.Errorf("got %s in a second episode, want %s", again, got)
	}
	if after := py.Repr(long); after != before {
		t.Errorf("the long context became %s, want %s", after, before)
	}
}

// A scenario that is no dict of doors raises.
func TestLoadRaises(t *testing.T) {
	_, e := py.Try(func() py.Value { Load(py.D("doorStatus", py.Str("shut")), nil); return nil })
	if got, want := fmt.Sprint(e), "AttributeError: 'str' object has no attribute 'keys'"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func BenchmarkCopy(b *testing.B) {
	s, o := ready(), new(py.Owner)
	b.ReportAllocs()
	for b.Loop() {
		s.Copy(o)
	}
}

func BenchmarkCall(b *testing.B) {
	for _, call := range []string{
		"startEngine(ignitionMode='START')", "fillFuelTank(fuelAmount=0.0)", "pressBrakePedal(pedalPosition=1.0)",
		"lockDoors(unlock=True, door=['driver', 'passenger'])", "estimate_distance(cityA='74532', cityB='94016')",
		"displayCarStatus(option='climate')", "check_tire_pressure()",
	} {
		b.Run(call, func(b *testing.B) {
			x := toolcall.NewKit(Class()).New([]toolcall.State{ready()})
			b.ReportAllocs()
			for b.Loop() {
				x.Run(call)
			}
		})
	}
}
