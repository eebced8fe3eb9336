package vehicle_test

import (
	"fmt"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/bfcl/api/vehicle"
	"stepgym/envs/toolcall/py"
)

func ExampleClass() {
	kit := toolcall.NewKit(vehicle.Class())
	prototype := vehicle.Load(py.D("fuelLevel", py.Float(12.5)), nil)
	x := kit.New([]toolcall.State{prototype})
	fmt.Println(x.Run("fillFuelTank(fuelAmount=10)").Text)
	fmt.Println(x.Run("fillFuelTank(fuelAmount='much')").Text)
	// Output:
	// {"fuelLevel": 22.5}
	// Error during execution: '<' not supported between instances of 'str' and 'int'
}
