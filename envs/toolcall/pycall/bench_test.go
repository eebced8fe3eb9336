package pycall

import "testing"

func BenchmarkParse(b *testing.B) {
	for _, bb := range []struct{ name, src string }{
		{"typical", "place_order(order_type='Buy',symbol='AAPL',price=227.16,amount=100)"},
		{"none", "pwd()"},
		{"list", "mean(numbers=[1, 2.5, 3, 4])"},
		{"escapes", `echo(content="it\'s", file_name='a.txt')`},
		{"wrong", "place_order(order_type='Buy',symbol='AAPL' price=227.16)"},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Parse(bb.src)
			}
		})
	}
}

func BenchmarkRewrite(b *testing.B) {
	const src = "send_message(receiver_id='BD7', message='hello (there)')"
	b.Run("rewrite", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			Rewrite(src, instance)
		}
	})
	b.Run("plain", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			Plain(src)
		}
	})
}
