package setup

import (
	"regexp"
	"strconv"
	"strings"

	"stepgym/agent/internal/ort"
)

// platform is an operating system and a processor, in Go's names.
type platform struct{ os, arch string }

func (p platform) String() string { return p.os + "/" + p.arch }

var (
	versionText = regexp.MustCompile(`^\d+\.\d+\.\d+$`)
	inFileName  = regexp.MustCompile(`\d+\.\d+(\.\d+)?`)

	linuxLibrary   = regexp.MustCompile(`^libonnxruntime\.so(\.\d+)*$`)
	darwinLibrary  = regexp.MustCompile(`^libonnxruntime(\.\d+)*\.dylib$`)
	windowsLibrary = regexp.MustCompile(`^onnxruntime\.dll$`)
)

// isLibrary reports whether a file name is one of the runtime's main library.
func (p platform) isLibrary(name string) bool {
	switch p.os {
	case "windows":
		return windowsLibrary.MatchString(name)
	case "darwin":
		return darwinLibrary.MatchString(name)
	}
	return linuxLibrary.MatchString(name)
}

// isProvider reports whether a file name is one of the parts that the main
// library opens by itself, from its own folder.
func (p platform) isProvider(name string, cuda bool) bool {
	name = strings.TrimPrefix(name, "lib")
	base, extension, _ := strings.Cut(name, ".")
	if want := map[string]string{"windows": "dll", "darwin": "dylib"}[p.os]; extension != want && (want != "" || extension != "so") {
		return false
	}
	return base == "onnxruntime_providers_shared" || cuda && base == "onnxruntime_providers_cuda"
}

// tags returns the arguments by which pip picks the wheel for this platform,
// whatever Python it runs in. The library in it is the same for every Python.
// It is nil where pip's own choice has to do.
func (p platform) tags() []string {
	machine := map[string]string{"amd64": "x86_64", "arm64": "aarch64"}[p.arch]
	if p.os != "linux" || machine == "" {
		return nil
	}
	return []string{
		"--python-version", "3.12", "--implementation", "cp", "--abi", "cp312", "--abi", "none", "--abi", "abi3",
		"--platform", "manylinux_2_28_" + machine, "--platform", "manylinux_2_27_" + machine,
		"--platform", "manylinux2014_" + machine, "--platform", "manylinux_2_17_" + machine,
		"--platform", "manylinux_2_34_" + machine, // last: an older system cannot open what needs it
	}
}

// systemFolders lists where packages of the system put libraries.
func (p platform) systemFolders() []string {
	switch p.os {
	case "linux":
		folders := []string{"/usr/local/lib", "/usr/local/lib64", "/opt/onnxruntime/lib", "/usr/lib64", "/usr/lib"}
		if machine := map[string]string{"amd64": "x86_64", "arm64": "aarch64"}[p.arch]; machine != "" {
			folders = append(folders, "/usr/lib/"+machine+"-linux-gnu")
		}
		return folders
	case "darwin":
		return []string{"/opt/homebrew/lib", "/usr/local/lib"}
	}
	return nil
}

// versionInName returns the version that a library's file name ends in, or "".
func versionInName(name string) string { return inFileName.FindString(name) }

// tooOld reports whether a version is known and older than the binding needs.
func tooOld(version string) bool {
	major, rest, _ := strings.Cut(version, ".")
	minor, _, _ := strings.Cut(rest, ".")
	a, err1 := strconv.Atoi(major)
	b, err2 := strconv.Atoi(minor)
	return err1 == nil && err2 == nil && (a < 1 || a == 1 && b < ort.MinMinor)
}
