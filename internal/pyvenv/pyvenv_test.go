package pyvenv

import (
	"strings"
	"testing"
)

func TestVenv(t *testing.T) {
	v := Open(t, "wheel==0.45.1")
	if got := v.Run(t, "-c", "import wheel, sys; print(wheel.__version__, *sys.argv[1:])", "a"); strings.TrimSpace(got) != "0.45.1 a" {
		t.Errorf("the environment says %q", got)
	}
	w := v.With(t, "wheel==0.44.0")
	if got := w.Run(t, "-c", "import wheel; print(wheel.__version__)"); strings.TrimSpace(got) != "0.44.0" {
		t.Errorf("with another version it says %q", got)
	}
}
