package nemogym

import (
	"net/http"

	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
)

// fault is what is wrong with a part of a body, in the words of the validator
// that NeMo Gym's servers use.
type fault struct {
	Type string   `json:"type"`
	Loc  []string `json:"loc"`
	Msg  string   `json:"msg"`
}

// writeFaults answers with what is wrong with a body.
func writeFaults(w http.ResponseWriter, faults []fault) {
	serve.WriteJSON(w, http.StatusUnprocessableEntity, map[string][]fault{"detail": faults})
}

// writeError answers with {"detail": ...}. NeMo Gym's agents let a rollout fail
// on any status of an error, so that what the environment did wrong is no sample
// with a reward of 0.
func writeError(w http.ResponseWriter, err error) {
	serve.SetRetry(w.Header(), err)
	serve.WriteJSON(w, serve.Status(err), map[string]string{"detail": session.AsError(err).Message})
}
