package setup

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// installer is a way to call pip.
type installer struct {
	command []string // the program and its first arguments
	folder  string   // to run in: Python would import modules from the user's
}

func (i installer) String() string { return strings.Join(i.command, " ") }

// installers lists the ways to call pip, the preferred ones first. uv has no
// download command of its own and runs pip.
func installers(folder string) []installer {
	return []installer{
		{[]string{"python3", "-m", "pip"}, folder},
		{[]string{"python", "-m", "pip"}, folder},
		{[]string{"pip3"}, folder},
		{[]string{"pip"}, folder},
		{[]string{"uv", "tool", "run", "pip"}, folder},
	}
}

// findInstaller returns the first installer that answers. It runs in folder,
// which is absolute and empty.
func findInstaller(ctx context.Context, folder string) (installer, error) {
	var tried []string
	for _, i := range installers(folder) {
		if _, err := exec.LookPath(i.command[0]); err != nil {
			continue
		}
		if err := i.run(ctx, io.Discard, "--version"); err == nil {
			return i, nil
		}
		if ctx.Err() != nil {
			return installer{}, fmt.Errorf("setup: %w", context.Cause(ctx))
		}
		tried = append(tried, i.String())
	}
	why := "there is no python3, pip or uv on PATH"
	if tried != nil {
		why = "none of these answers: " + strings.Join(tried, ", ")
	}
	return installer{}, fmt.Errorf("setup: no Python package manager: %s: install one (on Debian and Ubuntu: apt-get install python3-pip)", why)
}

// run calls pip and copies what it writes, on either stream, to out.
func (i installer) run(ctx context.Context, out io.Writer, args ...string) error {
	cmd := exec.CommandContext(ctx, i.command[0], append(i.command[1:len(i.command):len(i.command)], args...)...)
	cmd.Dir = i.folder
	cmd.Env = append(os.Environ(), "PIP_REQUIRE_VIRTUALENV=0") // it installs nothing
	cmd.Stdout, cmd.Stderr = out, out
	cmd.WaitDelay = 5 * time.Second
	err := cmd.Run()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// download has pip fetch the wheels of the requirements, and returns their
// paths. It asks for the wheels of this platform first, and then leaves the
// choice to pip.
func (i installer) download(ctx context.Context, here platform, requirements []string, report func(string)) ([]string, error) {
	attempts := [][]string{here.tags(), nil}
	if attempts[0] == nil {
		attempts = attempts[1:]
	}
	var failed error
	for n, tags := range attempts {
		folder := filepath.Join(i.folder, fmt.Sprint("attempt", n))
		args := append(downloadArgs(folder), tags...)
		lines := &lastLines{report: report}
		err := i.run(ctx, lines, append(args, requirements...)...)
		lines.flush()
		if err == nil {
			return filepath.Glob(filepath.Join(folder, "*.whl"))
		}
		if ctx.Err() != nil {
			return nil, fmt.Errorf("setup: %w", context.Cause(ctx))
		}
		failed = fmt.Errorf("setup: %s download: %w: %s", i, err, lines)
	}
	return nil, failed
}

// downloadArgs are pip's arguments to put wheels, and only wheels, into folder.
func downloadArgs(folder string) []string {
	return []string{"download", "--no-deps", "--only-binary=:all:", "--no-input", "--disable-pip-version-check", "--progress-bar=off", "-d", folder}
}

// lastLines hands each line written to it on, and keeps the last few for errors.
type lastLines struct {
	report func(string)
	rest   []byte
	last   []string
}

// Write implements io.Writer.
func (l *lastLines) Write(p []byte) (int, error) {
	l.rest = append(l.rest, p...)
	for {
		n, line, err := bufio.ScanLines(l.rest, false)
		if err != nil || n == 0 {
			return len(p), nil
		}
		l.add(string(line))
		l.rest = l.rest[n:]
	}
}

func (l *lastLines) flush() {
	l.add(string(l.rest))
	l.rest = nil
}

func (l *lastLines) add(line string) {
	line = strings.TrimSpace(line)
	if line == "" {
		return
	}
	if l.report != nil {
		l.report(line)
	}
	const most = 4
	l.last = append(l.last, line)
	l.last = l.last[max(0, len(l.last)-most):]
}

// String returns the last lines in one.
func (l *lastLines) String() string { return strings.Join(l.last, "; ") }

// byHand says how a person can do what a failed fetch could not.
func byHand(o Options, requirements []string) error {
	flag := ""
	if o.cuda() {
		flag = " --cuda"
	}
	return fmt.Errorf("by hand: python3 -m pip download --no-deps --only-binary=:all: -d DIR %s (on any machine with a network), then gym setup%s --wheel DIR/FILE.whl; or set GYM_ORT_LIB to the path of a library that you have",
		strings.Join(requirements, " "), flag)
}

// sweep removes what killed fetches left in the cache. The caller has the lock.
func sweep(cache string) error {
	entries, err := os.ReadDir(cache)
	if err != nil {
		return err
	}
	var errs error
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), stagePrefix) {
			errs = errors.Join(errs, os.RemoveAll(filepath.Join(cache, e.Name())))
		}
	}
	return errs
}
