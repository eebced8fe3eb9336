// Package viewertest looks at the viewer's pages as people do: in a browser. It
// finds a Chromium, opens pages in it, and reports what a person with the
// console open would see: errors, requests that leave the machine, text too
// faint to read, controls without a name.
//
// It is for tests, of the viewer and of programs that serve it, and is not part
// of the program.
package viewertest

import (
	"errors"
	"os"
	"os/exec"
	"testing"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/launcher"

	"stepgym/internal/testdata"
)

// Find returns the path of a Chromium, from $GYM_BROWSER or where systems have
// it, the headless shell first: it starts four times as fast.
func Find() (string, error) {
	if path := os.Getenv("GYM_BROWSER"); path != "" {
		return exec.LookPath(path)
	}
	for _, name := range []string{
		"/usr/lib/chromium/chromium-headless-shell", "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable", "google-chrome",
	} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("no Chromium was found: install chromium-headless-shell, or name one in GYM_BROWSER")
}

// Browser is a running browser.
type Browser struct{ browser *rod.Browser }

// Open starts a browser that ends with the test. Without one the test is
// skipped, or fails where GYM_REQUIRE has "browser"; where it has not, short
// tests do without. It reaches this machine alone.
func Open(t testing.TB) *Browser {
	t.Helper()
	if testing.Short() && !testdata.Required("browser") {
		t.Skip("short tests start no browser; GYM_REQUIRE=browser has them do so")
	}
	path, err := Find()
	if err != nil {
		testdata.Missing(t, "browser", err.Error())
	}
	l := launcher.New().Bin(path).Headless(true).NoSandbox(os.Geteuid() == 0).UserDataDir(t.TempDir()).
		Set("disable-gpu").Set("disable-dev-shm-usage").Set("hide-scrollbars").
		Set("host-resolver-rules", "MAP * ~NOTFOUND , EXCLUDE 127.0.0.1")
	url, err := l.Launch()
	if err != nil {
		t.Fatalf("viewertest: start %s: %v", path, err)
	}
	b := rod.New().ControlURL(url)
	if err := b.Connect(); err != nil {
		l.Kill()
		t.Fatalf("viewertest: connect to %s: %v", path, err)
	}
	t.Cleanup(func() {
		_ = b.Close() // Kill ends what does not want to
		l.Kill()
	})
	return &Browser{b}
}
