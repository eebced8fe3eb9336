package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/internal/testdata"
)

// small is a header with every kind of declaration, written for this test.
const small = `
#pragma once
#define ORT_API_VERSION 7
/* struct OrtApi { not this one; } */
struct OrtApiBase { const OrtApi*(ORT_API_CALL* GetApi)(uint32_t version) NO_EXCEPTION; };
struct OrtApi {
  /** A comment; with a semicolon, and a brace } too. */
  OrtStatus*(ORT_API_CALL* CreateStatus)(OrtErrorCode code, _In_ const char* msg)NO_EXCEPTION ORT_ALL_ARGS_NONNULL;
  const char*(ORT_API_CALL* GetBuildInfoString)(void);  // another; comment
  ORT_API2_STATUS(CreateEnv, OrtLoggingLevel level,
                  _In_ const char* logid, _Outptr_ OrtEnv** out);
  ORT_CLASS_RELEASE(Env);
#ifdef _WIN32
  ORT_API_T(void, SetStream, _Inout_ OrtRunOptions* options);
#endif
  ORT_API2_STATUS(Last);
  void(ORT_API_CALL* ReleaseThing)(OrtThing* x);
};
`

func TestParseHeader(t *testing.T) {
	got, err := parseHeader(small)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"CreateStatus", "GetBuildInfoString", "CreateEnv", "ReleaseEnv", "SetStream", "Last", "ReleaseThing"}
	if diff := cmp.Diff(want, got.slots); diff != "" || got.version != 7 {
		t.Errorf("version %d, slots (-want +got):\n%s", got.version, diff)
	}
}

func TestParseHeaderRefuses(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"empty", "", "ORT_API_VERSION"},
		{"no struct", "#define ORT_API_VERSION 7\n", "struct OrtApi {"},
		{"not closed", "#define ORT_API_VERSION 7\nstruct OrtApi { int x;", "not closed"},
		{"strange member", strings.Replace(small, "ORT_CLASS_RELEASE(Env)", "int slots[3]", 1), `slot 3 of struct OrtApi: cannot read "int slots[3]"`},
		{"twice", strings.Replace(small, "(Last)", "(CreateEnv)", 1), "CreateEnv is there twice"},
		{"huge version", strings.Replace(small, "VERSION 7", "VERSION 99999999999999999999", 1), "out of range"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := parseHeader(test.text)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}

func TestGenerate(t *testing.T) {
	h, err := parseHeader(small)
	if err != nil {
		t.Fatal(err)
	}
	code, err := generate(h, []string{"Last", "CreateStatus"})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"apiVersion = 7\n", "apiCount   = 7\n", "fnCreateStatus = 0\n", "fnLast         = 5\n", `{fnLast, "Last"},`} {
		if !bytes.Contains(code, []byte(want)) {
			t.Errorf("no %q in:\n%s", want, code)
		}
	}
	if _, err := generate(h, []string{"Nothing"}); err == nil {
		t.Error("an unknown function was taken")
	}
	if _, err := generate(h, []string{"Last", "Last"}); err == nil {
		t.Error("a function was taken twice")
	}
}

func FuzzParseHeader(f *testing.F) {
	f.Add(small)
	f.Add("#define ORT_API_VERSION 1\nstruct OrtApi {};")
	f.Fuzz(func(t *testing.T, text string) {
		h, err := parseHeader(text)
		if err != nil {
			return
		}
		if _, err := generate(h, h.slots); err != nil {
			t.Errorf("what was parsed cannot be written: %v", err)
		}
	})
}

// TestSlots compares slots.go with the installed header.
func TestSlots(t *testing.T) {
	header := installedHeader(t)
	text, err := os.ReadFile(header)
	if err != nil {
		t.Fatal(err)
	}
	h, err := parseHeader(string(text))
	if err != nil {
		t.Fatal(err)
	}
	have, version := writtenSlots(t)
	if h.version < version {
		testdata.Missing(t, "onnx-header", fmt.Sprintf("%s is of version %d, slots.go of %d", header, h.version, version))
	}
	for name, slot := range have {
		if got := slices.Index(h.slots, name); got != slot {
			t.Errorf("%s is in slot %d of the header, and %d in slots.go", name, got, slot)
		}
	}
	if len(have) != len(used()) {
		t.Errorf("slots.go has %d functions, used lists %d: run gen", len(have), len(used()))
	}
}

// TestOffsets has a C compiler say where the functions are.
func TestOffsets(t *testing.T) {
	header := installedHeader(t)
	cc, err := exec.LookPath("cc")
	if err != nil {
		testdata.Missing(t, "onnx-header", "no C compiler: "+err.Error())
	}
	have, _ := writtenSlots(t)
	var program strings.Builder
	fmt.Fprintf(&program, "#include <stddef.h>\n#include <stdio.h>\n#include %q\nint main(void) {\n", header)
	for name := range have {
		fmt.Fprintf(&program, "printf(\"%s %%zu\\n\", offsetof(OrtApi, %s) / sizeof(void *));\n", name, name)
	}
	program.WriteString("return 0; }\n")
	dir := t.TempDir()
	source, binary := filepath.Join(dir, "offsets.c"), filepath.Join(dir, "offsets")
	if err := os.WriteFile(source, []byte(program.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), cc, "-o", binary, source).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	out, err := exec.CommandContext(t.Context(), binary).Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Fields(string(out))
	if len(lines) != 2*len(have) {
		t.Fatalf("%d words for %d functions", len(lines), len(have))
	}
	for i := 0; i < len(lines); i += 2 {
		if got, want := lines[i+1], strconv.Itoa(have[lines[i]]); got != want {
			t.Errorf("%s is in slot %s by offsetof, and %s in slots.go", lines[i], got, want)
		}
	}
	t.Logf("%d functions agree", len(have))
}

func installedHeader(t *testing.T) string {
	t.Helper()
	path := installed()
	if path == "" {
		testdata.Missing(t, "onnx-header", "there is no "+headerName+": install ONNX Runtime's development package or name the file in ORT_HEADER")
	}
	return path
}

// writtenSlots reads slots.go: the place of each function, and the API's version.
func writtenSlots(t *testing.T) (map[string]int, int) {
	t.Helper()
	code, err := os.ReadFile(filepath.Join("..", "slots.go"))
	if err != nil {
		t.Fatal(err)
	}
	slots := map[string]int{}
	for _, m := range regexp.MustCompile(`\tfn(\w+) += (\d+)\n`).FindAllSubmatch(code, -1) {
		slots[string(m[1])], _ = strconv.Atoi(string(m[2]))
	}
	m := regexp.MustCompile(`\tapiVersion += (\d+)\n`).FindSubmatch(code)
	if m == nil || len(slots) == 0 {
		t.Fatal("slots.go cannot be read")
	}
	version, _ := strconv.Atoi(string(m[1]))
	return slots, version
}
