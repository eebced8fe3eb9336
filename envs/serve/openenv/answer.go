package openenv

import (
	"errors"

	"stepgym/envs"
	"stepgym/envs/serve/session"
)

// answer appends the answer to a frame to out. There is none if the client
// closes the session. how is set where the socket is to be closed after it.
func (s *socket) answer(out []byte, frame string) (_ []byte, how *leaving) {
	m, r := parse(frame)
	if r != nil {
		return appendRefusal(out, r), nil
	}
	var err error
	switch m.kind {
	case typeStep:
		out, err = s.step(out, m)
	case typeReset:
		out, err = s.reset(out, m)
	case typeState:
		out, err = s.state(out)
	case typeMCP:
		out = append(append(out, `{"type":"mcp","data":`...), s.place.callOn(s.ctx, m.data, s.session)...)
		out = append(out, '}')
	case typeClose:
		if s.link.owned {
			s.place.end(s.ctx, s.session)
		}
		return out, &byClient
	}
	switch {
	case err == nil:
		return out, nil
	case errors.Is(err, session.ErrDraining):
		return appendError(out, err, codeSession), &byServer
	case errors.Is(err, session.ErrGone):
		return appendError(out, err, codeSession), &byClient
	}
	return appendError(out, err, codeExecution), nil
}

func (s *socket) step(out []byte, m message) ([]byte, error) {
	d, faults := parseAction(m.data)
	if len(faults) > 0 {
		return appendRefusal(out, invalid(faults...)), nil
	}
	if d.tool.Exists() {
		return s.useTool(out, d.tool)
	}
	a, err := s.session.Step(s.ctx, envs.Action{Text: d.text}, d.id)
	if err != nil {
		return out, err
	}
	var meta [256]byte
	return appendObservation(out, &a, false, appendEnd(meta[:0], &a)), nil
}

// state waits for a step that another socket left running.
func (s *socket) state(out []byte) ([]byte, error) {
	if _, err := s.session.Renew(s.ctx, 0); err != nil {
		return out, err
	}
	i := s.session.Info()
	return append(appendState(append(out, `{"type":"state","data":`...), &i, s.link.named()), '}'), nil
}

func (s *socket) reset(out []byte, m message) ([]byte, error) {
	start, faults := parseStart(m.data)
	if len(faults) > 0 {
		return appendRefusal(out, invalid(faults...)), nil
	}
	a, err := s.session.Reset(s.ctx, start)
	if err != nil {
		return out, err
	}
	s.link.name(start.Client)
	i := s.session.Info()
	return appendObservation(out, &a, true, appendStart(nil, &i, s.session.ID())), nil
}
