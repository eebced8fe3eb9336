package vehicle

import "stepgym/envs/toolcall/py"

func (s *State) adjustClimateControl(args []py.Value) py.Value {
	temperature, unit, speed, mode := args[0], args[1], args[2], args[3]
	if !py.LessEqual(py.Int(0), speed) || !py.LessEqual(speed, py.Int(100)) {
		return failed("Fan speed must be between 0 and 100.")
	}
	kept := py.Frozen(temperature)
	s.acTemperature = kept
	if py.EqualStr(unit, "fahrenheit") { // where this raises, the temperature stays as it was given
		s.acTemperature = py.Div(py.Mul(py.Sub(temperature, py.Int(32)), py.Int(5)), py.Int(9))
	}
	s.fanSpeed = py.Frozen(speed)
	s.acMode = py.Frozen(mode)
	return py.Of(
		py.KV(py.Str("currentACTemperature"), kept),
		py.KV(py.Str("climateMode"), s.acMode),
		py.KV(py.Str("humidityLevel"), s.humidityLevel),
	)
}

func (s *State) outsideTemperatureGoogle([]py.Value) py.Value {
	key := py.Str("outsideTemperature")
	if s.long == nil {
		return py.One(key, s.uniform(-10, 40))
	}
	t := s.uniform(-10, 40)
	weather, ok := s.literal("LONG_WEATHER_EXTENSION").(*py.Dict)
	if !ok {
		return py.One(key, t)
	}
	weather = weather.Copy()
	weather.Set(key, t)
	return weather
}

func (s *State) outsideTemperatureWeather([]py.Value) py.Value { return py.One(keyError, py.Int(404)) }

func (s *State) setHeadlights(args []py.Value) py.Value {
	switch {
	case py.EqualStr(args[0], "on"):
		s.headLights = py.Str("on")
	case py.EqualStr(args[0], "off"), py.EqualStr(args[0], "auto"):
		s.headLights = py.Str("off")
	default:
		return failed("Invalid headlight mode.")
	}
	return py.One(py.Str("headlightStatus"), s.headLights)
}

func (s *State) displayCarStatus(args []py.Value) py.Value {
	var room [5]py.Pair
	items := room[:0]
	if s.long != nil {
		items = append(items, py.KV(py.Str("metadata"), s.literal("CAR_STATUS_METADATA_EXTENSION")))
	}
	option, _ := args[0].(py.Str)
	switch option {
	case "fuel":
		items = append(items, py.KV(py.Str("fuelLevel"), s.fuelLevel))
	case "battery":
		items = append(items, py.KV(py.Str("batteryVoltage"), s.batteryVoltage))
	case "doors":
		items = append(items, py.KV(py.Str("doorStatus"), s.doorStatus))
	case "climate":
		items = append(items, py.KV(py.Str("currentACTemperature"), s.acTemperature), py.KV(py.Str("fanSpeed"), s.fanSpeed), py.KV(py.Str("climateMode"), s.acMode), py.KV(py.Str("humidityLevel"), s.humidityLevel))
	case "headlights":
		items = append(items, py.KV(py.Str("headlightStatus"), s.headLights))
	case "parkingBrake":
		items = append(items, py.KV(py.Str("parkingBrakeStatus"), s.parkingBrake), py.KV(py.Str("parkingBrakeForce"), s.parkingForce), py.KV(py.Str("slopeAngle"), s.slopeAngle))
	case "brakePedal":
		items = append(items, py.KV(py.Str("brakePedalStatus"), s.brakePedal), py.KV(py.Str("brakePedalForce"), s.brakeForce))
	case "engine":
		items = append(items, py.KV(py.Str("engineState"), s.engineState))
	default:
		items = append(items, py.KV(keyError, py.Str("Invalid option")))
	}
	return py.Of(items...)
}

func (s *State) displayLog(args []py.Value) py.Value {
	return py.One(py.Str("log"), args[0])
}

func (s *State) checkTirePressure([]py.Value) py.Value {
	sum := py.Add(py.Add(py.Add(s.tires[0], s.tires[1]), s.tires[2]), s.tires[3])
	mean := py.Div(sum, py.Int(4))
	healthy := py.LessEqual(py.Int(30), mean) && py.LessEqual(mean, py.Int(35))
	info := py.Value(py.Of())
	if s.long != nil {
		info = s.literal("CAR_STATUS_METADATA_EXTENSION")
	}
	return py.Of(
		py.KV(py.Str("frontLeftTirePressure"), s.tires[0]),
		py.KV(py.Str("frontRightTirePressure"), s.tires[1]),
		py.KV(py.Str("rearLeftTirePressure"), s.tires[2]),
		py.KV(py.Str("rearRightTirePressure"), s.tires[3]),
		py.KV(py.Str("healthy_tire_pressure"), py.Bool(healthy)),
		py.KV(py.Str("car_info"), info),
	)
}

func (s *State) findNearestTireShop([]py.Value) py.Value {
	return py.One(py.Str("shopLocation"), py.Str("456 Oakwood Avenue, Rivermist, 83214"))
}
