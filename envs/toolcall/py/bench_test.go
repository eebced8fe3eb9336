package py

import "testing"

func order(i int) *Dict {
	return D("id", Int(i), "type", Str("Buy"), "symbol", Str("AAPL"), "price", Float(227.16), "amount", Int(100), "status", Str("Open"))
}

func orders(n int) *Dict {
	d := NewDict(nil, n)
	for i := range n {
		d.Set(Int(i), order(i))
	}
	return d
}

func BenchmarkDictGet(b *testing.B) {
	for name, n := range map[string]int{"small": 8, "large": 1000} {
		d := NewDict(nil, n)
		for i := range n {
			d.SetStr("key number "+ToStr(Int(i)), Int(i))
		}
		var key Value = Str("key number 5")
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, ok := d.Get(key); !ok {
					b.Fatal("not there")
				}
			}
		})
	}
}

func BenchmarkDictSet(b *testing.B) {
	o := new(Owner)
	d := orders(8).Own(o)
	var key, v Value = Int(5), Str("x")
	b.ReportAllocs()
	for b.Loop() {
		d.Set(key, v)
	}
}

func BenchmarkDictOwn(b *testing.B) {
	d, o := orders(100), new(Owner)
	b.ReportAllocs()
	for b.Loop() {
		d.Own(o)
	}
}

func BenchmarkMake(b *testing.B) {
	b.Run("D", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			D("order_id", Int(7), "status", Str("Open"), "price", Float(1.5))
		}
	})
	b.Run("Shape", func(b *testing.B) {
		shape := NewShape("order_id", "status", "price")
		b.ReportAllocs()
		for b.Loop() {
			shape.D(Int(7), Str("Open"), Float(1.5))
		}
	})
}

func BenchmarkEqual(b *testing.B) {
	x, y := orders(1000), orders(1000)
	b.ReportAllocs()
	for b.Loop() {
		if !Equal(x, y) {
			b.Fatal("they differ")
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	d := order(1)
	for name, f := range map[string]func([]byte) []byte{
		"JSON": func(out []byte) []byte { out, _ = AppendJSON(out, d); return out },
		"Repr": func(out []byte) []byte { return AppendRepr(out, d) },
	} {
		b.Run(name, func(b *testing.B) {
			var out []byte
			b.ReportAllocs()
			for b.Loop() {
				out = f(out[:0])
			}
		})
	}
}

func BenchmarkAdd(b *testing.B) {
	for name, args := range map[string][2]Value{"ints": {Int(1000), Int(2000)}, "floats": {Float(1.5), Float(2)}, "mixed": {Int(1000), Float(2)}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Add(args[0], args[1])
			}
		})
	}
}

func BenchmarkLess(b *testing.B) {
	var x, y Value = Float(99.5), Int(100)
	b.ReportAllocs()
	for b.Loop() {
		if !Less(x, y) {
			b.Fatal("not less")
		}
	}
}

func BenchmarkFromJSON(b *testing.B) {
	data, _ := AppendJSON(nil, orders(20))
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := FromJSON(data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPow(b *testing.B) {
	var x, y Value = Float(1.05), Float(9.5)
	b.ReportAllocs()
	for b.Loop() {
		Pow(x, y)
	}
}
