package desk

import (
	"net/http"
	"strings"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/desk"
)

// The acts of a session as JSON: the same store calls as the forms.

// SessionOut is a session after an act. While it is counted by hand no figure
// of the book is in it (blind count); Counted tells how the count went.
type SessionOut struct {
	ID      string              `json:"id"`
	State   models.SessionState `json:"state"`
	Counted string              `json:"counted,omitempty"` // equal, differs, explained
}

// OpenIn opens a session.
type OpenIn struct {
	Crew     []string          `json:"crew"`               // person ids, the lead first
	Witness  string            `json:"witness"`            // who saw the containers empty too
	Checks   map[string]string `json:"checks"`             // checklist key → value, "" for a tick
	Stock    map[string]int    `json:"stock"`              // material item → units
	Override string            `json:"override,omitempty"` // a lead's reason for opening with lines missing
}

// ShutIn closes the doors.
type ShutIn struct {
	InLine int `json:"in_line"`
}

// HandCountIn is a blind count: "<election>/<kind>" → envelopes.
type HandCountIn struct {
	Counts map[string]int `json:"counts"`
}

// CloseIn signs a session off. The second person confirms with card or login and PIN.
type CloseIn struct {
	Left         map[string]int    `json:"left"`
	Explain      map[string]string `json:"explain,omitempty"`
	Searched     []string          `json:"searched"`
	Unsealed     string            `json:"unsealed,omitempty"`
	WitnessLogin string            `json:"witness_login"`
	PIN          string            `json:"pin"`
}

// sessionJSON answers with a session after an act.
func sessionJSON(r *site.Request, x models.Session, err error) error {
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, SessionOut{ID: x.ID, State: x.State, Counted: x.Desk.Counted})
}

func (s *Server) apiSessionOpen(r *site.Request) error {
	var in OpenIn
	if err := r.Decode(&in); err != nil {
		return err
	}
	act := r.Act()
	if in.Witness != act.Person {
		act.Witness = in.Witness
	}
	cmd := desk.OpenCmd{Stock: in.Stock, Override: in.Override}
	for key, value := range in.Checks {
		if strings.HasPrefix(key, "empty:") || strings.HasPrefix(key, "list:") {
			value = models.CleanSerial(value)
		}
		cmd.Checks = append(cmd.Checks, models.Check{Key: key, Value: value, Person: act.Person, Witness: act.Witness, At: s.Now().UTC()})
	}
	var crew []desk.CrewCandidate
	for i, id := range in.Crew {
		crew = append(crew, desk.CrewCandidate{Person: id, Lead: i == 0})
	}
	out, err := s.Store.OpenSession(r.Context(), act, r.Param("session"), crew, cmd)
	return sessionJSON(r, out, err)
}

func (s *Server) apiSessionShut(r *site.Request) error {
	var in ShutIn
	if err := r.Decode(&in); err != nil {
		return err
	}
	out, err := s.Store.ShutSession(r.Context(), r.Act(), r.Param("session"), in.InLine)
	return sessionJSON(r, out, err)
}

func (s *Server) apiHandCount(r *site.Request) error {
	var in HandCountIn
	if err := r.Decode(&in); err != nil {
		return err
	}
	out, err := s.Store.HandCount(r.Context(), r.Act(), r.Param("session"), in.Counts)
	return sessionJSON(r, out, err)
}

func (s *Server) apiSessionClose(r *site.Request) error {
	var in CloseIn
	if err := r.Decode(&in); err != nil {
		return err
	}
	who, err := s.Store.Switch(r.Context(), in.WitnessLogin, in.PIN)
	if models.CodeOf(err) == models.CodeUnauthorized {
		return models.Invalid("witness_login", "desk.witness_pin")
	}
	if err != nil {
		return err
	}
	act := r.Act()
	act.Witness = who.Person.ID
	cmd := desk.CloseCmd{Left: in.Left, Explain: in.Explain, Unsealed: in.Unsealed}
	for _, spot := range in.Searched {
		cmd.Searched = append(cmd.Searched, models.Check{Key: spot, Person: act.Person, Witness: act.Witness, At: s.Now().UTC()})
	}
	out, err := s.Store.CloseSession(r.Context(), act, r.Param("session"), cmd)
	return sessionJSON(r, out, err)
}
