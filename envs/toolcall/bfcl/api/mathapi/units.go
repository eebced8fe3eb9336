package mathapi

import "stepgym/envs/toolcall/py"

// unsupported is the refusal of a conversion.
func unsupported(in, out py.Value) py.Value {
	return failed("Conversion from '" + py.Format(in) + "' to '" + py.Format(out) + "' is not supported")
}

// metres returns what a unit of length is in metres; nil if there is none. It
// raises TypeError for what cannot be looked up in a dict.
func metres(unit py.Value) py.Value {
	s, ok := unit.(py.Str)
	if !ok {
		py.CheckHash(unit)
		return nil
	}
	switch s {
	case "km":
		return py.Int(1000)
	case "m":
		return py.Int(1)
	case "cm":
		return py.Float(0.01)
	case "mm":
		return py.Float(0.001)
	case "um":
		return py.Float(1e-6)
	case "nm":
		return py.Float(1e-9)
	}
	return nil
}

func convertSI(_ *State, args []py.Value) py.Value {
	value, in, out := args[0], args[1], args[2]
	if !py.IsNumber(value) {
		return failed(notNumber)
	}
	from := metres(in)
	if from == nil {
		return unsupported(in, out)
	}
	to := metres(out)
	if to == nil {
		return unsupported(in, out)
	}
	return instead("OverflowError", tooLarge, func() py.Value {
		return result(py.Mul(py.Mul(value, from), py.Div(py.Int(1), to))) // the reciprocal is rounded, as in the original
	})
}

// ratio returns by what a value is multiplied; ok is false for a conversion that
// is not known.
func ratio(in, out string) (r py.Float, ok bool) {
	switch in + "_to_" + out {
	case "cm_to_in":
		return 0.393701, true
	case "in_to_cm":
		return 2.54, true
	case "m_to_ft":
		return 3.28084, true
	case "ft_to_m":
		return 0.3048, true
	case "m_to_yd":
		return 1.09361, true
	case "yd_to_m":
		return 0.9144, true
	case "km_to_miles":
		return 0.621371, true
	case "miles_to_km":
		return 1.60934, true
	case "kg_to_lb":
		return 2.20462, true
	case "lb_to_kg":
		return 0.453592, true
	case "celsius_to_fahrenheit":
		return 1.8, true
	case "fahrenheit_to_celsius":
		return 5.0 / 9, true
	}
	return 0, false
}

func convertImperial(_ *State, args []py.Value) py.Value {
	value, in, out := args[0], args[1], args[2]
	if !py.IsNumber(value) {
		return failed(notNumber)
	}
	if py.Equal(in, out) {
		return result(value)
	}
	r, ok := ratio(py.Format(in), py.Format(out))
	if !ok {
		return unsupported(in, out)
	}
	return instead("OverflowError", tooLarge, func() py.Value {
		switch r {
		case 1.8:
			return result(py.Add(py.Mul(value, r), py.Int(32)))
		case 5.0 / 9:
			return result(py.Mul(py.Sub(value, py.Int(32)), r))
		}
		return result(py.Mul(value, r))
	})
}
