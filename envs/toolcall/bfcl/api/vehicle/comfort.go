package vehicle

import "stepgym/envs/toolcall/py"

func (s *State) adjustClimateControl(args []py.Value) py.Value {
	temperature, unit, speed, mode := args[0], args[1], args[2], args[3]
	if !py.LessEqual(py.Int(0), speed) || !py.LessEqual(speed, py.Int(100)) {
		return failed(py.Str("Fan speed must be between 0 and 100."))
	}
	kept := py.Frozen(temperature)
	s.acTemperature = kept
	if is(unit, "fahrenheit") { // where this raises, the temperature stays as it was given
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
		return one(key, s.uniform(-10, 40))
	}
	t := s.uniform(-10, 40)
	weather, ok := s.literal("LONG_WEATHER_EXTENSION").(*py.Dict)
	if !ok {
		return one(key, t)
	}
	weather = weather.Copy()
	weather.Set(key, t)
	return weather
}

func (s *State) outsideTemperatureWeather([]py.Value) py.Value { return failed(py.Int(404)) }

func (s *State) setHeadlights(args []py.Value) py.Value {
	switch {
	case is(args[0], "on"):
		s.headLights = py.Str("on")
	case is(args[0], "off"), is(args[0], "auto"):
		s.headLights = py.Str("off")
	default:
		return failed(py.Str("Invalid headlight mode."))
	}
	return one(py.Str("headlightStatus"), s.headLights)
}

func (s *State) displayCarStatus(args []py.Value) py.Value {
	status := py.NewDict(s.owner, 5)
	if s.long != nil {
		status.Set(py.Str("metadata"), s.literal("CAR_STATUS_METADATA_EXTENSION"))
	}
	option, _ := args[0].(py.Str)
	switch option {
	case "fuel":
		status.Set(py.Str("fuelLevel"), s.fuelLevel)
	case "battery":
		status.Set(py.Str("batteryVoltage"), s.batteryVoltage)
	case "doors":
		status.Set(py.Str("doorStatus"), s.doorStatus)
	case "climate":
		status.Set(py.Str("currentACTemperature"), s.acTemperature)
		status.Set(py.Str("fanSpeed"), s.fanSpeed)
		status.Set(py.Str("climateMode"), s.acMode)
		status.Set(py.Str("humidityLevel"), s.humidityLevel)
	case "headlights":
		status.Set(py.Str("headlightStatus"), s.headLights)
	case "parkingBrake":
		status.Set(py.Str("parkingBrakeStatus"), s.parkingBrake)
		status.Set(py.Str("parkingBrakeForce"), s.parkingForce)
		status.Set(py.Str("slopeAngle"), s.slopeAngle)
	case "brakePedal":
		status.Set(py.Str("brakePedalStatus"), s.brakePedal)
		status.Set(py.Str("brakePedalForce"), s.brakeForce)
	case "engine":
		status.Set(py.Str("engineState"), s.engineState)
	default:
		status.Set(py.Str("error"), py.Str("Invalid option"))
	}
	return status
}

func (s *State) displayLog(args []py.Value) py.Value {
	return one(py.Str("log"), args[0])
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
	return one(py.Str("shopLocation"), py.Str("456 Oakwood Avenue, Rivermist, 83214"))
}
