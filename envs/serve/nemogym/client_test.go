package nemogym

import (
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"stepgym/envs/alfworld"
	"stepgym/envs/envtest/toy"
	"stepgym/envs/serve/servetest"
	"stepgym/envs/serve/session"
	"stepgym/internal/pyvenv"
)

// python is the environment with NeMo Gym 0.4.0's agents. The package wants
// Python 3.12 and much that the agents do not use, hence the flags.
func python(t *testing.T) *pyvenv.Venv {
	v := pyvenv.Open(t, "openai==2.7.2", "pydantic==2.14.4", "fastapi==0.165.0", "aiohttp==3.14.5", "omegaconf==2.3.1", "hydra-core==1.3.8", "orjson==3.13.0",
		"itsdangerous==2.2.0", "uvicorn==0.54.0", "mcp==1.30.0", "tqdm==4.70.1", "devtools==0.13.0", "rich==15.0.0", "psutil==7.2.2", "requests==2.34.2",
		"pandas==3.1.1", "python-multipart==0.0.34")
	return v.With(t, "--ignore-requires-python", "nemo-gym==0.4.0")
}

// TestAgents runs the agents.
func TestAgents(t *testing.T) {
	v := python(t)
	r := new(servetest.Recorder)
	host, h := newHandler(t, session.Options{Recorder: r}, world{toy.New()})
	srv := httptest.NewServer(h)
	defer srv.Close()
	t.Logf("%s", v.Run(t, "testdata/agents.py", strings.TrimPrefix(srv.URL, "http://127.0.0.1:")+"/nemo/toy"))
	if len(r.All()) != 10 {
		t.Errorf("%d episodes were recorded", len(r.All()))
	}
	for _, i := range host.List("", session.Filter{}) {
		if i.State != session.StateDone { // of those the agent of this version closes none
			t.Errorf("a session was left: %+v", i)
		}
	}
}

// TestDocumented runs the code of the page on this protocol.
func TestDocumented(t *testing.T) {
	v := python(t)
	house, err := alfworld.Open(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer house.Close()
	_, h := newHandler(t, session.Options{}, house)
	srv := httptest.NewServer(h)
	defer srv.Close()
	b, err := os.ReadFile("../../../docs/serve/nemogym.md")
	if err != nil {
		t.Fatal(err)
	}
	_, code, ok := strings.Cut(string(b), "```python\n")
	if !ok {
		t.Fatal("the page has no code")
	}
	code, _, _ = strings.Cut(code, "```")
	t.Logf("%s", v.Run(t, "-c", strings.ReplaceAll(code, "http://127.0.0.1:8080", srv.URL)))
}
