package scripted

import "testing"

func TestNamesStem(t *testing.T) {
	tests := []struct {
		text, attribute string
		want            bool
	}{
		{"100% cotton. Machine washable!", "machine wash", true},
		{"hand-wash only", "hand wash", true},
		{"water proofed panels", "water proofing panel", true},
		{"a washing machine", "machine wash", false},
		{"machine", "machine wash", false},
		{"a brushed cap", "rush", true}, // a substring, as the reward takes it
		{"", "machine wash", false},
	}
	for _, tt := range tests {
		if got := namesStem(tt.text, tt.attribute); got != tt.want {
			t.Errorf("namesStem(%q, %q) = %v, want %v", tt.text, tt.attribute, got, tt.want)
		}
	}
}
