package tau

import (
	"crypto/sha256"
	"encoding/hex"
	"math/rand/v2"
	"testing"

	"stepgym/envs/toolcall/py"
)

// slowHash writes out all tables as they are and hashes that: the slow twin of
// Hash.
func slowHash(s *State) string {
	all := py.NewDict(nil, 3)
	for _, a := range s.AppendAttrs(nil) {
		all.SetStr(a.Name, a.Value)
	}
	sum := sha256.Sum256(appendHashable(nil, all))
	return hex.EncodeToString(sum[:])
}

// TestRandomWalks plays random writes with forks in between, and compares Hash
// with its slow twin, and Same with equality of hashes.
func TestRandomWalks(t *testing.T) {
	for _, domain := range Domains() {
		d, err := Load("testdata/mini", domain)
		if err != nil {
			t.Fatal(err)
		}
		rng := rand.New(rand.NewPCG(1, 2))
		first := slowHash(d.State())
		var sessions []*Session
		equal, different := 0, 0
		for range 60 {
			s := d.Begin(d.Tasks("test")[0])
			if len(sessions) > 0 && rng.IntN(3) == 0 {
				s = sessions[rng.IntN(len(sessions))].Fork()
			}
			for range rng.IntN(5) {
				name, kwargs := randomWrite(rng, domain)
				s.Call(name, kwargs)
			}
			sessions = append(sessions, s)
		}
		for _, a := range sessions {
			hash := slowHash(a.State())
			if got := a.Hash(); got != hash {
				t.Fatalf("%s: hash is %s, want %s", domain, got, hash)
			}
			for _, b := range sessions {
				want := hash == b.Hash()
				if got := a.State().Same(b.State()); got != want {
					t.Fatalf("%s: Same is %v, want %v", domain, got, want)
				}
				if want {
					equal++
				} else {
					different++
				}
			}
		}
		if equal <= len(sessions) || different == 0 {
			t.Errorf("%s: %d pairs are equal and %d different: not enough of both", domain, equal, different)
		}
		if slowHash(d.State()) != first || d.State().Hash() != first {
			t.Errorf("%s: the data has changed", domain)
		}
	}
}

func randomWrite(rng *rand.Rand, domain string) (name string, kwargs *py.Dict) {
	pick := func(texts ...string) py.Value { return py.Str(texts[rng.IntN(len(texts))]) }
	if domain == Airline {
		if rng.IntN(2) == 0 {
			return "send_certificate", py.D("user_id", pick("cy_fern_3"), "amount", py.Int(rng.IntN(2)))
		}
		return "update_reservation_baggages", py.D("reservation_id", pick("RES001"), "total_baggages", py.Int(rng.IntN(2)),
			"nonfree_baggages", py.Int(rng.IntN(2)), "payment_id", pick("gift_card_3", "credit_card_3"))
	}
	if rng.IntN(2) == 0 {
		return "cancel_pending_order", py.D("order_id", pick("#W1", "#W3"), "reason", pick("no longer needed", "ordered by mistake"))
	}
	return "modify_pending_order_items", py.D("order_id", pick("#W1", "#W3"), "item_ids", py.NewList(pick("11", "21")),
		"new_item_ids", py.NewList(pick("12", "22")), "payment_method_id", pick("gift_card_1", "credit_card_1"))
}
